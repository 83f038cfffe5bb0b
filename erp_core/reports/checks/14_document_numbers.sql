-- document_numbers · 单据无断号 · Document numbers have no gaps
with endings as (
    select d.kind, s.prefix, substr(d.number, length(s.prefix) + 1) as ending
    from core.document d join core.number_series s on s.series = d.kind and starts_with(d.number, s.prefix)
), numbered as (
    select kind, prefix, split_part(ending, '-', 1) as cycle, cast(split_part(ending, '-', 2) as bigint) as nth
    from endings where regexp_full_match(ending, '[0-9]*-[0-9]+')
), counted as (
    select kind, prefix, cycle, count(*) as documents, min(nth) as first_number, max(nth) as last_number
    from numbered group by kind, prefix, cycle
)
select c.prefix || c.cycle as offender,
       c.documents || ' documents, numbers ' || c.first_number || ' to ' || c.last_number || ', counter '
       || coalesce(n.last_number, 0) as detail
from counted c left join core.number_counter n on n.series = c.kind and n.cycle = c.cycle
where c.first_number <> 1 or c.last_number <> c.documents or n.last_number is distinct from c.last_number
order by 1
