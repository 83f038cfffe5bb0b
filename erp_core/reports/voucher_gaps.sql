-- voucher_gaps · 断号检查 · Voucher gaps
-- grain: one row per missing number, and per number dated before its predecessor
-- area: ledger
-- scope: whole
-- parameter period: period =  · 会计期间 · Accounting period
-- column period: text · 会计期间 · Period
-- column word: text · 字 · Word
-- column number: integer · 号 · Number
-- column problem: text · 问题 · Problem
-- value problem missing · 断号 · Missing
-- value problem date_order · 日期早于前号 · Dated before its predecessor
-- column voucher_on: date · 日期 · Date
-- column previous_on: date · 前号日期 · Date of predecessor
with numbered as (
    select period, word, number, voucher_on,
           lag(number) over (partition by period, word order by number) as previous,
           lag(voucher_on) over (partition by period, word order by number) as previous_on
    from rpt.voucher where $period = '' or period = $period
), holes as (
    select period, word, coalesce(previous, 0) + 1 as first_missing, number - 1 as last_missing, voucher_on, previous_on
    from numbered where number > coalesce(previous, 0) + 1
), missing as (
    select period, word, unnest(generate_series(first_missing, last_missing)) as number, 'missing' as problem, voucher_on,
           previous_on
    from holes
)
select period, word, number, problem, cast(null as date) as voucher_on, previous_on from missing
union all
select period, word, number, 'date_order', voucher_on, previous_on from numbered where voucher_on < previous_on
order by period, word, number, problem
