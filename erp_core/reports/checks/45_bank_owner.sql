-- bank_owner · 一行流水一个归属 · A line of bank or books belongs to one matching, and its sides are equal
with live as (
    select i.item, i.match_id from core.bank_match_item i anti join core.bank_match_undone u on u.match_id = i.match_id
), amounts as (
    select l.match_id, l.item, o.side, o.amount from live l left join core.bank_outstanding o on o.item = l.item
)
select item as offender, 'owned by ' || count(*) || ' matchings' as detail from live group by item having count(*) > 1
union all
select 'matching ' || match_id, 'a line is missing' from amounts where amount is null
union all
select 'matching ' || match_id, 'bank and books differ by ' || sum(case when side = 'bank' then amount else -amount end)
from amounts group by match_id having sum(case when side = 'bank' then amount else -amount end) <> 0
order by 1
