-- stock_ageing · 库龄分析 · Stock ageing
-- grain: one row per item in stock; what is left is taken to be what came last
-- area: stock
-- mask cost: amount, amount_181_plus
-- parameter as_of: date, required · 截止日期 · As of
-- parameter category: text =  · 类别 · Category
-- total: all
-- column item: text · 存货编码 · Item
-- column name: text · 存货名称 · Name
-- column category: text · 类别编码 · Category
-- column quantity: quantity · 现存量 · On hand
-- column d0_30: quantity · 30天内 · 0-30 days
-- column d31_60: quantity · 31-60天 · 31-60 days
-- column d61_90: quantity · 61-90天 · 61-90 days
-- column d91_180: quantity · 91-180天 · 91-180 days
-- column d181_plus: quantity · 180天以上 · Over 180 days
-- column amount: money · 账面金额 · Book value
-- column amount_181_plus: money · 180天以上金额 · Value over 180 days · 按数量分摊 · by share of quantity
with on_hand as (
    select item, sum(quantity) as quantity from rpt.stock_move where moved_on <= $as_of group by item having sum(quantity) > 0
), arrivals as (
    select m.item, m.moved_on, m.quantity, h.quantity as on_hand,
           sum(m.quantity) over (partition by m.item order by m.moved_on desc, m.move_id desc
                                 rows between unbounded preceding and current row) as so_far
    from rpt.stock_move m join on_hand h on h.item = m.item
    where m.moved_on <= $as_of and m.quantity > 0 and m.kind <> 'transfer_in'
), layers as (
    select item, date_diff('day', moved_on, $as_of) as age,
           greatest(least(quantity, on_hand - (so_far - quantity)), 0) as quantity
    from arrivals
), aged as (
    select item, sum(quantity) as quantity,
           sum(case when age <= 30 then quantity else 0 end) as d0_30,
           sum(case when age between 31 and 60 then quantity else 0 end) as d31_60,
           sum(case when age between 61 and 90 then quantity else 0 end) as d61_90,
           sum(case when age between 91 and 180 then quantity else 0 end) as d91_180,
           sum(case when age > 180 then quantity else 0 end) as d181_plus
    from layers group by item
), valued as (
    select item, sum(amount) as amount from rpt.stock_value where valued_on <= $as_of group by item
)
select a.item, i.name, i.category, a.quantity, a.d0_30, a.d31_60, a.d61_90, a.d91_180, a.d181_plus,
       coalesce(v.amount, 0) as amount,
       coalesce(round(cast(cast(v.amount as double) * cast(a.d181_plus as double) / cast(a.quantity as double)
                as decimal(38, 10)), 2), 0) as amount_181_plus
from aged a
join rpt.item i on i.code = a.item
left join valued v on v.item = a.item
where $category = '' or i.category = $category
order by a.d181_plus desc, a.item
