-- orphans · 无悬空行 · Nothing points at what is not there
with found as (
    select 'voucher line ' || l.voucher_id || ' #' || l.line as offender, 'no voucher' as detail
    from core.voucher_line l anti join core.voucher v on v.voucher_id = l.voucher_id
    union all
    select 'document line ' || l.document_id || ' #' || l.line, 'no document'
    from core.document_line l anti join core.document d on d.document_id = l.document_id
    union all
    select 'document ' || d.number, 'source ' || d.source_id || ' is missing'
    from core.document d anti join core.document s on s.document_id = d.source_id where d.source_id is not null
    union all
    select 'stock move ' || m.move_id, 'document ' || m.document_id || ' is missing'
    from core.stock_move m anti join core.document d on d.document_id = m.document_id where m.document_id is not null
    union all
    select 'stock move ' || m.move_id, 'origin ' || m.origin_move || ' is missing'
    from core.stock_move m anti join core.stock_move o on o.move_id = m.origin_move where m.origin_move is not null
    union all
    select 'stock value ' || v.value_id, 'move ' || v.move_id || ' is missing'
    from core.stock_value v anti join core.stock_move m on m.move_id = v.move_id
    union all
    select 'open item ' || o.open_item_id, 'its line is missing'
    from core.open_item o anti join core.voucher_line l on l.voucher_id = o.voucher_id and l.line = o.line
    union all
    select 'match ' || m.match_id, 'an open item is missing'
    from core.open_item_match m
    where m.debit_item not in (select open_item_id from core.open_item)
       or m.credit_item not in (select open_item_id from core.open_item)
    union all
    select 'voucher ' || v.voucher_id, 'reverses ' || v.reverses || ', which is missing'
    from core.voucher v anti join core.voucher o on o.voucher_id = v.reverses where v.reverses is not null
    union all
    select 'voucher ' || v.voucher_id, v.source_kind || ' ' || v.source_number || ' is missing'
    from core.voucher v join core.number_series s on s.series = v.source_kind
    anti join core.document d on d.kind = v.source_kind and d.number = v.source_number
    where v.source_kind <> 'asset'
    union all
    select 'voucher ' || v.voucher_id, 'asset ' || v.source_number || ' is missing'
    from core.voucher v anti join core.asset a on a.asset = v.source_number where v.source_kind = 'asset'
)
select offender, detail from found order by offender
