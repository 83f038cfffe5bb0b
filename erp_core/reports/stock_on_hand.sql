-- stock_on_hand · 库存现况 · Stock on hand
-- grain: one row per item and place (warehouse, bin) with stock, orders or value
-- area: stock
-- mask cost: amount, unit_cost, estimated_amount
-- parameter as_of: date, required · 截止日期 · As of
-- parameter warehouse: text =  · 仓库 · Warehouse
-- parameter category: text =  · 类别 · Category
-- parameter item: text =  · 存货 · Item
-- total: all
-- column item: text · 存货编码 · Item
-- column name: text · 存货名称 · Name
-- column specification: text · 规格型号 · Specification
-- column category: text · 类别编码 · Category
-- column category_name: text · 类别 · Category name
-- column warehouse: text · 仓库 · Warehouse
-- column warehouse_name: text · 仓库名称 · Warehouse name
-- column warehouse_kind: text · 仓库类型 · Kind of warehouse
-- value warehouse_kind normal · 普通 · Normal
-- value warehouse_kind quality · 待检 · Quality
-- value warehouse_kind transit · 在途 · In transit
-- value warehouse_kind scrap · 报废 · Scrap
-- value warehouse_kind consigned · 委托 · Consigned
-- column bin: text · 库位 · Bin
-- column unit: text · 单位 · Unit
-- column quantity: quantity · 现存量 · On hand
-- column reserved: quantity · 已订未发 · Reserved · 已审核销售订单未发数量 · approved sales orders not yet delivered
-- column available: quantity · 可用量 · Available · 现存量减已订未发 · on hand less reserved
-- column expected: quantity · 在途采购 · Expected · 已审核采购订单未到数量 · approved purchase orders not yet received
-- column amount: money · 账面金额 · Book value · 与存货科目一致；本月发出未结转成本的仍在其中 · equals the ledger; issues not yet costed are still in it
-- column unit_cost: price · 单位成本 · Unit cost · 未结转时为本月暂估加权平均 · provisional month average until the month is costed
-- column estimated_amount: money · 估计金额 · Estimated value · 现存量乘单位成本 · on hand times unit cost
with placed as (
    select item, warehouse, bin, sum(quantity) as quantity
    from rpt.stock_move where moved_on <= $as_of
    group by item, warehouse, bin having sum(quantity) <> 0
), valued as (
    select item, sum(amount) as amount from rpt.stock_value where valued_on <= $as_of group by item
), since as (
    select least(strftime($as_of, '%Y-%m'), coalesce(min(period), '9999-12')) as period from rpt.period where status = 'open'
), uncosted as (
    select m.item, -sum(m.quantity) as quantity
    from rpt.stock_move m
    left join (
        select distinct move_id from rpt.stock_value where valued_on <= $as_of and period >= (select period from since)
    ) v on v.move_id = m.move_id
    where m.moved_on <= $as_of and m.period >= (select period from since) and v.move_id is null
      and m.kind not in ('transfer_in', 'transfer_out', 'opening')
    group by m.item
), orders as (
    select item, warehouse,
           sum(case when kind = 'sales_order' then outstanding else 0 end) as reserved,
           sum(case when kind = 'purchase_order' then outstanding else 0 end) as expected
    from rpt.stock_commitment
    where outstanding > 0 and document_on <= $as_of
    group by item, warehouse
), homeless as (
    select o.item, o.warehouse, '' as bin, 0 as quantity
    from orders o left join placed p on p.item = o.item and p.warehouse = o.warehouse where p.item is null
    union all
    select v.item, '', '', 0 from valued v left join placed p on p.item = v.item
    left join orders o on o.item = v.item and o.warehouse = ''
    where p.item is null and o.item is null and v.amount <> 0
), places as (
    select * from placed union all select * from homeless
), ranked as (
    select p.item, p.warehouse, p.bin, p.quantity,
           sum(p.quantity) over (partition by p.item) as item_quantity,
           sum(p.quantity) over (partition by p.item order by p.warehouse, p.bin
                                 rows between unbounded preceding and current row) as item_so_far,
           sum(p.quantity) over (partition by p.item, p.warehouse order by p.bin
                                 rows between unbounded preceding and current row) as place_so_far,
           row_number() over (partition by p.item, p.warehouse order by p.bin desc) as from_end,
           row_number() over (partition by p.item order by p.warehouse desc, p.bin desc) as item_from_end
    from places p
), spread as (
    select r.item, r.warehouse, r.bin, r.quantity,
           case when r.from_end = 1 then coalesce(o.reserved, 0) - least(coalesce(o.reserved, 0), r.place_so_far - r.quantity)
                else greatest(least(r.quantity, coalesce(o.reserved, 0) - (r.place_so_far - r.quantity)), 0) end as reserved,
           case when r.from_end = 1 then coalesce(o.expected, 0) else 0 end as expected,
           case when r.item_quantity = 0 then case when r.item_from_end = 1 then coalesce(v.amount, 0) else 0 end
                else round(cast(cast(v.amount as double) * cast(r.item_so_far as double)
                           / cast(r.item_quantity as double) as decimal(38, 10)), 2)
                     - round(cast(cast(v.amount as double) * cast(r.item_so_far - r.quantity as double)
                             / cast(r.item_quantity as double) as decimal(38, 10)), 2) end as amount,
           case when r.item_quantity + coalesce(u.quantity, 0) > 0
                then cast(v.amount as double) / cast(r.item_quantity + coalesce(u.quantity, 0) as double) end as unit_cost
    from ranked r
    left join orders o on o.item = r.item and o.warehouse = r.warehouse
    left join valued v on v.item = r.item
    left join uncosted u on u.item = r.item
)
select s.item, i.name, i.specification, i.category, i.category_name, s.warehouse, coalesce(w.name, '') as warehouse_name,
       coalesce(w.kind, '') as warehouse_kind, s.bin, i.unit, s.quantity, s.reserved, s.quantity - s.reserved as available,
       s.expected, coalesce(s.amount, 0) as amount, round(cast(s.unit_cost as decimal(38, 10)), 6) as unit_cost,
       coalesce(round(cast(cast(s.quantity as double) * s.unit_cost as decimal(38, 10)), 2), 0) as estimated_amount
from spread s
join rpt.item i on i.code = s.item
left join rpt.warehouse w on w.code = s.warehouse
where ($warehouse = '' or s.warehouse = $warehouse) and ($category = '' or i.category = $category)
  and ($item = '' or s.item = $item) and i.kind = 'goods'
order by s.item, s.warehouse, s.bin
