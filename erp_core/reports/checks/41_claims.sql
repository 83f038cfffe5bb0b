-- claims · 报销单一致 · A claim equals its lines, a paid one its settlement and its voucher
with now as (
    select document_id, max(version) as version from core.claim_line group by document_id
), lines as (
    select l.document_id, sum(l.gross) as gross, sum(l.tax) as tax from core.claim_line l
    join now on now.document_id = l.document_id and now.version = l.version group by l.document_id
), booked as (
    select v.event_key, sum(l.debit) as debit from core.voucher v join core.voucher_line l on l.voucher_id = v.voucher_id
    where v.source_kind in ('claim', 'claim_advance', 'claim_refund') group by v.event_key
)
select d.number as offender,
       'gross ' || d.gross || ', lines ' || coalesce(l.gross, 0) || ', settled ' || coalesce(s.advance + s.paid, 0) || ', voucher '
       || coalesce(b.debit, 0) as detail
from core.document d
left join lines l on l.document_id = d.document_id
left join core.claim_settlement s on s.document_id = d.document_id
left join booked b on b.event_key = d.kind || '/' || d.number
where d.kind in ('claim', 'claim_advance', 'claim_refund')
  and ((d.kind = 'claim' and (l.gross is distinct from d.gross or l.tax is distinct from d.tax))
       or (d.status in ('paid', 'reversed') and (s.advance + s.paid is distinct from d.gross or b.debit is distinct from d.gross))
       or (d.status not in ('paid', 'reversed', 'posted') and (s.document_id is not null or b.event_key is not null)))
order by d.document_id
