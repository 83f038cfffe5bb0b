-- stock_value · 库存金额等于存货科目 · Stock value equals the inventory accounts, at the end of every period
with accounts as (
    select account from core.stock_value
    union select account from core.account_role where role = 'inventory'
    union select inventory_account from core.item where inventory_account <> ''
), sides as (
    select account, period, sum(amount) as amount from core.stock_value group by account, period
    union all
    select b.account, b.period, sum(b.credit - b.debit)
    from core.account_balance b join accounts a on a.account = b.account group by b.account, b.period
), months as (
    select period from core.period where period <= (select max(period) from sides)
), at_end as (
    select m.period, b.account, sum(b.amount) as difference
    from months m join sides b on b.period <= m.period group by m.period, b.account
)
select account || ' ' || period as offender, 'stock less ledger ' || difference as detail
from at_end where difference <> 0 order by period, account
