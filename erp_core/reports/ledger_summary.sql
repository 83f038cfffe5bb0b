-- ledger_summary · 总账 · Ledger summary
-- grain: one row per account, period and kind: opening of the first period, then two sums a month
-- area: ledger
-- scope: whole
-- parameter from_period: period, required · 起始期间 · From period
-- parameter to_period: period, required · 截止期间 · To period
-- parameter level: integer = 1 · 显示到级次 · Deepest level
-- parameter account: text =  · 科目 · Account (with its children)
-- column account: text · 科目编码 · Account
-- column name_zh: text · 科目名称 · Name (zh)
-- column name_en: text · 英文名称 · Name
-- column period: text · 期间 · Period
-- column row_kind: text · 摘要 · Row
-- value row_kind opening · 期初余额 · Opening balance
-- value row_kind month · 本期合计 · Month total
-- value row_kind year · 本年累计 · Year to date
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column direction: text · 方向 · Side
-- value direction debit · 借 · Dr
-- value direction credit · 贷 · Cr
-- value direction flat · 平 · –
-- column balance: money · 余额 · Balance · 按科目自身方向，反方向为负 · on the account's own side; a contrary balance is negative
with accounts as (
    select a.code as account, a.name_zh, a.name_en, a.own_side
    from rpt.account a
    where a.level <= $level
      and ($account = '' or a.code in (select account from rpt.account_ancestor where ancestor = $account))
), turnover as (
    select up.ancestor as account, b.period, sum(b.debit) as debit, sum(b.credit) as credit
    from rpt.balance b join rpt.account_ancestor up on up.account = b.account
    where b.period <= $to_period
    group by up.ancestor, b.period
), months as (
    select a.account, p.period,
           sum(case when t.period < p.period then t.debit - t.credit else 0 end) as opening,
           sum(case when t.period = p.period then t.debit else 0 end) as debit,
           sum(case when t.period = p.period then t.credit else 0 end) as credit,
           sum(case when t.period >= substr(p.period, 1, 4) || '-00' then t.debit else 0 end) as ytd_debit,
           sum(case when t.period >= substr(p.period, 1, 4) || '-00' then t.credit else 0 end) as ytd_credit,
           sum(t.debit - t.credit) as closing
    from accounts a
    join turnover t on t.account = a.account
    join rpt.period p on p.period >= t.period and p.period between $from_period and $to_period
    group by a.account, p.period
), every_row as (
    select account, period, 'opening' as row_kind, 0 as rank, cast(null as decimal(38, 2)) as debit,
           cast(null as decimal(38, 2)) as credit, opening as balance
    from months where period = $from_period
    union all
    select account, period, 'month', 1, debit, credit, closing from months
    union all
    select account, period, 'year', 2, ytd_debit, ytd_credit, closing from months
), listed as (
    select account from months group by account
    having max(abs(opening)) > 0 or max(abs(ytd_debit)) > 0 or max(abs(ytd_credit)) > 0
)
select a.account, a.name_zh, a.name_en, e.period, e.row_kind, e.debit, e.credit,
       case when e.balance = 0 then 'flat' else a.own_side end as direction,
       case when a.own_side = 'debit' then e.balance else -e.balance end as balance
from every_row e join accounts a on a.account = e.account join listed l on l.account = e.account
order by a.account, e.period, e.rank
