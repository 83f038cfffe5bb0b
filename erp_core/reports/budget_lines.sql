-- budget_lines · 预算执行明细 · What counts in a budget cell
-- grain: one row per posted line and per line of a paper that is committed
-- area: ledger
-- parameter from_period: text, required · 起始期间 · From period
-- parameter to_period: text, required · 截止期间 · To period
-- parameter account: text =  · 科目编码 · Account
-- parameter department: text =  · 部门 · Department
-- parameter project: text =  · 项目 · Project
-- parameter number: text =  · 版本号（空为执行中） · Version (the one in force if empty)
-- total: account <> ''
-- column kind: text · 性质 · Kind
-- value kind used · 已发生 · Posted
-- value kind committed · 已占用 · Committed
-- column period: text · 会计期间 · Period
-- column happened_on: date · 日期 · Date
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column voucher: text · 凭证字号 · Voucher
-- column source_kind: text · 来源类型 · Source kind
-- column source_number: text · 来源单号 · Source
-- column summary: text · 摘要 · Summary
-- column account: text · 科目编码 · Account
-- column department: text · 部门 · Department
-- column project: text · 项目 · Project
-- column amount: money · 金额 · Amount
with place as (
    select p.leaf, p.leaf_department, p.leaf_project, p.sign, p.year from rpt.budget_place p
    join rpt.budget_version v on v.document_id = p.document_id
    where p.account = $account and p.department = $department and p.project = $project
      and (v.number = $number or ($number = '' and v.status = 'approved'))
)
select 'used' as kind, l.period, l.voucher_on as happened_on, l.voucher_id, l.voucher, l.source_kind, l.source_number,
       l.summary, l.account, l.department, l.project, p.sign * (l.debit - l.credit) as amount
from rpt.voucher_line l
join place p on p.leaf = l.account and p.leaf_department = l.department and p.leaf_project = l.project
    and p.year = cast(substr(l.period, 1, 4) as integer)
where not l.closing and l.period between $from_period and $to_period
union all
select 'committed', d.period, null, null, '', d.kind, d.number, d.party, d.account, d.department, d.project, d.amount
from rpt.budget_demand d
join place p on p.leaf = d.account and p.leaf_department = d.department and p.leaf_project = d.project
    and p.year = cast(substr(d.period, 1, 4) as integer)
where d.status = 'approved' and d.period between $from_period and $to_period
order by 1 desc, 2, 4
