-- budget_variance · 预算执行差异 · Budget and what became of it
-- grain: one row per account, department and project of the budget; and of what was spent without one
-- area: ledger
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter span: choice(month|to_date|year) = to_date · 范围 · Span
-- parameter number: text =  · 版本号（空为执行中） · Version (the one in force if empty)
-- parameter department: text =  · 部门 · Department
-- total: account <> ''
-- column account: text · 科目编码 · Account
-- column account_name: text · 科目名称 · Account name
-- column account_name_en: text · 科目英文名称 · Account name (en)
-- column department: text · 部门 · Department
-- column department_name: text · 部门名称 · Department name
-- column project: text · 项目 · Project
-- column budget: money · 预算 · Budget
-- column used: money · 已发生 · Used · 已记账金额，科目方向为正 · posted, on the account's own side
-- column committed: money · 已占用 · Committed · 已审核未收货的采购订单与已审核未付款的报销 · approved orders not received, approved claims not paid
-- column available: money · 可用 · Available · 预算减已发生减已占用 · budget less used less committed
-- column rate: percent · 执行率 · Used of budget
-- column budgeted: boolean · 有预算 · Budgeted
-- column comment: text · 差异说明 · Comment
-- column number: text · 版本号 · Version
-- column from_period: text · 起始期间 · From
-- column to_period: text · 截止期间 · To
with asked as (
    select case when $span = 'month' then $period else substr($period, 1, 4) || '-01' end as from_period,
           case when $span = 'year' then substr($period, 1, 4) || '-12' else $period end as to_period
), version as (
    select document_id, number from rpt.budget_version
    where (number = $number or ($number = '' and status = 'approved')) and year = cast(substr($period, 1, 4) as integer)
), planned as (
    select c.account, c.department, c.project, sum(c.amount) as budget, 0 as used, 0 as committed
    from rpt.budget_cell c join version v on v.document_id = c.document_id cross join asked a
    where c.period between a.from_period and a.to_period
    group by c.account, c.department, c.project
), spent as (
    select u.account, u.department, u.project, 0 as budget, sum(u.used) as used, sum(u.committed) as committed
    from rpt.budget_use u join version v on v.document_id = u.document_id cross join asked a
    where u.period between a.from_period and a.to_period
    group by u.account, u.department, u.project
), both_sides as (
    select account, department, project, sum(budget) as budget, sum(used) as used, sum(committed) as committed,
           true as budgeted
    from (select * from planned union all select * from spent) as p
    group by account, department, project
), without as (
    select b.account, b.department, b.project, 0 as budget, sum(b.debit - b.credit) as used, 0 as committed,
           false as budgeted
    from rpt.balance b cross join asked a
    join rpt.account n on n.account = b.account and n.category in ('expense', 'cost')
    left join (
        select p.leaf, p.leaf_department, p.leaf_project from rpt.budget_place p
        join version v on v.document_id = p.document_id
    ) placed on placed.leaf = b.account and placed.leaf_department = b.department and placed.leaf_project = b.project
    where not b.closing and b.period between a.from_period and a.to_period and placed.leaf is null
    group by b.account, b.department, b.project
    having sum(b.debit - b.credit) <> 0
), every as (
    select * from both_sides union all select * from without
)
select e.account, n.name_zh as account_name, n.name_en as account_name_en, e.department,
       coalesce(d.name, '') as department_name, e.project, e.budget, e.used, e.committed,
       e.budget - e.used - e.committed as available,
       case when e.budget <> 0
            then round(cast(cast(e.used as double) / cast(e.budget as double) as decimal(38, 10)), 4) end as rate,
       e.budgeted, coalesce(c.comment, '') as comment, coalesce(v.number, '') as number, a.from_period, a.to_period
from every e
cross join asked a
join rpt.account n on n.account = e.account
left join rpt.department d on d.code = e.department
left join version v on e.budgeted
left join rpt.budget_comment c on c.account = e.account and c.department = e.department and c.project = e.project
    and c.period = $period
where $department = '' or e.department = $department
order by e.account, e.department, e.project
