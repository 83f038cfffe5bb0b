-- close_steps · 结账步骤 · Steps of a close
-- grain: one row per step of the close of a month, and per voucher where a step books several
-- area: ledger
-- scope: whole
-- parameter period: period, required · 会计期间 · Accounting period
-- column version: integer · 版本 · Version · 每次反结账后加一 · one more after each reopening
-- column step: text · 步骤 · Step
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column voucher: text · 凭证 · Voucher
-- column amount: money · 金额 · Amount
-- column result_hash: text · SHA-256 · SHA-256
with amounts as (
    select l.voucher_id, sum(l.debit) as amount from rpt.voucher_line l
    where l.period = $period group by l.voucher_id
)
select s.version, s.step, s.voucher_id, coalesce(v.voucher, '') as voucher, a.amount, s.result_hash
from rpt.close_step s
left join rpt.voucher v on v.voucher_id = s.voucher_id
left join amounts a on a.voucher_id = s.voucher_id
where s.period = $period
order by s.version desc, s.voucher_id nulls first, s.step
