-- kpi_home · 首页指标 · Home figures
-- grain: one row per figure, with the same figure a month and a year before
-- parameter as_of: date, required · 截止日期 · As of
-- column key: text · 指标 · Figure
-- value key cash · 货币资金 · Cash
-- value key sales_month · 本月销售额 · Sales this month
-- value key stock_value · 库存金额 · Stock value
-- value key receivables_overdue · 逾期应收 · Overdue receivables
-- value key payables_overdue · 逾期应付 · Overdue payables
-- value key alerts · 库存预警 · Stock alerts
-- value key orders_open · 未完成销售订单 · Open sales orders
-- column value: money · 数值 · Value
-- column last_month: money · 上月同日 · Same day last month
-- column last_year: money · 去年同日 · Same day last year
-- column unit: text · 单位 · Unit
-- value unit CNY · 元 · CNY
-- value unit count · 个 · count
-- column definition_zh: text · 口径 · Definition (zh)
-- column definition_en: text · 英文口径 · Definition
-- column drill_report: text · 明细报表 · Report behind it
-- column drill_parameters: text · 明细参数 · Its parameters, as JSON
-- column drill_column: text · 明细合计列 · Column that adds up; empty counts rows
with days as (
    select 'value' as which, cast($as_of as date) as day
    union all select 'last_month', cast($as_of - interval 1 month as date)
    union all select 'last_year', cast($as_of - interval 1 year as date)
), cash_moves as (
    select d.which, b.debit - b.credit as amount
    from days d join rpt.balance b on b.period < strftime(d.day, '%Y-%m') join rpt.account a on a.code = b.account and a.cash
    union all
    select d.which, l.debit - l.credit
    from days d
    join rpt.voucher_line l on l.period = strftime(d.day, '%Y-%m') and l.voucher_on <= d.day
    join rpt.account a on a.code = l.account and a.cash
), sales as (
    select d.which, s.net as amount
    from days d join rpt.sales_line s on s.document_on between cast(date_trunc('month', d.day) as date) and d.day
), stock as (
    select d.which, v.amount from days d join rpt.stock_value v on v.valued_on <= d.day
), owed as (
    select d.which, r.role, case r.role when 'receivable' then o.amount else -o.amount end as amount
    from days d
    join rpt.open_item o on o.due_on < d.day and o.item_on <= d.day
    join rpt.account_ancestor up on up.account = o.account
    join rpt.account_role r on r.account = up.ancestor and r.role in ('receivable', 'payable')
    union all
    select d.which, r.role, case r.role when 'receivable' then m.amount else -m.amount end
    from days d
    join rpt.open_item_match m on m.matched_on <= d.day
    join rpt.open_item o on o.open_item_id = m.open_item_id and o.due_on < d.day and o.item_on <= d.day
    join rpt.account_ancestor up on up.account = o.account
    join rpt.account_role r on r.account = up.ancestor and r.role in ('receivable', 'payable')
), on_hand as (
    select item, sum(quantity) as quantity, max(moved_on) as last_moved_on
    from rpt.stock_move where moved_on <= $as_of group by item
), on_order as (
    select item, sum(case when kind = 'sales_order' then -outstanding else outstanding end) as quantity
    from rpt.order_line where outstanding > 0 and document_on <= $as_of group by item
), alerts as (
    select (case when coalesce(h.quantity, 0) < i.minimum
                   or coalesce(h.quantity, 0) + coalesce(o.quantity, 0) <= i.reorder_point then 1 else 0 end)
           + (case when h.quantity > i.maximum then 1 else 0 end)
           + (case when h.quantity > 0 and h.last_moved_on < $as_of - interval 180 day then 1 else 0 end) as amount
    from rpt.item i left join on_hand h on h.item = i.code left join on_order o on o.item = i.code
    where i.kind = 'goods' and i.active
), orders as (
    select net_outstanding as amount from rpt.order_line
    where kind = 'sales_order' and outstanding > 0 and document_on <= $as_of
), figures as (
    select 'cash' as key, which, amount from cash_moves
    union all select 'sales_month', which, amount from sales
    union all select 'stock_value', which, amount from stock
    union all select case role when 'receivable' then 'receivables_overdue' else 'payables_overdue' end, which, amount from owed
    union all select 'alerts', 'value', amount from alerts
    union all select 'orders_open', 'value', amount from orders
), totals as (
    select key, sum(case when which = 'value' then amount end) as value,
           sum(case when which = 'last_month' then amount end) as last_month,
           sum(case when which = 'last_year' then amount end) as last_year
    from figures group by key
), words as (
    select * from (values
        (1, 'cash', 'CNY', '库存现金、银行存款和其他货币资金截至当日的账面余额。',
         'Book balance of cash and bank accounts on the day.', 'cash_position', 'as_of', 'balance'),
        (2, 'sales_month', 'CNY', '当月一日至当日已开发票的不含税金额，红字发票冲减；启用账套前的月份取历史销售。',
         'Invoiced from the first of the month to the day, without tax, less red invoices; history before the books.',
         'sales_lines', 'days', 'net'),
        (3, 'stock_value', 'CNY', '存货科目截至当日的账面金额；当月发出而未结转成本的仍在其中。',
         'Book value of stock on the day; issues of the month that are not yet costed are still in it.',
         'stock_on_hand', 'as_of', 'amount'),
        (4, 'receivables_overdue', 'CNY', '应收账款中到期日早于当日而未核销的金额。',
         'Receivables due before the day and not yet matched.', 'open_items', 'receivable', 'remaining'),
        (5, 'payables_overdue', 'CNY', '应付账款中到期日早于当日而未核销的金额。',
         'Payables due before the day and not yet matched.', 'open_items', 'payable', 'remaining'),
        (6, 'alerts', 'count', '低于最低库存或再订货点、超过最高库存、180天无变动的存货条数。',
         'Items below minimum or reorder point, above maximum, or without a move for 180 days.',
         'stock_alerts', 'as_of', ''),
        (7, 'orders_open', 'CNY', '已审核销售订单中尚未发货部分的不含税金额。',
         'Net of what approved sales orders still wait for.', 'sales_orders_open', 'as_of', 'net_outstanding')
    ) w (position, key, unit, definition_zh, definition_en, drill_report, ask, drill_column)
)
select w.key, coalesce(t.value, 0) as value,
       case when w.key not in ('alerts', 'orders_open') then coalesce(t.last_month, 0) end as last_month,
       case when w.key not in ('alerts', 'orders_open') then coalesce(t.last_year, 0) end as last_year,
       w.unit, w.definition_zh, w.definition_en, w.drill_report,
       case w.ask
           when 'days' then '{"from_day": "' || strftime($as_of, '%Y-%m') || '-01", "to_day": "' || strftime($as_of, '%Y-%m-%d')
                            || '", "include_history": true}'
           when 'as_of' then '{"as_of": "' || strftime($as_of, '%Y-%m-%d') || '"}'
           else '{"as_of": "' || strftime($as_of, '%Y-%m-%d') || '", "role": "' || w.ask || '", "overdue": true}'
       end as drill_parameters,
       w.drill_column
from words w left join totals t on t.key = w.key
order by w.position
