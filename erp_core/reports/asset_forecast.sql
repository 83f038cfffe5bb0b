-- asset_forecast · 折旧预测 · Forecast of depreciation
-- grain: one row per month and category
-- area: ledger
-- parameter from_period: text, required · 起始期间 · From period
-- parameter to_period: text, required · 截止期间 · To period
-- total: period <> ''
-- column period: text · 会计期间 · Period
-- column category: text · 类别编码 · Category
-- column category_name: text · 类别 · Category name
-- column cards: integer · 计提卡片数 · Cards charged
-- column amount: money · 折旧额 · Charge
-- column closed: boolean · 已结账 · Closed
select c.period, a.category, k.name as category_name, count(distinct c.asset) as cards, sum(c.amount) as amount,
       coalesce(bool_or(p.status = 'closed'), false) as closed
from rpt.asset_charge c
join rpt.asset a on a.asset = c.asset
join rpt.asset_category k on k.code = a.category
left join rpt.period p on p.period = c.period
where c.period between $from_period and $to_period
group by c.period, a.category, k.name
order by c.period, a.category
