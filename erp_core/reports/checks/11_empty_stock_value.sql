-- empty_stock_value · 数量为零则金额为零 · Nothing in stock is worth nothing
with months as (
    select period, last_day from core.period where status = 'closed'
), quantities as (
    select item, period, sum(quantity) as quantity from core.stock_move group by item, period
), amounts as (
    select item, period, sum(amount) as amount from core.stock_value group by item, period
), month_average as (
    select i.code as item, m.period,
           coalesce((select sum(q.quantity) from quantities q where q.item = i.code and q.period <= m.period), 0) as quantity,
           coalesce((select sum(a.amount) from amounts a where a.item = i.code and a.period <= m.period), 0) as amount
    from core.item i cross join months m
    where i.cost_method = 'month_average'
), at_once as (
    select i.code as item, 'now' as period,
           coalesce((select sum(q.quantity) from quantities q where q.item = i.code), 0) as quantity,
           coalesce((select sum(a.amount) from amounts a where a.item = i.code), 0) as amount
    from core.item i where i.cost_method <> 'month_average'
)
select item || ' ' || period as offender, 'quantity 0, amount ' || amount as detail
from (select * from month_average union all select * from at_once) every
where quantity = 0 and amount <> 0
order by period, item
