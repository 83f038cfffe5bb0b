-- bank_unmatched · 未达账项账龄 · Age of what is not matched
-- grain: one row per account at a bank, side and age
-- area: bank
-- scope: whole
-- parameter as_of: date, required · 截止日期 · As of
-- parameter bank_account: text =  · 银行账户 · Account at the bank
-- total: all
-- column bank_account: text · 银行账户 · Account
-- column side: text · 一侧 · Side
-- value side bank · 银行有、账面无 · At the bank, not in the books
-- value side book · 账面有、银行无 · In the books, not at the bank
-- column age: text · 账龄 · Age
-- value age a · 7 天以内 · Up to 7 days
-- value age b · 8–30 天 · 8 to 30 days
-- value age c · 31–90 天 · 31 to 90 days
-- value age d · 90 天以上 · Over 90 days
-- column lines: integer · 行数 · Lines
-- column money_in: money · 收入 · In
-- column money_out: money · 支出 · Out
-- column oldest_on: date · 最早 · Oldest
with open as (
    select bank_account, side, known_on, amount, date_diff('day', known_on, cast($as_of as date)) as days
    from rpt.bank_outstanding
    where known_on <= $as_of and (cleared_on is null or cleared_on > $as_of)
      and ($bank_account = '' or bank_account = $bank_account)
), aged as (
    select bank_account, side, known_on, amount,
           case when days <= 7 then 'a' when days <= 30 then 'b' when days <= 90 then 'c' else 'd' end as age
    from open
)
select bank_account, side, age, count(*) as lines, coalesce(sum(case when amount > 0 then amount end), 0) as money_in,
       coalesce(sum(case when amount < 0 then -amount end), 0) as money_out, min(known_on) as oldest_on
from aged group by bank_account, side, age order by bank_account, side, age
