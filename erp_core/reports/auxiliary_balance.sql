-- auxiliary_balance · 核算项目余额表（八栏） · Balance by dimension, eight columns
-- grain: one row per account and value, or pair of values, of the dimensions
-- area: ledger
-- scope: whole
-- parameter period: period, required · 截止期间 · To period
-- parameter by: choice(party|department|employee|project|item), required · 核算项目 · Dimension
-- parameter and_by: choice(none|party|department|employee|project|item) = none · 组合项目 · And by
-- parameter from_period: period =  · 起始期间 · From period
-- parameter account: text =  · 科目 · Account (with its children)
-- parameter zero: boolean = false · 显示全零 · Include those that are zero all round
-- total: all
-- column account: text · 科目编码 · Account
-- column name_zh: text · 科目名称 · Name (zh)
-- column name_en: text · 英文名称 · Name
-- column code: text · 项目编码 · Code
-- column name: text · 核算项目 · Dimension
-- column second_code: text · 组合编码 · Second code
-- column second_name: text · 组合项目 · Second dimension
-- column opening_debit: money · 期初借方 · Opening debit
-- column opening_credit: money · 期初贷方 · Opening credit
-- column debit: money · 本期借方 · Debit
-- column credit: money · 本期贷方 · Credit
-- column ytd_debit: money · 本年累计借方 · Year to date debit
-- column ytd_credit: money · 本年累计贷方 · Year to date credit
-- column closing_debit: money · 期末借方 · Closing debit
-- column closing_credit: money · 期末贷方 · Closing credit
with keyed as (
    select b.account, b.period, b.debit, b.credit,
           case $by when 'party' then b.party when 'department' then b.department when 'employee' then b.employee
                    when 'project' then b.project else b.item end as code,
           case $and_by when 'party' then b.party when 'department' then b.department when 'employee' then b.employee
                        when 'project' then b.project when 'item' then b.item else '' end as second_code
    from rpt.balance b
    where b.period <= $period
      and ($account = '' or b.account in (select account from rpt.account_ancestor where ancestor = $account))
), turnover as (
    select account, code, second_code,
           sum(case when period < coalesce(nullif($from_period, ''), $period) then debit - credit else 0 end) as opening,
           sum(case when period >= coalesce(nullif($from_period, ''), $period) then debit else 0 end) as debit,
           sum(case when period >= coalesce(nullif($from_period, ''), $period) then credit else 0 end) as credit,
           sum(case when period >= substr($period, 1, 4) || '-00' then debit else 0 end) as ytd_debit,
           sum(case when period >= substr($period, 1, 4) || '-00' then credit else 0 end) as ytd_credit
    from keyed where code <> '' and ($and_by = 'none' or second_code <> '') group by account, code, second_code
), names as (
    select 'party' as kind, code, name from rpt.party
    union all select 'department', code, name from rpt.department
    union all select 'employee', code, name from rpt.employee
    union all select 'project', code, name from rpt.project
    union all select 'item', code, name from rpt.item
)
select t.account, a.name_zh, a.name_en, t.code, coalesce(n.name, t.code) as name, t.second_code,
       coalesce(m.name, t.second_code) as second_name,
       greatest(t.opening, 0) as opening_debit, greatest(-t.opening, 0) as opening_credit, t.debit, t.credit,
       t.ytd_debit, t.ytd_credit, greatest(t.opening + t.debit - t.credit, 0) as closing_debit,
       greatest(-(t.opening + t.debit - t.credit), 0) as closing_credit
from turnover t
join rpt.account a on a.code = t.account
left join names n on n.kind = $by and n.code = t.code
left join names m on m.kind = $and_by and m.code = t.second_code
where $zero or t.opening <> 0 or t.debit <> 0 or t.credit <> 0 or t.ytd_debit <> 0 or t.ytd_credit <> 0
order by t.account, t.code, t.second_code
