-- opening_batches · 期初批次等于期初库存 · Batches of the opening stock add up to its moves, place by place
with batches as (
    select item, warehouse, bin, sum(quantity) as quantity, sum(amount) as amount from core.opening_batch
    group by item, warehouse, bin
), opening as (
    select m.item, m.warehouse, m.bin, sum(m.quantity) as quantity, sum(v.amount) as amount
    from core.stock_move m join core.stock_value v on v.move_id = m.move_id
    where m.kind = 'opening' and v.kind = 'receipt' group by m.item, m.warehouse, m.bin
)
select b.item || ' ' || b.warehouse || ' ' || b.bin as offender,
       'batches ' || b.quantity || ' / ' || b.amount || ', stock ' || coalesce(o.quantity, 0) || ' / ' || coalesce(o.amount, 0)
       as detail
from batches b left join opening o on o.item = b.item and o.warehouse = b.warehouse and o.bin = b.bin
where coalesce(o.quantity, 0) < b.quantity or coalesce(o.amount, 0) < b.amount
order by 1
