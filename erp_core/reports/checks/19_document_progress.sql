-- document_progress · 单据执行量等于后续单据 · What is done with a line equals the lines that draw on it
with drawn as (
    select l.source_id as document_id, l.source_line as line,
           case d.kind when 'sales_delivery' then 'delivered' when 'sales_return' then 'returned'
                       when 'sales_invoice' then 'invoiced' when 'purchase_receipt' then 'received'
                       when 'purchase_return' then 'returned' when 'purchase_bill' then 'billed' end as step,
           l.quantity
    from core.document_line l join core.document d on d.document_id = l.document_id
    where l.source_id is not null and d.status <> 'cancelled'
), waiting as (
    select l.document_id, l.line, 'unbilled' as step, l.quantity
    from core.document_line l join core.document d on d.document_id = l.document_id where d.kind = 'purchase_receipt'
    union all
    select document_id, line, 'unbilled', -quantity from drawn where step in ('billed', 'returned')
      and document_id in (select document_id from core.document where kind = 'purchase_receipt')
), sides as (
    select document_id, line, step, quantity from core.document_progress
    where step in ('delivered', 'returned', 'invoiced', 'received', 'billed', 'unbilled')
    union all
    select document_id, line, step, -quantity from drawn where step is not null
    union all
    select document_id, line, step, -quantity from waiting
)
select coalesce(d.number, '#' || b.document_id) || ' #' || b.line as offender,
       b.step || ' is ' || sum(b.quantity) || ' apart' as detail
from sides b left join core.document d on d.document_id = b.document_id
group by d.number, b.document_id, b.line, b.step having sum(b.quantity) <> 0
order by b.document_id, b.line, b.step
