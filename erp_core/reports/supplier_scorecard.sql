-- supplier_scorecard · 供应商评分 · Supplier scorecard
-- grain: one row per supplier that delivered or was ordered from in the days
-- area: purchasing
-- mask cost: ordered_net, received_net, returned, price_change
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- column party: text · 供应商 · Supplier
-- column name: text · 名称 · Name
-- column orders: integer · 订单数 · Orders
-- column ordered_net: money · 订购金额 · Ordered net
-- column receipts: integer · 到货行数 · Receipt lines
-- column received_net: money · 到货金额 · Received net
-- column on_time: percent · 准时率 · On time · 按约定日期到货的行数占比 · share of receipt lines on or before the promised day
-- column average_days_late: ratio · 平均逾期天数 · Mean days late · 仅逾期行 · of the late lines
-- column returned: percent · 退货率 · Returned · 退货金额占到货金额 · returned over received net
-- column price_change: percent · 价格变动 · Price change · 期内末次与首次单价之比，按金额加权 · last over first price of each item, weighted by net
with heads as (
    select document_id, kind, party, document_on from rpt.document
    where kind in ('purchase_order', 'purchase_receipt', 'purchase_return') and document_on between $from_day and $to_day
      and status not in ('draft', 'cancelled')
), ordered as (
    select h.party, count(distinct h.document_id) as orders, sum(l.net) as net
    from heads h join rpt.document_line l on l.document_id = h.document_id
    where h.kind = 'purchase_order' group by h.party
), received as (
    select h.party, l.net, date_diff('day', o.promised_on, h.document_on) as days_late
    from heads h
    join rpt.document_line l on l.document_id = h.document_id
    left join rpt.order_line o on o.document_id = l.source_id and o.line = l.source_line
    where h.kind = 'purchase_receipt'
), receipts as (
    select party, count(*) as receipts, sum(net) as net,
           sum(case when days_late <= 0 then 1 else 0 end) as on_time, count(days_late) as promised,
           sum(case when days_late > 0 then days_late else 0 end) as days_late,
           sum(case when days_late > 0 then 1 else 0 end) as late
    from received group by party
), sent_back as (
    select h.party, sum(abs(l.net)) as net from heads h join rpt.document_line l on l.document_id = h.document_id
    where h.kind = 'purchase_return' group by h.party
), prices as (
    select h.party, l.item, l.unit_price, l.net,
           row_number() over (partition by h.party, l.item order by h.document_on, h.document_id, l.line) as nth,
           row_number() over (partition by h.party, l.item order by h.document_on desc, h.document_id desc, l.line desc) as nth_last
    from heads h join rpt.document_line l on l.document_id = h.document_id
    where h.kind = 'purchase_order' and l.unit_price > 0
), item_change as (
    select party, item, cast(sum(net) as double) as weight,
           cast(max(case when nth_last = 1 then unit_price end) as double)
           / cast(max(case when nth = 1 then unit_price end) as double) - 1 as change
    from prices group by party, item
), change as (
    select party, sum(weight * change) / sum(weight) as change from item_change group by party having sum(weight) > 0
), parties as (
    select party from ordered union select party from receipts union select party from sent_back
)
select s.party, p.name, coalesce(o.orders, 0) as orders, coalesce(o.net, 0) as ordered_net,
       coalesce(r.receipts, 0) as receipts, coalesce(r.net, 0) as received_net,
       case when r.promised > 0 then round(cast(r.on_time as double) / r.promised, 4) end as on_time,
       case when r.late > 0 then round(cast(r.days_late as double) / r.late, 1) end as average_days_late,
       case when r.net > 0 then round(cast(coalesce(b.net, 0) as double) / cast(r.net as double), 4) end as returned,
       round(c.change, 4) as price_change
from parties s
left join rpt.party p on p.code = s.party
left join ordered o on o.party = s.party
left join receipts r on r.party = s.party
left join sent_back b on b.party = s.party
left join change c on c.party = s.party
order by ordered_net desc, s.party
