-- leaf_lines · 只记末级科目 · Lines stand on leaf accounts only
select v.period || ' ' || v.word || '-' || v.number || ' #' || l.line as offender, 'account ' || l.account as detail
from core.voucher_line l join core.voucher v on v.voucher_id = l.voucher_id join core.account a on a.code = l.account
where not a.leaf
order by v.period, v.word, v.number, l.line
