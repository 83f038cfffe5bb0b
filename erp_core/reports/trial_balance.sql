-- trial_balance · 科目余额表 · Trial balance
-- grain: one row per account of level 1 to the chosen level
-- area: ledger
-- scope: whole
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter from_period: period =  · 起始期间 · From period · 空白即只看一期
-- parameter level: integer = 9 · 显示到级次 · Deepest level
-- parameter zero: boolean = false · 显示全零科目 · Include accounts that are zero all round
-- total: level = 1
-- column account: text · 科目编码 · Account
-- column name_zh: text · 科目名称 · Name (zh)
-- column name_en: text · 英文名称 · Name
-- column level: integer · 级次 · Level
-- column leaf: boolean · 末级 · Leaf
-- column opening_debit: money · 期初借方 · Opening debit · 期初余额在借方 · balance before the period, if debit
-- column opening_credit: money · 期初贷方 · Opening credit · 期初余额在贷方 · balance before the period, if credit
-- column debit: money · 本期借方 · Debit · 本期借方发生额 · turnover of the period
-- column credit: money · 本期贷方 · Credit · 本期贷方发生额 · turnover of the period
-- column ytd_debit: money · 本年累计借方 · Year to date debit · 年初至本期发生额 · turnover since the year began
-- column ytd_credit: money · 本年累计贷方 · Year to date credit · 年初至本期发生额 · turnover since the year began
-- column closing_debit: money · 期末借方 · Closing debit · 期末余额在借方 · balance after the period, if debit
-- column closing_credit: money · 期末贷方 · Closing credit · 期末余额在贷方 · balance after the period, if credit
with leaf as (
    select account,
           sum(case when period < coalesce(nullif($from_period, ''), $period) then debit - credit else 0 end) as opening,
           sum(case when period >= coalesce(nullif($from_period, ''), $period) then debit else 0 end) as debit,
           sum(case when period >= coalesce(nullif($from_period, ''), $period) then credit else 0 end) as credit,
           sum(case when period >= substr($period, 1, 4) || '-00' then debit else 0 end) as ytd_debit,
           sum(case when period >= substr($period, 1, 4) || '-00' then credit else 0 end) as ytd_credit
    from rpt.balance
    where period <= $period
    group by account
), rolled_up as (
    select up.ancestor as account, sum(opening) as opening, sum(debit) as debit, sum(credit) as credit,
           sum(ytd_debit) as ytd_debit, sum(ytd_credit) as ytd_credit, sum(opening + debit - credit) as closing
    from leaf join rpt.account_ancestor up on up.account = leaf.account
    group by up.ancestor
), shown as (
    select a.code as account, a.name_zh, a.name_en, a.level, a.leaf,
           greatest(coalesce(r.opening, 0), 0) as opening_debit, greatest(-coalesce(r.opening, 0), 0) as opening_credit,
           coalesce(r.debit, 0) as debit, coalesce(r.credit, 0) as credit,
           coalesce(r.ytd_debit, 0) as ytd_debit, coalesce(r.ytd_credit, 0) as ytd_credit,
           greatest(coalesce(r.closing, 0), 0) as closing_debit, greatest(-coalesce(r.closing, 0), 0) as closing_credit
    from rpt.account a left join rolled_up r on r.account = a.code
    where a.level <= $level
)
select * from shown
where $zero or opening_debit <> 0 or opening_credit <> 0 or debit <> 0 or credit <> 0
   or ytd_debit <> 0 or ytd_credit <> 0 or closing_debit <> 0 or closing_credit <> 0
order by account
