-- stock_state · 计价池等于库存 · What costing keeps at hand equals moves and values
with states as (
    select item, quantity, amount from core.stock_pool
    union all
    select m.item, -m.quantity, 0 from core.stock_move m join core.stock_pool p on p.item = m.item
    union all
    select v.item, 0, -v.amount from core.stock_value v join core.stock_pool p on p.item = v.item
)
select item as offender, 'pool less books: quantity ' || sum(quantity) || ', amount ' || sum(amount) as detail
from states group by item having sum(quantity) <> 0 or sum(amount) <> 0 order by item
