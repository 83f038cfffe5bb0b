-- voucher_dates · 凭证号与日期同序 · Voucher numbers follow their dates
-- warning
with ordered as (
    select period, word, number, voucher_on, lag(voucher_on) over (partition by period, word order by number) as before
    from core.voucher
)
select period || ' ' || word || '-' || number as offender, 'dated ' || voucher_on || ', its predecessor ' || before as detail
from ordered where voucher_on < before order by period, word, number
