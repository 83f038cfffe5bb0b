-- open_item_matches · 核销不超额 · No open item is matched beyond its amount or with another account or party
with sides as (
    select debit_item as open_item_id, credit_item as other, -amount as amount from core.open_item_match
    union all
    select credit_item, debit_item, amount from core.open_item_match
), totals as (
    select open_item_id, sum(amount) as matched from sides group by open_item_id
), unlike as (
    select s.open_item_id, 'matched with ' || other.account || '/' || other.party as detail
    from sides s
    left join core.open_item own on own.open_item_id = s.open_item_id
    left join core.open_item other on other.open_item_id = s.other
    where own.account is distinct from other.account or own.party is distinct from other.party
), beyond as (
    select t.open_item_id, 'amount ' || o.amount || ', matched ' || t.matched as detail
    from totals t join core.open_item o on o.open_item_id = t.open_item_id
    where o.amount * (o.amount + t.matched) < 0 or o.amount * t.matched > 0
), found as (
    select * from unlike union all select * from beyond
)
select coalesce(o.account || '/' || o.party || ' ', '') || coalesce(nullif(o.reference, ''), '#' || f.open_item_id) as offender,
       f.detail
from found f left join core.open_item o on o.open_item_id = f.open_item_id
order by f.open_item_id
