-- payment_plan · 收付款计划 · Plan of payments
-- grain: one row per open item of customers and suppliers, by the day its money is planned
-- area: bank
-- scope: whole
-- parameter side: choice(payable|receivable) = payable · 方向 · Side
-- parameter until: date =  · 截止日期 · Until
-- total: all
-- column open_item_id: integer · 款项序号 · Item
-- column party: text · 往来单位 · Party
-- column party_name: text · 单位名称 · Name
-- column reference: text · 单据号 · Reference
-- column due_on: date · 到期日 · Due
-- column planned_on: date · 计划日期 · Planned
-- column amount: money · 金额 · Amount
-- column running: money · 累计 · Added up
-- column note: text · 备注 · Note
with planned as (
    select e.open_item_id, e.party, coalesce(p.name, e.party) as party_name, e.reference, e.first_due_on as due_on,
           e.due_on as planned_on, abs(e.amount) as amount, e.note
    from rpt.cash_expected e left join rpt.party p on p.code = e.party
    where e.kind = $side and (cast($until as date) is null or e.due_on <= cast($until as date))
)
select open_item_id, party, party_name, reference, due_on, planned_on, amount,
       sum(amount) over (order by planned_on, open_item_id rows between unbounded preceding and current row) as running, note
from planned order by planned_on, open_item_id
