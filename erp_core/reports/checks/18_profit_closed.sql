-- profit_closed · 已结账期间损益为零 · In closed periods no profit or loss is left on its accounts
with moved as (
    select b.account, b.period, sum(b.debit - b.credit) as amount
    from core.account_balance b join core.account a on a.code = b.account
    where a.category in ('income', 'expense') group by b.account, b.period
)
select m.account || ' ' || p.period as offender, 'balance ' || sum(m.amount) as detail
from core.period p join moved m on m.period <= p.period
where p.status = 'closed'
group by m.account, p.period having sum(m.amount) <> 0
order by p.period, m.account
