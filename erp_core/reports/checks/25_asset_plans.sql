-- asset_plans · 折旧计划止于净残值 · Every schedule ends at the residual value, every disposed card at nothing
with events as (
    select asset, sum(value) as value, sum(depreciation) as depreciation, sum(impairment) as impairment
    from core.asset_event group by asset
), plan as (
    select asset, sum(amount) as amount from core.asset_plan group by asset
), ended as (
    select a.asset, a.status, a.residual, e.value, e.impairment, e.depreciation + coalesce(p.amount, 0) as accumulated,
           e.value - e.depreciation - coalesce(p.amount, 0) - e.impairment as carrying, p.amount
    from core.asset a join events e on e.asset = a.asset left join plan p on p.asset = a.asset
)
select asset as offender, 'ends at ' || carrying || ', residual ' || residual as detail
from ended
where (status = 'disposed' and (value <> 0 or accumulated <> 0 or impairment <> 0))
   or (status <> 'disposed' and (carrying < 0 or (amount is not null and carrying > residual)))
order by asset
