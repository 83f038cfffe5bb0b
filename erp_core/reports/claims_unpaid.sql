-- claims_unpaid · 待付报销与借款 · Claims and advances that wait for money
-- grain: one row per approved claim or advance that is not paid
-- area: claims
-- parameter as_of: date, required · 截止日期 · As of
-- total: all
-- column kind: text · 单据类型 · Kind
-- value kind claim · 费用报销 · Expense claim
-- value kind claim_advance · 备用金借款 · Staff advance
-- column number: text · 单据号 · Number
-- column document_on: date · 日期 · Date
-- column employee: text · 职员 · Employee
-- column name: text · 姓名 · Name
-- column department: text · 部门 · Department
-- column gross: money · 金额 · Amount
-- column advance_open: money · 备用金余额 · Open advance of the employee
-- column to_pay: money · 预计实付 · Likely to be paid · 一名职员的备用金先冲抵其较早的单据 · the open advance goes to the earlier claims first
-- column days: integer · 已等天数 · Days waiting
-- column note: text · 事由 · What for
with waiting as (
    select kind, number, document_on, employee, name, department, gross, note,
           sum(case when kind = 'claim' then gross else 0 end) over (
               partition by employee order by document_on, number rows between unbounded preceding and current row) as reached
    from rpt.claim where status = 'approved' and kind in ('claim', 'claim_advance')
), advances as (
    select employee, greatest(sum(balance), 0) as open from rpt.claim_advance group by employee
)
select w.kind, w.number, w.document_on, w.employee, w.name, w.department, w.gross, coalesce(a.open, 0) as advance_open,
       case when w.kind = 'claim_advance' then w.gross
            else least(w.gross, greatest(w.reached - coalesce(a.open, 0), 0)) end as to_pay,
       date_diff('day', w.document_on, cast($as_of as date)) as days, w.note
from waiting w left join advances a on a.employee = w.employee
where w.document_on <= cast($as_of as date)
order by w.document_on, w.number
