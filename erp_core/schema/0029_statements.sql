-- What of long-term money falls due within a year, month by month.

-- One row per month that can be looked at and account: of its balance (debit less credit) what is due within a year of the
-- month's end. What reduces a balance settles the earliest instalments first; lines without a due day are long-term.
create view rpt.due_within as
with months as (
    select period, last_day from rpt.period
    union
    select distinct cast(year(first_day) - 1 as varchar) || '-12', make_date(year(first_day) - 1, 12, 31) from rpt.period
), split as (
    select distinct up.account, case a.own_side when 'debit' then 1 else -1 end as side
    from rpt.statement_account s join rpt.account_ancestor up on up.ancestor = s.account
    join rpt.account a on a.code = up.account
    where s.rule = 'due_within'
), lines as (
    select l.period, l.account, l.party, l.due_on, s.side, s.side * (l.debit - l.credit) as amount
    from rpt.voucher_line l join split s on s.account = l.account
), summed as (
    select m.period, l.account, l.party, l.side, sum(l.amount) as balance,
           coalesce(sum(l.amount) filter (l.amount > 0 and l.due_on <= m.last_day + interval 1 year), 0) as due,
           coalesce(sum(l.amount) filter (l.amount < 0), 0) as settled
    from months m join lines l on l.period <= m.period
    group by m.period, l.account, l.party, l.side
)
select period, account, cast(sum(side * least(greatest(due + settled, 0), greatest(balance, 0))) as decimal(18, 2)) as amount
from summed group by period, account;
comment on view rpt.due_within is '一年内到期 · one row per month and account: what of its balance is due within a year of the month''s end';
