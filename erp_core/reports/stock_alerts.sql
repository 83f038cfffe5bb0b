-- stock_alerts · 库存预警 · Stock alerts
-- grain: one row per item and alert
-- area: stock
-- scope: warehouses
-- parameter as_of: date, required · 截止日期 · As of
-- parameter alert: text =  · 预警类型 · Kind of alert
-- column item: text · 存货编码 · Item
-- column name: text · 存货名称 · Name
-- column unit: text · 单位 · Unit
-- column alert: text · 预警 · Alert
-- value alert below_minimum · 低于最低库存 · Below minimum
-- value alert below_reorder · 低于再订货点 · Below reorder point
-- value alert above_maximum · 超过最高库存 · Above maximum
-- value alert no_move_180 · 180天无变动 · No move for 180 days
-- column on_hand: quantity · 现存量 · On hand
-- column available: quantity · 可用量 · Available
-- column expected: quantity · 在途采购 · Expected
-- column minimum: quantity · 最低库存 · Minimum
-- column reorder_point: quantity · 再订货点 · Reorder point
-- column maximum: quantity · 最高库存 · Maximum
-- column suggested: quantity · 建议采购 · Suggested · 补到最高库存（无则补到再订货点的两倍） · up to the maximum, or twice the reorder point
-- column supplier: text · 主供应商 · Supplier
-- column lead_days: integer · 采购天数 · Lead days
-- column last_moved_on: date · 最近变动 · Last move
with stocked as (
    select item, sum(quantity) as on_hand, max(moved_on) as last_moved_on
    from rpt.stock_move where moved_on <= $as_of group by item
), ordered as (
    select item, sum(case when kind = 'sales_order' then outstanding else 0 end) as reserved,
           sum(case when kind = 'purchase_order' then outstanding else 0 end) as expected
    from rpt.stock_commitment where outstanding > 0 and document_on <= $as_of group by item
), levels as (
    select i.code as item, i.name, i.unit, i.minimum, i.reorder_point, i.maximum, i.supplier, i.lead_days, s.last_moved_on,
           coalesce(s.on_hand, 0) as on_hand, coalesce(s.on_hand, 0) - coalesce(o.reserved, 0) as available,
           coalesce(o.expected, 0) as expected,
           coalesce(i.maximum, i.reorder_point * 2, i.minimum * 2) as target
    from rpt.item i left join stocked s on s.item = i.code left join ordered o on o.item = i.code
    where i.kind = 'goods' and i.active
), alerted as (
    select *, case when on_hand < minimum then 'below_minimum'
                   when available + expected <= reorder_point then 'below_reorder' end as alert from levels
    union all
    select *, 'above_maximum' from levels where on_hand > maximum
    union all
    select *, 'no_move_180' from levels where on_hand > 0 and last_moved_on < $as_of - interval 180 day
)
select item, name, unit, alert, on_hand, available, expected, minimum, reorder_point, maximum,
       case when alert in ('below_minimum', 'below_reorder') then greatest(target - available - expected, 0) else 0 end
           as suggested,
       supplier, lead_days, last_moved_on
from alerted
where alert is not null and ($alert = '' or alert = $alert)
order by alert, item
