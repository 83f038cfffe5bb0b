-- claims · 报销与借款单 · Expense claims and advances
-- grain: one row per expense claim, staff advance or advance given back
-- area: claims
-- parameter kind: text =  · 单据类型 · Kind
-- parameter status: text =  · 状态 · Status
-- parameter employee: text =  · 职员 · Employee
-- parameter department: text =  · 部门 · Department
-- parameter made_by: text =  · 填报人 · Written by
-- parameter number: text =  · 单据号 · Number
-- parameter from_day: date =  · 起始日期 · From
-- parameter to_day: date =  · 截止日期 · To
-- total: all
-- column kind: text · 单据类型 · Kind
-- value kind claim · 费用报销 · Expense claim
-- value kind claim_advance · 备用金借款 · Staff advance
-- value kind claim_refund · 归还备用金 · Advance given back
-- column number: text · 单据号 · Number
-- column document_on: date · 日期 · Date
-- column status: text · 状态 · Status
-- value status draft · 草稿 · Draft
-- value status submitted · 审批中 · Submitted
-- value status approved · 待付款 · Approved
-- value status paid · 已付款 · Paid
-- value status posted · 已记账 · Posted
-- value status reversed · 已红冲 · Reversed
-- value status cancelled · 已作废 · Cancelled
-- column employee: text · 职员 · Employee
-- column name: text · 姓名 · Name
-- column department: text · 部门 · Department
-- column project: text · 项目 · Project
-- column gross: money · 金额 · Amount
-- column tax: money · 可抵扣税额 · Deductible tax
-- column over_amount: money · 超标金额 · Above the limit
-- column advance: money · 冲抵备用金 · Set off against advance
-- column paid: money · 实付 · Paid
-- column paid_on: date · 付款日期 · Paid on
-- column waiting_for: text · 等待 · Waiting for
-- column due_on: date · 应还日期 · To be settled by
-- column note: text · 事由 · What for
-- column made_by: text · 填报 · Written by
-- column version: integer · 版次 · Version
with over as (
    select document_id, sum(over_amount) as amount from rpt.claim_line group by document_id
)
select c.kind, c.number, c.document_on, c.status, c.employee, c.name, c.department, c.project, c.gross, c.tax,
       coalesce(o.amount, 0) as over_amount, c.advance, c.paid, c.paid_on, coalesce(c.waiting_for, '') as waiting_for, c.due_on,
       c.note, c.made_by, c.version
from rpt.claim c left join over o on o.document_id = c.document_id
where ($kind = '' or c.kind = $kind) and ($status = '' or c.status = $status)
  and ($employee = '' or c.employee = $employee) and ($department = '' or c.department = $department)
  and ($made_by = '' or c.made_by = $made_by) and ($number = '' or c.number = $number)
  and (cast($from_day as date) is null or c.document_on >= cast($from_day as date))
  and (cast($to_day as date) is null or c.document_on <= cast($to_day as date))
order by c.document_on desc, c.number desc
