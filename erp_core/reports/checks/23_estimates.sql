-- estimates · 暂估应付等于未到票入库 · The estimate account equals what was received and not yet billed, supplier by supplier
with sides as (
    select d.party, p.amount from core.document_progress p join core.document d on d.document_id = p.document_id
    where p.step = 'unbilled'
    union all
    select l.party, l.debit - l.credit
    from core.voucher_line l
    join core.voucher v on v.voucher_id = l.voucher_id
    join core.account_role r on r.account = l.account and r.role = 'payable_estimate'
    where v.source_kind in ('purchase_receipt', 'purchase_return', 'purchase_bill')
)
select party as offender, 'unbilled less account ' || sum(amount) as detail
from sides group by party having sum(amount) <> 0 order by party
