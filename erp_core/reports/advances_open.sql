-- advances_open · 备用金余额 · Open staff advances
-- grain: one row per employee whose account of advances is not nil
-- area: claims
-- parameter as_of: date, required · 截止日期（账龄） · As of (for the age)
-- total: all
-- column employee: text · 职员 · Employee
-- column name: text · 姓名 · Name
-- column department: text · 部门 · Department
-- column given: money · 借出 · Paid out
-- column set_off: money · 报销冲抵 · Set off by claims
-- column given_back: money · 归还 · Given back
-- column otherwise: money · 其他 · Otherwise · 期初、手工凭证和红冲 · openings, vouchers by hand, red corrections
-- column balance: money · 余额 · Open
-- column oldest_on: date · 最早未清日期 · Oldest open · 先借先还 · the oldest is settled first
-- column days: integer · 天数 · Days
-- column overdue: money · 逾期 · Overdue
with papers as (
    select employee, coalesce(sum(case when kind = 'claim_advance' then paid end), 0) as given,
           coalesce(sum(case when kind = 'claim' and status = 'paid' then advance end), 0) as set_off,
           coalesce(sum(case when kind = 'claim_refund' then gross end), 0) as given_back
    from rpt.claim group by employee
), open as (
    select employee, max(name) as name, max(department) as department, sum(balance) as balance from rpt.claim_advance
    group by employee having sum(balance) <> 0
), paid_out as (
    select c.employee, c.paid_on, c.due_on, c.paid,
           sum(c.paid) over (partition by c.employee order by c.paid_on desc, c.number desc
                             rows between unbounded preceding and current row) as later
    from rpt.claim c where c.kind = 'claim_advance' and c.status = 'paid'
), left_over as (
    select p.employee, p.paid_on, p.due_on, least(p.paid, greatest(o.balance - (p.later - p.paid), 0)) as amount
    from paid_out p join open o on o.employee = p.employee
), aged as (
    select employee, min(paid_on) as oldest_on,
           coalesce(sum(case when due_on < cast($as_of as date) then amount end), 0) as overdue
    from left_over where amount > 0 group by employee
)
select o.employee, o.name, o.department, coalesce(p.given, 0) as given, coalesce(p.set_off, 0) as set_off,
       coalesce(p.given_back, 0) as given_back,
       o.balance - coalesce(p.given, 0) + coalesce(p.set_off, 0) + coalesce(p.given_back, 0) as otherwise, o.balance,
       a.oldest_on, date_diff('day', a.oldest_on, cast($as_of as date)) as days, coalesce(a.overdue, 0) as overdue
from open o left join papers p on p.employee = o.employee left join aged a on a.employee = o.employee
order by o.balance desc, o.employee
