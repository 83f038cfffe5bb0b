-- stock_movement_summary · 收发存汇总表 · Stock movement summary
-- grain: one row per item (or category) with stock or movement in the period
-- area: stock
-- mask cost: opening_amount, in_amount, out_amount, closing_amount
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter by: choice(item|category) = item · 汇总方式 · Grouped by
-- total: all
-- column item: text · 编码 · Code
-- column name: text · 名称 · Name
-- column opening_quantity: quantity · 期初数量 · Opening quantity
-- column opening_amount: money · 期初金额 · Opening amount
-- column in_quantity: quantity · 收入数量 · Quantity in · 调拨只计净额 · transfers count net
-- column in_amount: money · 收入金额 · Amount in
-- column out_quantity: quantity · 发出数量 · Quantity out · 调拨只计净额 · transfers count net
-- column out_amount: money · 发出金额 · Amount out
-- column closing_quantity: quantity · 期末数量 · Closing quantity
-- column closing_amount: money · 期末金额 · Closing amount · 合计与存货科目一致 · the total equals the inventory accounts
with quantities as (
    select item,
           sum(case when period < $period then quantity else 0 end) as opening,
           sum(case when period = $period and kind not in ('transfer_in', 'transfer_out', 'opening') and quantity > 0
                    then quantity else 0 end) as moved_in,
           sum(case when period = $period and kind not in ('transfer_in', 'transfer_out', 'opening') and quantity < 0
                    then -quantity else 0 end) as moved_out,
           sum(case when period = $period and kind in ('transfer_in', 'transfer_out') then quantity else 0 end) as transferred,
           sum(case when period = $period and kind = 'opening' then quantity else 0 end) as begun
    from rpt.stock_move where period <= $period
    group by item
), amounts as (
    select item,
           sum(case when period < $period or move_kind = 'opening' then amount else 0 end) as opening,
           sum(case when period = $period and inward and move_kind <> 'opening' then amount else 0 end) as moved_in,
           sum(case when period = $period and not inward then -amount else 0 end) as moved_out
    from rpt.stock_flow where period <= $period
    group by item
), by_item as (
    select i.code, i.name, i.category, i.category_name,
           coalesce(q.opening, 0) + coalesce(q.begun, 0) as opening_quantity, coalesce(a.opening, 0) as opening_amount,
           coalesce(q.moved_in, 0) + greatest(coalesce(q.transferred, 0), 0) as in_quantity,
           coalesce(a.moved_in, 0) as in_amount,
           coalesce(q.moved_out, 0) + greatest(-coalesce(q.transferred, 0), 0) as out_quantity,
           coalesce(a.moved_out, 0) as out_amount
    from rpt.item i left join quantities q on q.item = i.code left join amounts a on a.item = i.code
    where q.item is not null or a.item is not null
), grouped as (
    select case when $by = 'item' then code else category end as item,
           case when $by = 'item' then name else category_name end as name,
           sum(opening_quantity) as opening_quantity, sum(opening_amount) as opening_amount, sum(in_quantity) as in_quantity,
           sum(in_amount) as in_amount, sum(out_quantity) as out_quantity, sum(out_amount) as out_amount
    from by_item group by all
)
select item, name, opening_quantity, opening_amount, in_quantity, in_amount, out_quantity, out_amount,
       opening_quantity + in_quantity - out_quantity as closing_quantity,
       opening_amount + in_amount - out_amount as closing_amount
from grouped
where opening_quantity <> 0 or opening_amount <> 0 or in_quantity <> 0 or out_quantity <> 0
   or in_amount <> 0 or out_amount <> 0
order by item
