-- budget_versions · 每年只有一个预算版本在执行 · One version of a year's budget is in force
select v.year as offender, count(*) || ' versions are in force' as detail
from core.budget_version v join core.document d on d.document_id = v.document_id
where d.status = 'approved' group by v.year having count(*) > 1
union all
select d.number, 'cell ' || c.account || ' ' || c.period || ' is ' || c.amount
from core.budget_cell c join core.document d on d.document_id = c.document_id where c.amount < 0
order by 1
