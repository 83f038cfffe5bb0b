-- stock_turnover · 库存周转 · Stock turnover
-- grain: one row per item with stock or sales in the days
-- area: stock
-- mask cost: cost_of_sales, opening_amount, closing_amount, average_amount, turnover, days_on_hand
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter category: text =  · 类别 · Category
-- column item: text · 存货编码 · Item
-- column name: text · 存货名称 · Name
-- column category: text · 类别编码 · Category
-- column quantity_sold: quantity · 销售数量 · Quantity sold
-- column cost_of_sales: money · 销售成本 · Cost of sales
-- column opening_amount: money · 期初金额 · Opening value
-- column closing_amount: money · 期末金额 · Closing value
-- column average_amount: money · 平均库存金额 · Average value · 期初期末平均 · mean of opening and closing
-- column turnover: ratio · 周转次数 · Turns · 销售成本除以平均库存 · cost of sales over average value
-- column days_on_hand: ratio · 周转天数 · Days on hand · 期间天数除以周转次数 · days over turns
with values_of as (
    select item,
           sum(case when valued_on < $from_day then amount else 0 end) as opening_amount,
           sum(amount) as closing_amount,
           -sum(case when valued_on >= $from_day and move_kind in ('sale', 'sale_return') then amount else 0 end) as cost_of_sales
    from rpt.stock_flow where valued_on <= $to_day group by item
), sold as (
    select item, -sum(quantity) as quantity_sold from rpt.stock_move
    where moved_on between $from_day and $to_day and kind in ('sale', 'sale_return') group by item
), joined as (
    select i.code as item, i.name, i.category, coalesce(s.quantity_sold, 0) as quantity_sold,
           coalesce(v.cost_of_sales, 0) as cost_of_sales, coalesce(v.opening_amount, 0) as opening_amount,
           coalesce(v.closing_amount, 0) as closing_amount,
           (cast(coalesce(v.opening_amount, 0) as double) + cast(coalesce(v.closing_amount, 0) as double)) / 2 as average
    from rpt.item i left join values_of v on v.item = i.code left join sold s on s.item = i.code
    where i.kind = 'goods' and (v.item is not null or s.item is not null) and ($category = '' or i.category = $category)
)
select item, name, category, quantity_sold, cost_of_sales, opening_amount, closing_amount,
       round(cast(average as decimal(38, 10)), 2) as average_amount,
       case when average > 0 then round(cast(cost_of_sales as double) / average, 4) end as turnover,
       case when average > 0 and cost_of_sales > 0
            then round((date_diff('day', $from_day, $to_day) + 1) * average / cast(cost_of_sales as double), 1) end as days_on_hand
from joined
order by cost_of_sales desc, item
