-- asset_charges · 折旧摊销明细 · Depreciation and amortisation
-- grain: one row per card, month and department that bears it; months not yet closed are a forecast
-- area: ledger
-- parameter from_period: text, required · 起始期间 · From period
-- parameter to_period: text, required · 截止期间 · To period
-- parameter asset: text =  · 卡片编号 · Card
-- parameter department: text =  · 部门 · Department
-- total: asset <> ''
-- column period: text · 会计期间 · Period
-- column asset: text · 卡片编号 · Card
-- column name: text · 名称 · Name
-- column category: text · 类别编码 · Category
-- column category_name: text · 类别 · Category name
-- column department: text · 承担部门 · Department
-- column department_name: text · 部门名称 · Department name
-- column project: text · 项目 · Project
-- column expense_account: text · 费用科目 · Expense account
-- column depreciation_account: text · 折旧科目 · Depreciation account
-- column amount: money · 金额 · Amount
-- column closed: boolean · 已结账 · Closed
select c.period, c.asset, a.name, a.category, k.name as category_name, c.department, coalesce(d.name, '') as department_name,
       c.project, c.expense_account, c.depreciation_account, c.amount, coalesce(p.status = 'closed', false) as closed
from rpt.asset_charge c
join rpt.asset a on a.asset = c.asset
join rpt.asset_category k on k.code = a.category
left join rpt.department d on d.code = c.department
left join rpt.period p on p.period = c.period
where c.period between $from_period and $to_period
  and ($asset = '' or c.asset = $asset) and ($department = '' or c.department = $department)
order by c.period, c.asset, c.line
