-- amortisation_schedule · 待摊费用明细表 · Costs spread over months
-- grain: one row per cost that is spread, as of a month
-- area: ledger
-- parameter period: period, required · 会计期间 · Accounting period
-- total: amount, charged, this_month, remaining
-- column code: text · 编号 · Code
-- column name: text · 名称 · Name
-- column account: text · 待摊科目 · Waits on
-- column cost_account: text · 费用科目 · Charged to
-- column department: text · 部门 · Department
-- column project: text · 项目 · Project
-- column amount: money · 原值 · Amount
-- column months: integer · 摊销月数 · Months
-- column first_period: text · 开始期间 · First month
-- column ended_period: text · 提前结束 · Ended early
-- column this_month: money · 本月摊销 · This month
-- column charged: money · 累计摊销 · Charged so far · 含本月 · this month included
-- column remaining: money · 剩余 · Remaining
with counted as (
    select code, name, account, cost_account, department, project, amount, months, part, first_period, ended_period,
           (cast(substr($period, 1, 4) as integer) - cast(substr(first_period, 1, 4) as integer)) * 12
           + cast(substr($period, 6, 2) as integer) - cast(substr(first_period, 6, 2) as integer) + 1 as so_far
    from rpt.amortisation
), borne as (
    select *, case when so_far <= 0 then 0 when so_far >= months or (ended_period <> '' and ended_period <= $period) then amount
                   else part * so_far end as charged,
           case when so_far <= 1 then 0 when so_far > months or (ended_period <> '' and ended_period < $period) then amount
                else part * (so_far - 1) end as before
    from counted
)
select code, name, account, cost_account, department, project, amount, months, first_period, ended_period,
       cast(charged - before as decimal(18, 2)) as this_month, cast(charged as decimal(18, 2)) as charged,
       cast(amount - charged as decimal(18, 2)) as remaining
from borne
order by code
