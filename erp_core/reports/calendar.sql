-- calendar · 会计日历 · Calendar of the books
-- grain: one row per month of the books
-- column period: text · 会计期间 · Period
-- column first_day: date · 首日 · First day
-- column last_day: date · 末日 · Last day
-- column status: text · 总账 · Ledger
-- value status open · 未结账 · Open
-- value status closed · 已结账 · Closed
-- column stock_status: text · 存货 · Stock
-- value stock_status open · 未关账 · Open
-- value stock_status closed · 已关账 · Closed
-- column last_on: date · 最近业务日 · Last business day · 账套内最晚的单据或凭证日期，每行相同 · the latest document or voucher in the books, the same on every row
with latest as (
    select max(happened_on) as last_on
    from (
        select max(document_on) as happened_on from rpt.document
        union all
        select max(voucher_on) from rpt.voucher
    ) every
)
select p.period, p.first_day, p.last_day, p.status, p.stock_status, latest.last_on
from rpt.period p cross join latest
order by p.period
