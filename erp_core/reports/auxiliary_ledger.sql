-- auxiliary_ledger · 核算项目明细账 · Ledger by dimension
-- grain: one row per voucher line of one value of a dimension, with the opening and two sums a month
-- area: ledger
-- scope: whole
-- parameter by: choice(party|department|employee|project|item), required · 核算项目 · Dimension
-- parameter code: text, required · 项目编码 · Code
-- parameter from_period: period, required · 起始期间 · From period
-- parameter to_period: period, required · 截止期间 · To period
-- parameter account: text =  · 科目 · Account (with its children)
-- column period: text · 期间 · Period
-- column posted_on: date · 日期 · Date
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column account: text · 科目 · Account
-- column summary: text · 摘要 · Summary
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column direction: text · 方向 · Side
-- value direction debit · 借 · Dr
-- value direction credit · 贷 · Cr
-- value direction flat · 平 · –
-- column balance: money · 余额 · Balance · 按所示方向 · on the side shown
-- column row_kind: text · 行别 · Row
-- value row_kind opening · 期初余额 · Opening balance
-- value row_kind month · 本期合计 · Month total
-- value row_kind year · 本年累计 · Year to date
-- column source_kind: text · 来源单据类型 · Source kind
-- column source_number: text · 来源单据号 · Source number
with turnover as (
    select b.period, sum(b.debit) as debit, sum(b.credit) as credit
    from rpt.balance b
    where b.period <= $to_period
      and case $by when 'party' then b.party when 'department' then b.department when 'employee' then b.employee
                   when 'project' then b.project else b.item end = $code
      and ($account = '' or b.account in (select account from rpt.account_ancestor where ancestor = $account))
    group by b.period
), opening as (
    select coalesce(sum(case when period < $from_period then debit - credit else 0 end), 0) as amount from turnover
), months as (
    select p.period, p.first_day, p.last_day,
           coalesce(sum(case when t.period = p.period then t.debit else 0 end), 0) as debit,
           coalesce(sum(case when t.period = p.period then t.credit else 0 end), 0) as credit,
           coalesce(sum(case when t.period >= substr(p.period, 1, 4) || '-00' then t.debit else 0 end), 0) as ytd_debit,
           coalesce(sum(case when t.period >= substr(p.period, 1, 4) || '-00' then t.credit else 0 end), 0) as ytd_credit,
           coalesce(sum(t.debit - t.credit), 0) as balance
    from rpt.period p left join turnover t on t.period <= p.period
    where p.period between $from_period and $to_period
    group by p.period, p.first_day, p.last_day
), lines as (
    select l.period, l.voucher_on as posted_on, l.voucher, l.voucher_id, l.word, l.number, l.line, l.account, l.summary,
           l.debit, l.credit, l.source_kind, l.source_number,
           (select amount from opening)
           + sum(l.debit - l.credit) over (
               order by l.period, l.voucher_on, l.word, l.number, l.line
               rows between unbounded preceding and current row) as balance
    from rpt.voucher_line l
    where l.period between $from_period and $to_period
      and case $by when 'party' then l.party when 'department' then l.department when 'employee' then l.employee
                   when 'project' then l.project else l.item end = $code
      and ($account = '' or l.account in (select account from rpt.account_ancestor where ancestor = $account))
), every_row as (
    select min(period) as period, min(first_day) as posted_on, '' as voucher, cast(null as bigint) as voucher_id, '' as word,
           0 as number, 0 as line, $account as account, '' as summary, cast(null as decimal(38, 2)) as debit,
           cast(null as decimal(38, 2)) as credit, (select amount from opening) as balance, 'opening' as row_kind, 0 as rank,
           '' as source_kind, '' as source_number
    from months having count(*) > 0
    union all
    select period, posted_on, voucher, voucher_id, word, number, line, account, summary, debit, credit, balance, 'line', 1,
           source_kind, source_number
    from lines
    union all
    select period, last_day, '', null, '', 0, 0, $account, '', debit, credit, balance, 'month', 2, '', '' from months
    union all
    select period, last_day, '', null, '', 0, 0, $account, '', ytd_debit, ytd_credit, balance, 'year', 3, '', '' from months
)
select period, posted_on, voucher, voucher_id, account, summary, debit, credit,
       case when balance = 0 then 'flat' when balance > 0 then 'debit' else 'credit' end as direction,
       abs(balance) as balance, row_kind, source_kind, source_number
from every_row
order by period, rank, posted_on, word, number, line
