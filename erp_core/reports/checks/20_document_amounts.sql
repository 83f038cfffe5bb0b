-- document_amounts · 单据金额等于明细 · The amounts of a document are the sums of its lines
select d.number as offender, 'gross ' || d.gross || ', lines ' || sum(l.gross) as detail
from core.document d join core.document_line l on l.document_id = d.document_id
where d.kind not in ('receipt', 'payment')
group by d.document_id, d.number, d.net, d.tax, d.gross
having d.net <> sum(l.net) or d.tax <> sum(l.tax) or d.gross <> sum(l.gross)
order by d.document_id
