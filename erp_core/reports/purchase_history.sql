-- purchase_history · 历史采购 · Purchases before the books
-- grain: one row per value of the chosen dimension
-- area: purchasing
-- mask cost: amount
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter by: choice(supplier|item|month) = supplier · 分析维度 · By
-- total: all
-- column key: text · 编码 · Code
-- column name: text · 名称 · Name
-- column quantity: quantity · 数量 · Quantity
-- column amount: money · 金额 · Amount · 原系统的采购金额，退货为负 · as the legacy system had it, returns negative
-- column lines: integer · 行数 · Lines
with chosen as (
    select case $by when 'supplier' then party when 'item' then item else strftime(bought_on, '%Y-%m') end as key,
           case $by when 'item' then description else '' end as name, quantity, amount
    from rpt.purchase_history where cast(bought_on as date) between $from_day and $to_day
)
select c.key, coalesce(max(p.name), max(i.name), nullif(max(c.name), ''), c.key) as name, sum(c.quantity) as quantity,
       cast(round(sum(c.amount), 2) as decimal(18, 2)) as amount, count(*) as lines
from chosen c
left join rpt.party p on p.code = c.key and $by = 'supplier'
left join rpt.item i on i.code = c.key and $by = 'item'
group by c.key
order by case when $by = 'month' then c.key end, sum(c.amount) desc, c.key
