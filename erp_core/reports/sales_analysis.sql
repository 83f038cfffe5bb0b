-- sales_analysis · 销售分析 · Sales analysis
-- grain: one row per value of the chosen dimension
-- area: sales
-- mask cost: cost, margin, net_uncosted
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter by: choice(customer|item|category|employee|region|month|day) = customer · 分析维度 · By
-- parameter include_history: boolean = false · 含历史销售 · Include sales before the books
-- total: all
-- column key: text · 编码 · Code
-- column name: text · 名称 · Name
-- column quantity: quantity · 数量 · Quantity
-- column net: money · 不含税金额 · Net · 已开票不含税销售额，红字为负 · invoiced without tax, red invoices negative
-- column tax: money · 税额 · Tax
-- column gross: money · 价税合计 · Gross
-- column cost: money · 成本 · Cost · 已结转成本部分 · of the lines whose cost is known
-- column margin: money · 毛利 · Margin · 已结转成本部分的不含税金额减成本 · net less cost of the lines whose cost is known
-- column net_uncosted: money · 未结转成本的销售额 · Net not yet costed · 毛利不含这部分 · not in the margin yet
-- column documents: integer · 发票张数 · Invoices
with chosen as (
    select case $by when 'customer' then party when 'item' then item when 'category' then category
                    when 'employee' then employee when 'region' then region
                    when 'month' then strftime(document_on, '%Y-%m') else strftime(document_on, '%Y-%m-%d') end as key,
           case $by when 'customer' then name when 'item' then item_name when 'category' then category_name else '' end as name,
           quantity, net, tax, gross, cost, number
    from rpt.sales_line
    where document_on between $from_day and $to_day and ($include_history or not history)
), grouped as (
    select key, max(name) as name, sum(quantity) as quantity, sum(net) as net, sum(tax) as tax, sum(gross) as gross,
           sum(cost) as cost, sum(case when cost is not null then net - cost end) as margin,
           sum(case when cost is null then net else 0 end) as net_uncosted, count(distinct number) as documents
    from chosen group by key
)
select g.key, case when $by = 'employee' then coalesce(e.name, g.key) when g.name = '' then g.key else g.name end as name,
       g.quantity, g.net, g.tax, g.gross, g.cost, g.margin, g.net_uncosted, g.documents
from grouped g left join rpt.employee e on e.code = g.key
order by case when $by in ('month', 'day') then g.key end, g.net desc, g.key
