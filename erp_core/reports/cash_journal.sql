-- cash_journal · 日记账 · Cash journal
-- grain: one row per voucher line of the cash or bank account, and one total a day
-- area: ledger
-- scope: whole
-- parameter account: text, required · 科目 · Account (with its children)
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- column posted_on: date · 日期 · Date
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column summary: text · 摘要 · Summary
-- column opposite: text · 对方科目 · Opposite accounts
-- column debit: money · 收入 · Received
-- column credit: money · 支出 · Paid
-- column balance: money · 余额 · Balance
-- column row_kind: text · 行别 · Row
-- value row_kind opening · 期初余额 · Opening balance
-- value row_kind day · 本日合计 · Day total
-- column cash_flow: text · 现金流量项目 · Cash flow line
with chosen as (
    select account from rpt.account_ancestor where ancestor = $account
), opening as (
    select coalesce((select sum(b.debit - b.credit) from rpt.balance b join chosen c on c.account = b.account
                     where b.period < strftime($from_day, '%Y-%m')), 0)
           + coalesce((select sum(l.debit - l.credit) from rpt.voucher_line l join chosen c on c.account = l.account
                       where l.period = strftime($from_day, '%Y-%m') and l.voucher_on < $from_day), 0) as amount
), lines as (
    select l.voucher_on, l.voucher, l.voucher_id, l.word, l.number, l.line, l.summary, l.debit, l.credit, l.cash_flow
    from rpt.voucher_line l join chosen c on c.account = l.account
    where l.period between strftime($from_day, '%Y-%m') and strftime($to_day, '%Y-%m')
      and l.voucher_on between $from_day and $to_day
), opposite as (
    select o.voucher_id, string_agg(distinct o.account, ' ' order by o.account) as accounts
    from rpt.voucher_line o
    join (select distinct voucher_id from lines) l on l.voucher_id = o.voucher_id
    where o.account not in (select account from chosen)
    group by o.voucher_id
), running as (
    select l.*, (select amount from opening)
                + sum(l.debit - l.credit) over (order by l.voucher_on, l.word, l.number, l.line
                                                rows between unbounded preceding and current row) as balance
    from lines l
), days as (
    select voucher_on, sum(debit) as debit, sum(credit) as credit,
           (select amount from opening)
           + sum(sum(debit - credit)) over (order by voucher_on rows between unbounded preceding and current row) as balance
    from lines group by voucher_on
), every_row as (
    select $from_day as posted_on, '' as voucher, cast(null as bigint) as voucher_id, '' as word, 0 as number, 0 as line,
           '' as summary, cast(null as decimal(38, 2)) as debit, cast(null as decimal(38, 2)) as credit,
           (select amount from opening) as balance, 'opening' as row_kind, 0 as rank, '' as cash_flow
    union all
    select voucher_on, voucher, voucher_id, word, number, line, summary, debit, credit, balance, 'line', 1, cash_flow
    from running
    union all
    select voucher_on, '', null, '', 0, 0, '', debit, credit, balance, 'day', 2, '' from days
)
select e.posted_on, e.voucher, e.voucher_id, e.summary, coalesce(o.accounts, '') as opposite, e.debit, e.credit, e.balance,
       e.row_kind, e.cash_flow
from every_row e left join opposite o on o.voucher_id = e.voucher_id
order by e.posted_on, e.rank, e.word, e.number, e.line
