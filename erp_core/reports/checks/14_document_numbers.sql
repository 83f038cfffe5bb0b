-- document_numbers · 单据无断号 · Document numbers have no gaps
with numbered as (
    select d.kind, d.number, s.prefix, regexp_extract(d.number, '^' || s.prefix || '([0-9]*)-([0-9]+)$', 1) as cycle,
           cast(regexp_extract(d.number, '^' || s.prefix || '([0-9]*)-([0-9]+)$', 2) as bigint) as nth
    from core.document d join core.number_series s on s.series = d.kind
    where regexp_matches(d.number, '^' || s.prefix || '([0-9]*)-([0-9]+)$')
), counted as (
    select kind, prefix, cycle, count(*) as documents, min(nth) as first_number, max(nth) as last_number
    from numbered group by kind, prefix, cycle
)
select c.prefix || c.cycle as offender,
       c.documents || ' documents, numbers ' || c.first_number || ' to ' || c.last_number || ', counter ' || coalesce(n.last_number, 0)
           as detail
from counted c left join core.number_counter n on n.series = c.kind and n.cycle = c.cycle
where c.first_number <> 1 or c.last_number <> c.documents or n.last_number is distinct from c.last_number
order by 1
