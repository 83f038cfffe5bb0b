-- stock_quantity · 即时库存等于出入库 · Stock now equals the moves
with sides as (
    select item, warehouse, bin, quantity from core.stock_now
    union all
    select item, warehouse, bin, -quantity from core.stock_move
)
select item || ' @ ' || warehouse || case when bin <> '' then '/' || bin else '' end as offender,
       'stock now less moves ' || sum(quantity) as detail
from sides group by item, warehouse, bin having sum(quantity) <> 0 order by item, warehouse, bin
