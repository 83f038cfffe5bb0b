-- dimension_balance · 核算项目余额表 · Balance by dimension
-- grain: one row per account and value of the dimension
-- area: ledger
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter by: choice(party|department|employee|project|item), required · 核算项目 · Dimension
-- parameter account: text =  · 科目 · Account (with its children)
-- total: all
-- column account: text · 科目编码 · Account
-- column account_name: text · 科目名称 · Account name
-- column code: text · 核算项目编码 · Code
-- column name: text · 核算项目 · Name
-- column opening: money · 期初余额 · Opening · 借方为正 · debit is positive
-- column debit: money · 本期借方 · Debit
-- column credit: money · 本期贷方 · Credit
-- column ytd_debit: money · 本年累计借方 · Year to date debit
-- column ytd_credit: money · 本年累计贷方 · Year to date credit
-- column closing: money · 期末余额 · Closing · 借方为正 · debit is positive
with keyed as (
    select b.account, b.period, b.debit, b.credit,
           case $by when 'party' then b.party when 'department' then b.department when 'employee' then b.employee
                    when 'project' then b.project else b.item end as code
    from rpt.balance b
    where b.period <= $period
      and ($account = '' or b.account in (select account from rpt.account_ancestor where ancestor = $account))
), turnover as (
    select account, code,
           sum(case when period < $period then debit - credit else 0 end) as opening,
           sum(case when period = $period then debit else 0 end) as debit,
           sum(case when period = $period then credit else 0 end) as credit,
           sum(case when period >= substr($period, 1, 4) || '-00' then debit else 0 end) as ytd_debit,
           sum(case when period >= substr($period, 1, 4) || '-00' then credit else 0 end) as ytd_credit
    from keyed where code <> '' group by account, code
), names as (
    select code, name from rpt.party where $by = 'party'
    union all select code, name from rpt.department where $by = 'department'
    union all select code, name from rpt.employee where $by = 'employee'
    union all select code, name from rpt.project where $by = 'project'
    union all select code, name from rpt.item where $by = 'item'
)
select t.account, a.name_zh as account_name, t.code, coalesce(n.name, t.code) as name, t.opening, t.debit, t.credit,
       t.ytd_debit, t.ytd_credit, t.opening + t.debit - t.credit as closing
from turnover t
join rpt.account a on a.code = t.account
left join names n on n.code = t.code
where t.opening <> 0 or t.debit <> 0 or t.credit <> 0 or t.ytd_debit <> 0 or t.ytd_credit <> 0
order by t.account, t.code
