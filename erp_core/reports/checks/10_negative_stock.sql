-- negative_stock · 任何时点无负库存 · No stock is negative at any instant
with running as (
    select item, warehouse, bin, moved_on, move_id,
           sum(quantity) over (
               partition by item, warehouse, bin order by moved_on, case when quantity > 0 then 0 else 1 end, move_id
               rows between unbounded preceding and current row) as quantity
    from core.stock_move
)
select item || ' @ ' || warehouse || case when bin <> '' then '/' || bin else '' end || ' ' || moved_on as offender,
       'quantity ' || quantity || ' after move ' || move_id as detail
from running where quantity < 0 order by moved_on, item, warehouse, bin, move_id
