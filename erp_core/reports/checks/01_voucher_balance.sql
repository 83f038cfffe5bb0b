-- voucher_balance · 凭证借贷平衡 · Debits equal credits in every voucher
select v.period || ' ' || v.word || '-' || v.number as offender,
       'debit ' || coalesce(sum(l.debit), 0) || ', credit ' || coalesce(sum(l.credit), 0) as detail
from core.voucher v left join core.voucher_line l on l.voucher_id = v.voucher_id
group by v.voucher_id, v.period, v.word, v.number
having count(l.line) = 0 or sum(l.debit) <> sum(l.credit)
order by v.period, v.word, v.number
