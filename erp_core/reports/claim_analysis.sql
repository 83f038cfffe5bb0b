-- claim_analysis · 费用报销分析 · Expense claims by category, department, project, employee or month
-- grain: one row per value of the chosen dimension: claims handed in, approved or paid; drafts and red ones are left out
-- area: claims
-- parameter by: choice(category|department|project|employee|month) = category · 维度 · By
-- parameter from_day: date =  · 费用起始日期 · Spent from
-- parameter to_day: date =  · 费用截止日期 · Spent to
-- total: all
-- column code: text · 编码 · Code
-- column name_zh: text · 名称 · Name (Chinese)
-- column name_en: text · 英文名称 · Name
-- column claims: integer · 单数 · Claims
-- column net: money · 不含税 · Net
-- column tax: money · 可抵扣税额 · Deductible tax
-- column gross: money · 金额 · Amount
-- column over_amount: money · 超标 · Above the limits
-- column paid: money · 其中已付 · Of which paid
with chosen as (
    select case $by when 'department' then l.department when 'project' then l.project when 'employee' then l.employee
                    when 'month' then strftime(l.spent_on, '%Y-%m') else l.category end as code,
           l.number, l.net, l.tax, l.gross, l.over_amount, l.status
    from rpt.claim_line l
    where l.status in ('submitted', 'approved', 'paid')
      and (cast($from_day as date) is null or l.spent_on >= cast($from_day as date))
      and (cast($to_day as date) is null or l.spent_on <= cast($to_day as date))
), summed as (
    select code, count(distinct number) as claims, sum(net) as net, sum(tax) as tax, sum(gross) as gross,
           sum(over_amount) as over_amount, coalesce(sum(case when status = 'paid' then gross end), 0) as paid
    from chosen group by code
), titled as (
    select 'category' as dimension, code, name_zh, name_en from rpt.claim_category
    union all select 'department', code, name, name from rpt.department
    union all select 'project', code, name, name from rpt.project
    union all select 'employee', code, name, name from rpt.employee
)
select s.code, coalesce(t.name_zh, s.code) as name_zh, coalesce(t.name_en, s.code) as name_en, s.claims, s.net, s.tax, s.gross,
       s.over_amount, s.paid
from summed s left join titled t on t.dimension = $by and t.code = s.code
order by case when $by = 'month' then s.code end, s.gross desc, s.code
