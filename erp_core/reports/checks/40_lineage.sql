-- lineage · 来源可追 · What was loaded from a file leads to its row, and its row to what it became
with lines as (
    select k.run_id, k.part, k.source_row, l.voucher_id
    from core.intake_link k left join core.voucher_line l on l.voucher_id = k.target_id and l.line = k.line
    where k.kind = 'voucher_line'
), moves as (
    select k.run_id, k.part, k.source_row, m.move_id
    from core.intake_link k left join core.stock_move m on m.move_id = k.target_id where k.kind = 'stock_move'
), opened as (
    select v.voucher_id, l.line from core.voucher v join core.voucher_line l on l.voucher_id = v.voucher_id
    where v.kind = 'opening' and v.act_id in (select act_id from core.intake_run where target = 'opening_balances')
)
select run_id || ' row ' || source_row as offender, 'the voucher line it became is missing' as detail from lines where voucher_id is null
union all
select run_id || ' row ' || source_row, 'the stock move it became is missing' from moves where move_id is null
union all
select 'voucher ' || o.voucher_id || ' line ' || o.line, 'no source row is named for it'
from opened o anti join core.intake_link k on k.kind = 'voucher_line' and k.target_id = o.voucher_id and k.line = o.line
union all
select r.run_id || ' part ' || r.part, 'the table it was read from is missing'
from core.intake_row r anti join core.intake_part p on p.run_id = r.run_id and p.part = r.part
order by 1
