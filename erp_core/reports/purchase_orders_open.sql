-- purchase_orders_open · 未完成采购订单 · Open purchase orders
-- grain: one row per line of an approved order with anything outstanding
-- area: purchasing
-- mask cost: net_outstanding
-- parameter party: text =  · 往来单位 · Party
-- parameter item: text =  · 存货 · Item
-- parameter as_of: date =  · 截止日期 · As of, for days late; nothing means none are late
-- parameter late: boolean = false · 只看逾期 · Only what is late
-- total: all
-- column number: text · 订单号 · Order
-- column document_on: date · 日期 · Date
-- column party: text · 往来单位 · Party
-- column name: text · 单位名称 · Name
-- column line: integer · 行号 · Line
-- column item: text · 存货编码 · Item
-- column item_name: text · 存货名称 · Item name
-- column unit: text · 单位 · Unit
-- column ordered: quantity · 订购数量 · Ordered
-- column done: quantity · 已收数量 · Received
-- column outstanding: quantity · 未完成数量 · Outstanding
-- column promised_on: date · 约定日期 · Promised
-- column days_late: integer · 逾期天数 · Days late
-- column net_outstanding: money · 未完成金额 · Net outstanding
select o.number, o.document_on, o.party, o.name, o.line, o.item, i.name as item_name, i.unit, o.ordered, o.done, o.outstanding,
       o.promised_on, coalesce(greatest(date_diff('day', o.promised_on, cast($as_of as date)), 0), 0) as days_late,
       o.net_outstanding
from rpt.order_line o left join rpt.item i on i.code = o.item
where o.kind = 'purchase_order' and o.outstanding > 0 and ($party = '' or o.party = $party) and ($item = '' or o.item = $item)
  and (cast($as_of as date) is null or o.document_on <= cast($as_of as date))
  and (not $late or o.promised_on < cast($as_of as date))
order by o.promised_on, o.number, o.line
