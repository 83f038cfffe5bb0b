-- voucher_period · 凭证日期在期间内 · Every voucher is dated in its period
select v.period || ' ' || v.word || '-' || v.number as offender, 'dated ' || v.voucher_on as detail
from core.voucher v left join core.period p on p.period = v.period
where substr(v.period, 6) <> '00' and (p.period is null or v.voucher_on not between p.first_day and p.last_day)
order by 1
