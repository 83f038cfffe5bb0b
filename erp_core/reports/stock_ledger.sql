-- stock_ledger · 库存明细账 · Stock ledger
-- grain: one row per move of the item, after one row for the opening
-- area: stock
-- mask cost: amount, balance_amount
-- parameter item: text, required · 存货 · Item
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter warehouse: text =  · 仓库 · Warehouse
-- column moved_on: date · 日期 · Date
-- column kind: text · 类型 · Kind
-- value kind opening · 期初 · Opening
-- value kind purchase · 采购入库 · Purchase
-- value kind purchase_return · 采购退货 · Purchase return
-- value kind sale · 销售出库 · Sale
-- value kind sale_return · 销售退货 · Sale return
-- value kind transfer_out · 调拨出库 · Transfer out
-- value kind transfer_in · 调拨入库 · Transfer in
-- value kind gain · 盘盈 · Count gain
-- value kind loss · 盘亏 · Count loss
-- value kind balance · 期初结存 · Brought forward
-- column document_kind: text · 单据类型 · Document kind
-- column document: text · 单据号 · Document
-- column warehouse: text · 仓库 · Warehouse
-- column bin: text · 库位 · Bin
-- column quantity_in: quantity · 入库数量 · In
-- column quantity_out: quantity · 出库数量 · Out
-- column balance: quantity · 结存数量 · Balance
-- column amount: money · 金额 · Amount · 入为正，出为负；未结转成本时为空 · in is positive, out negative; empty until costed
-- column balance_amount: money · 结存金额 · Balance amount · 未结转的发出尚未扣除 · issues not yet costed are not taken off
-- column move_id: integer · 变动序号 · Move
with valued as (
    select move_id, sum(amount) as amount from rpt.stock_value where item = $item group by move_id
), moves as (
    select m.moved_on, m.kind, coalesce(d.kind, '') as document_kind, coalesce(d.number, m.reference) as document,
           m.warehouse, m.bin, m.quantity, v.amount, m.move_id, case when m.quantity > 0 then 0 else 1 end as rank
    from rpt.stock_move m
    left join valued v on v.move_id = m.move_id
    left join rpt.document d on d.document_id = m.document_id
    where m.item = $item and m.moved_on <= $to_day and ($warehouse = '' or m.warehouse = $warehouse)
), opening as (
    select coalesce(sum(quantity), 0) as quantity, coalesce(sum(amount), 0) as amount from moves where moved_on < $from_day
), every_row as (
    select $from_day as moved_on, 'balance' as kind, '' as document_kind, '' as document, $warehouse as warehouse, '' as bin,
           cast(null as decimal(18, 6)) as moved, quantity, amount, cast(null as decimal(38, 2)) as value,
           cast(null as bigint) as move_id, -1 as rank
    from opening
    union all
    select moved_on, kind, document_kind, document, warehouse, bin, quantity, quantity, coalesce(amount, 0), amount, move_id,
           rank
    from moves where moved_on >= $from_day
)
select moved_on, kind, document_kind, document, warehouse, bin, greatest(moved, 0) as quantity_in,
       greatest(-moved, 0) as quantity_out,
       sum(quantity) over (order by moved_on, rank, move_id rows between unbounded preceding and current row) as balance,
       value as amount,
       sum(amount) over (order by moved_on, rank, move_id rows between unbounded preceding and current row) as balance_amount,
       move_id
from every_row
order by moved_on, rank, move_id
