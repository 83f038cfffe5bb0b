-- claim_lines · 报销明细 · Lines of expense claims
-- grain: one row per line of an expense claim as it stands
-- area: claims
-- parameter number: text =  · 单据号 · Number
-- parameter employee: text =  · 职员 · Employee
-- parameter department: text =  · 部门 · Department
-- parameter category: text =  · 费用类别 · Category
-- parameter project: text =  · 项目 · Project
-- parameter status: text =  · 状态 · Status
-- parameter from_day: date =  · 费用起始日期 · Spent from
-- parameter to_day: date =  · 费用截止日期 · Spent to
-- total: all
-- column number: text · 单据号 · Number
-- column line: integer · 行 · Line
-- column status: text · 状态 · Status
-- value status draft · 草稿 · Draft
-- value status submitted · 审批中 · Submitted
-- value status approved · 待付款 · Approved
-- value status paid · 已付款 · Paid
-- value status reversed · 已红冲 · Reversed
-- value status cancelled · 已作废 · Cancelled
-- column spent_on: date · 日期 · Spent on
-- column employee: text · 职员 · Employee
-- column name: text · 姓名 · Name
-- column category: text · 类别编码 · Category code
-- column category_zh: text · 费用类别 · Category (Chinese)
-- column category_en: text · 英文类别 · Category
-- column description: text · 说明 · Description
-- column city: text · 城市 · City
-- column units: quantity · 数量 · Units
-- column receipt: text · 票据种类 · Receipt
-- column invoice_number: text · 发票号码 · Invoice number
-- column department: text · 部门 · Department
-- column project: text · 项目 · Project
-- column net: money · 不含税 · Net
-- column tax: money · 可抵扣税额 · Deductible tax
-- column gross: money · 金额 · Amount
-- column untaxed: money · 其中不计税 · Of which untaxed
-- column limit_amount: money · 标准 · Limit
-- column over_amount: money · 超标 · Above the limit
-- column action: text · 超标处理 · What the limit asks
-- value action warn · 提醒 · Warning
-- value action approve · 需审批 · Needs a yes
-- value action block · 不予报销 · Blocked
-- column note: text · 备注 · Note
select l.number, l.line, l.status, l.spent_on, l.employee, l.name, l.category, coalesce(c.name_zh, l.category) as category_zh,
       coalesce(c.name_en, l.category) as category_en, l.description, l.city, l.units, l.receipt, l.invoice_number, l.department,
       l.project, l.net, l.tax, l.gross, l.untaxed, l.limit_amount, l.over_amount, l.action, l.note
from rpt.claim_line l left join rpt.claim_category c on c.code = l.category
where ($number = '' or l.number = $number) and ($employee = '' or l.employee = $employee)
  and ($department = '' or l.department = $department) and ($category = '' or l.category = $category)
  and ($project = '' or l.project = $project) and ($status = '' or l.status = $status)
  and (cast($from_day as date) is null or l.spent_on >= cast($from_day as date))
  and (cast($to_day as date) is null or l.spent_on <= cast($to_day as date))
order by l.number desc, l.line
