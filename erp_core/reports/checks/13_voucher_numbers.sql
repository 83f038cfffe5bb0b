-- voucher_numbers · 凭证无断号 · Voucher numbers have no gaps
select period || ' ' || word as offender,
       count(*) || ' vouchers, numbers ' || min(number) || ' to ' || max(number) as detail
from core.voucher group by period, word having min(number) <> 1 or max(number) <> count(*) order by period, word
