-- aged_receivables · 应收账龄 · Aged receivables
-- grain: one row per party with anything outstanding on the day
-- area: ledger | sales
-- parameter as_of: date, required · 截止日期 · As of
-- total: all
-- column party: text · 往来单位 · Party
-- column name: text · 单位名称 · Name
-- column total: money · 合计 · Total
-- column not_due: money · 未到期 · Not due
-- column d1_30: money · 逾期1-30天 · 1-30 days late
-- column d31_60: money · 逾期31-60天 · 31-60 days late
-- column d61_90: money · 逾期61-90天 · 61-90 days late
-- column d91_plus: money · 逾期90天以上 · Over 90 days late
with accounts as (
    select up.account from rpt.account_ancestor up join rpt.account_role r on r.account = up.ancestor where r.role = 'receivable'
), matched as (
    select open_item_id, sum(amount) as amount from rpt.open_item_match where matched_on <= $as_of group by open_item_id
), remaining as (
    select o.party, date_diff('day', o.due_on, $as_of) as days_late, (o.amount + coalesce(m.amount, 0)) as amount
    from rpt.open_item o
    join accounts a on a.account = o.account
    left join matched m on m.open_item_id = o.open_item_id
    where o.item_on <= $as_of
), aged as (
    select party, sum(amount) as total,
           sum(case when days_late <= 0 then amount else 0 end) as not_due,
           sum(case when days_late between 1 and 30 then amount else 0 end) as d1_30,
           sum(case when days_late between 31 and 60 then amount else 0 end) as d31_60,
           sum(case when days_late between 61 and 90 then amount else 0 end) as d61_90,
           sum(case when days_late > 90 then amount else 0 end) as d91_plus
    from remaining where amount <> 0
    group by party
)
select a.party, coalesce(p.name, a.party) as name, a.total, a.not_due, a.d1_30, a.d31_60, a.d61_90, a.d91_plus
from aged a left join rpt.party p on p.code = a.party
order by a.total desc, a.party
