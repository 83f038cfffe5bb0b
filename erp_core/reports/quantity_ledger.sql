-- quantity_ledger · 数量金额账 · Quantity and amount ledger
-- grain: one row per stock value of the item, after one row for the opening
-- area: stock
-- mask cost: price_in, amount_in, price_out, amount_out, price, amount
-- parameter item: text, required · 存货 · Item
-- parameter from_period: period, required · 起始期间 · From period
-- parameter to_period: period, required · 截止期间 · To period
-- column period: text · 期间 · Period
-- column posted_on: date · 日期 · Date
-- column document: text · 单据号 · Document
-- column kind: text · 类型 · Kind
-- value kind opening · 期初结存 · Brought forward
-- value kind purchase · 采购入库 · Purchase
-- value kind purchase_return · 采购退货 · Purchase return
-- value kind sale · 销售出库 · Sale
-- value kind sale_return · 销售退货 · Sale return
-- value kind gain · 盘盈 · Count gain
-- value kind loss · 盘亏 · Count loss
-- value kind transfer_in · 调拨入库 · Transfer in
-- value kind transfer_out · 调拨出库 · Transfer out
-- column quantity_in: quantity · 收入数量 · Quantity in
-- column price_in: price · 收入单价 · Price in · 金额为零时为空 · empty when the amount is nil
-- column amount_in: money · 收入金额 · Amount in
-- column quantity_out: quantity · 发出数量 · Quantity out
-- column price_out: price · 发出单价 · Price out · 金额为零时为空 · empty when the amount is nil
-- column amount_out: money · 发出金额 · Amount out
-- column quantity: quantity · 结存数量 · Balance quantity
-- column price: price · 结存单价 · Balance price · 本月发出未结转时为空 · empty while issues of the month are not costed
-- column amount: money · 结存金额 · Balance amount
with valued as (
    select move_id, sum(amount) as amount from rpt.stock_value
    where item = $item and period <= $to_period group by move_id
), moves as (
    select m.period, m.moved_on, coalesce(d.number, m.reference) as document, m.kind, m.move_id, m.quantity, v.amount,
           case when m.quantity > 0 then 0 else 1 end as rank
    from rpt.stock_move m
    left join valued v on v.move_id = m.move_id
    left join rpt.document d on d.document_id = m.document_id
    where m.item = $item and m.period <= $to_period and m.kind not in ('transfer_in', 'transfer_out')
), before as (
    select m.period < $from_period or m.kind = 'opening' as carried, m.* from moves m
), every_row as (
    select $from_period as period, cast(null as date) as moved_on, '' as document, 'opening' as kind,
           cast(0 as bigint) as move_id, coalesce(sum(quantity), 0) as quantity, coalesce(sum(amount), 0) as amount,
           -1 as rank, 0 as uncosted
    from before where carried
    union all
    select period, moved_on, document, kind, move_id, quantity, coalesce(amount, 0), rank, case when amount is null then 1 else 0 end
    from before where not carried
), running as (
    select *, sum(quantity) over (order by period, moved_on nulls first, rank, move_id
                                  rows between unbounded preceding and current row) as balance,
           sum(amount) over (order by period, moved_on nulls first, rank, move_id
                             rows between unbounded preceding and current row) as balance_amount,
           sum(uncosted) over (order by period, moved_on nulls first, rank, move_id
                               rows between unbounded preceding and current row) as waiting
    from every_row
)
select period, moved_on as posted_on, document, kind,
       case when rank >= 0 then greatest(quantity, 0) end as quantity_in,
       case when rank = 0 and amount <> 0
            then round(cast(cast(amount as double) / cast(quantity as double) as decimal(38, 10)), 6) end as price_in,
       case when rank >= 0 then case when quantity > 0 then amount else 0 end end as amount_in,
       case when rank >= 0 then greatest(-quantity, 0) end as quantity_out,
       case when rank = 1 and amount <> 0
            then round(cast(cast(amount as double) / cast(quantity as double) as decimal(38, 10)), 6) end as price_out,
       case when rank >= 0 then case when quantity < 0 then -amount else 0 end end as amount_out,
       balance as quantity,
       case when balance > 0 and balance_amount <> 0 and waiting = 0
            then round(cast(cast(balance_amount as double) / cast(balance as double) as decimal(38, 10)), 6) end as price,
       balance_amount as amount
from running
order by period, moved_on nulls first, rank, move_id
