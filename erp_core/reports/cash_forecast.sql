-- cash_forecast · 13 周现金预测 · Cash forecast of 13 weeks
-- grain: one row per week and kind of money; the balance stands on the rows of kind balance
-- area: bank
-- scope: whole
-- parameter as_of: date, required · 起始日期 · From
-- parameter customers_late: integer = 0 · 客户平均晚付天数 · Days customers pay late
-- parameter suppliers_late: integer = 0 · 我方平均晚付天数 · Days we pay late
-- parameter overdue_weeks: integer = 4 · 逾期款分几周收付 · Weeks over which what is overdue moves
-- parameter orders: boolean = true · 计入未执行订单 · Open orders count
-- column week: integer · 周次 · Week
-- column from_on: date · 起 · From
-- column to_on: date · 止 · To
-- column kind: text · 项目 · Kind
-- value kind receivable · 应收账款 · Receivables
-- value kind payable · 应付账款 · Payables
-- value kind sales_order · 未发货订单 · Sales orders
-- value kind purchase_order · 未到货订单 · Purchase orders
-- value kind payroll · 工资社保 · Wages
-- value kind tax · 税费 · Taxes
-- value kind rent · 租金 · Rent
-- value kind loan · 借款 · Loans
-- value kind other · 其他 · Other
-- value kind balance · 期末余额 · Balance at the end
-- column amount: money · 金额 · Amount
with weeks as (
    select n as week, cast($as_of as date) + 7 * (n - 1) as from_on, cast($as_of as date) + 7 * n - 1 as to_on
    from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13)) as t (n)
), expected as (
    select kind, case when kind in ('receivable', 'sales_order') then due_on + cast($customers_late as integer)
                      when kind in ('payable', 'purchase_order') then due_on + cast($suppliers_late as integer)
                      else due_on end as due_on, planned, amount
    from rpt.cash_expected
    where known_on <= $as_of and ($orders or kind not in ('sales_order', 'purchase_order'))
), placed as (
    select kind, amount, case when planned or due_on >= cast($as_of as date) then due_on end as due_on from expected
    where not planned or due_on >= cast($as_of as date)
    union all
    select kind, amount, cast($as_of as date) from expected where planned and due_on < cast($as_of as date)
), due as (
    select w.week, p.kind, sum(p.amount) as amount from placed p join weeks w on p.due_on between w.from_on and w.to_on
    group by w.week, p.kind
), overdue as (
    select kind, sum(amount) as amount from placed where due_on is null group by kind
), over as (
    select least(greatest($overdue_weeks, 1), 13) as weeks
), spread as (
    -- The last week takes what rounding leaves.
    select w.week, o.kind,
           case when w.week < v.weeks
                then cast(round(cast(o.amount as double) / cast(v.weeks as double), 2) as decimal(18, 2))
                else o.amount - (v.weeks - 1)
                     * cast(round(cast(o.amount as double) / cast(v.weeks as double), 2) as decimal(18, 2)) end as amount
    from overdue o cross join over v join weeks w on w.week <= v.weeks
), comes_round as (
    select w.week, r.kind, sum(r.amount) as amount from rpt.cash_occurrence r join weeks w on r.falls_on between w.from_on and w.to_on
    group by w.week, r.kind
), flows as (
    select week, kind, sum(amount) as amount
    from (select * from due union all select * from spread union all select * from comes_round) every_flow group by week, kind
), opening as (
    select coalesce(sum(money_in - money_out), 0) as amount from rpt.cash_day where day < $as_of
), balances as (
    select w.week, 'balance' as kind, (select amount from opening)
           + sum(coalesce((select sum(f.amount) from flows f where f.week = w.week), 0)) over (order by w.week) as amount
    from weeks w
)
select w.week, w.from_on, w.to_on, f.kind, f.amount
from (select * from flows union all select * from balances) f join weeks w on w.week = f.week
order by w.week, case f.kind when 'balance' then 1 else 0 end, f.kind
