-- cash_position · 资金头寸 · Cash position
-- grain: one row per cash or bank account
-- area: ledger
-- scope: whole
-- parameter as_of: date, required · 截止日期 · As of
-- total: all
-- column account: text · 科目编码 · Account
-- column name: text · 科目名称 · Name
-- column name_en: text · 英文名称 · English name
-- column opening: money · 月初余额 · Opening of month
-- column received: money · 本月收入 · Received this month
-- column paid: money · 本月支出 · Paid this month
-- column balance: money · 余额 · Balance
with accounts as (
    select code, name_zh, name_en from rpt.account where cash and leaf
), opening as (
    select account, sum(debit - credit) as amount from rpt.balance where period < strftime($as_of, '%Y-%m') group by account
), moved as (
    select account, sum(debit) as debit, sum(credit) as credit from rpt.voucher_line
    where period = strftime($as_of, '%Y-%m') and voucher_on <= $as_of group by account
)
select a.code as account, a.name_zh as name, a.name_en, coalesce(o.amount, 0) as opening, coalesce(m.debit, 0) as received,
       coalesce(m.credit, 0) as paid, coalesce(o.amount, 0) + coalesce(m.debit, 0) - coalesce(m.credit, 0) as balance
from accounts a left join opening o on o.account = a.code left join moved m on m.account = a.code
where o.amount is not null or m.debit is not null
order by a.code
