-- bank_statements · 对账单行数相符 · Lines read equal lines added, known and double; none is lost
select 'statement ' || s.statement_id as offender,
       'read ' || s.rows_read || ', added ' || s.rows_added || ' (' || count(l.line_id) || ' there), known ' || s.rows_known
       || ', double ' || s.rows_double as detail
from core.bank_statement s left join core.bank_line l on l.statement_id = s.statement_id
group by s.statement_id, s.rows_read, s.rows_added, s.rows_known, s.rows_double
having s.rows_read <> s.rows_added + s.rows_known + s.rows_double or s.rows_added <> count(l.line_id)
order by s.statement_id
