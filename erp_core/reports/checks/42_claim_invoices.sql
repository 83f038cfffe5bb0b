-- claim_invoices · 发票只报销一次 · An invoice number is held by one claim only, and by every claim that names it
with held as (
    select i.invoice_number, i.document_id, i.line from core.claim_invoice i
    anti join core.claim_invoice_freed f on f.invoice_number = i.invoice_number and f.turn = i.turn
), now as (
    select document_id, max(version) as version from core.claim_line group by document_id
), named as (
    select l.invoice_number, l.document_id, l.line from core.claim_line l
    join now on now.document_id = l.document_id and now.version = l.version
    join core.document d on d.document_id = l.document_id
    where l.invoice_number <> '' and d.status not in ('cancelled', 'reversed')
)
select invoice_number as offender, 'held ' || count(*) || ' times' as detail from held group by invoice_number having count(*) > 1
union all
select coalesce(n.invoice_number, h.invoice_number), 'claim #' || coalesce(n.document_id, h.document_id)
       || case when h.invoice_number is null then ' does not hold it' else ' holds it without naming it' end
from named n full join held h on h.invoice_number = n.invoice_number and h.document_id = n.document_id and h.line = n.line
where n.invoice_number is null or h.invoice_number is null
order by 1
