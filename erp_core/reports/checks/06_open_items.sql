-- open_items · 往来明细等于控制科目 · Open items equal the control accounts, party by party
with sides as (
    select account, party, amount from core.open_item
    union all
    select b.account, b.party, b.credit - b.debit
    from core.account_balance b join core.account a on a.code = b.account where a.control
)
select account || '/' || party as offender, 'open items less balance ' || sum(amount) as detail
from sides group by account, party having sum(amount) <> 0 order by account, party
