-- cash_days · 日清月结 · Cash day by day, with its counts
-- grain: one row per day with turnover or a count on an account of cash or bank
-- area: bank | ledger
-- scope: whole
-- parameter account: text, required · 科目 · Account
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- column day: date · 日期 · Day
-- column opening: money · 日初余额 · Opening
-- column money_in: money · 收入 · In
-- column money_out: money · 支出 · Out
-- column closing: money · 日末余额 · Closing
-- column counted: money · 实点 · Counted
-- column difference: money · 长短款 · Over or short
-- column counted_by: text · 盘点人 · Counted by
-- column witness: text · 监盘人 · Witness
with moved as (
    select day, sum(money_in) as money_in, sum(money_out) as money_out from rpt.cash_day where account = $account group by day
), counted as (
    select counted_on as day, counted, book, counted_by, witness from rpt.cash_count where account = $account
    qualify row_number() over (partition by counted_on order by count_id desc) = 1
), days as (
    select day from moved union select day from counted
), running as (
    select d.day, coalesce(m.money_in, 0) as money_in, coalesce(m.money_out, 0) as money_out,
           sum(coalesce(m.money_in, 0) - coalesce(m.money_out, 0)) over (order by d.day) as closing
    from days d left join moved m on m.day = d.day
)
select r.day, r.closing - r.money_in + r.money_out as opening, r.money_in, r.money_out, r.closing, c.counted,
       c.counted - r.closing as difference, c.counted_by, c.witness
from running r left join counted c on c.day = r.day
where r.day between $from_day and $to_day
order by r.day
