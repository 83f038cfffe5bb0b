-- kpi_home · 首页指标 · Home figures
-- grain: one row per figure, with the same figure a month and a year before
-- area: sales | purchasing | stock | ledger
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
    select cast($as_of as date) as day, cast($as_of - interval 1 month as date) as month_ago,
           cast($as_of - interval 1 year as date) as year_ago
), cash_moves as (
    select '0000-00' as period, cast(null as date) as moved_on, cast(0 as decimal(38, 2)) as amount
    union all
    select b.period, null, sum(b.debit - b.credit)
    from rpt.balance b join rpt.account a on a.code = b.account and a.cash
    where b.period <= strftime($as_of, '%Y-%m')
    group by b.period
), cash_days as (
    select l.period, l.voucher_on as moved_on, sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.account a on a.code = l.account and a.cash
    where l.period in (strftime($as_of, '%Y-%m'), strftime(cast($as_of - interval 1 month as date), '%Y-%m'),
                       strftime(cast($as_of - interval 1 year as date), '%Y-%m'))
    group by l.period, l.voucher_on
), cash as (
    select sum(case when m.period < strftime(d.day, '%Y-%m') then m.amount else 0 end) as value,
           sum(case when m.period < strftime(d.month_ago, '%Y-%m') then m.amount else 0 end) as last_month,
           sum(case when m.period < strftime(d.year_ago, '%Y-%m') then m.amount else 0 end) as last_year
    from cash_moves m cross join days d
    union all
    select sum(case when m.period = strftime(d.day, '%Y-%m') and m.moved_on <= d.day then m.amount else 0 end),
           sum(case when m.period = strftime(d.month_ago, '%Y-%m') and m.moved_on <= d.month_ago then m.amount else 0 end),
           sum(case when m.period = strftime(d.year_ago, '%Y-%m') and m.moved_on <= d.year_ago then m.amount else 0 end)
    from cash_days m cross join days d
), sold as (
    select document_on as sold_on, net as amount
    from rpt.document where kind = 'sales_invoice' and status not in ('draft', 'cancelled') and document_on <= $as_of
    union all
    select cast(sold_on as date), cast(round(amount, 2) as decimal(18, 2)) from rpt.sales_history where kind <> 'fee'
), sales as (
    select sum(case when s.sold_on between cast(date_trunc('month', d.day) as date) and d.day then s.amount else 0 end) as value,
           sum(case when s.sold_on between cast(date_trunc('month', d.month_ago) as date) and d.month_ago
                    then s.amount else 0 end) as last_month,
           sum(case when s.sold_on between cast(date_trunc('month', d.year_ago) as date) and d.year_ago
                    then s.amount else 0 end) as last_year
    from sold s cross join days d
), stock as (
    select sum(v.amount) as value, sum(case when v.valued_on <= d.month_ago then v.amount else 0 end) as last_month,
           sum(case when v.valued_on <= d.year_ago then v.amount else 0 end) as last_year
    from rpt.stock_value v cross join days d where v.valued_on <= $as_of
), accounts as (
    select up.account, r.role, case r.role when 'receivable' then 1 else -1 end as sign
    from rpt.account_ancestor up join rpt.account_role r on r.account = up.ancestor and r.role in ('receivable', 'payable')
), owing as (
    select account, due_on, item_on as happened_on, item_on, amount from rpt.open_item where due_on < $as_of
    union all
    select o.account, o.due_on, m.matched_on, o.item_on, m.amount
    from rpt.open_item_match m join rpt.open_item o on o.open_item_id = m.open_item_id
    where o.due_on < $as_of and m.matched_on <= $as_of
), owed as (
    select a.role,
           sum(case when o.due_on < d.day and o.item_on <= d.day and o.happened_on <= d.day
                    then a.sign * o.amount else 0 end) as value,
           sum(case when o.due_on < d.month_ago and o.item_on <= d.month_ago and o.happened_on <= d.month_ago
                    then a.sign * o.amount else 0 end) as last_month,
           sum(case when o.due_on < d.year_ago and o.item_on <= d.year_ago and o.happened_on <= d.year_ago
                    then a.sign * o.amount else 0 end) as last_year
    from owing o join accounts a on a.account = o.account cross join days d
    group by a.role
), on_hand as (
    select item, sum(quantity) as quantity, max(moved_on) as last_moved_on
    from rpt.stock_move where moved_on <= $as_of group by item
), on_order as (
    select item, sum(case when kind = 'sales_order' then -outstanding else outstanding end) as quantity
    from rpt.stock_commitment where outstanding > 0 and document_on <= $as_of group by item
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
), totals as (
    select 'cash' as key, sum(value) as value, sum(last_month) as last_month, sum(last_year) as last_year from cash
    union all select 'sales_month', value, last_month, last_year from sales
    union all select 'stock_value', value, last_month, last_year from stock
    union all select case role when 'receivable' then 'receivables_overdue' else 'payables_overdue' end,
                     value, last_month, last_year from owed
    union all select 'alerts', sum(amount), null, null from alerts
    union all select 'orders_open', sum(amount), null, null from orders
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
where w.key in (
    select case r.may when 'read.stock' then 'alerts' when 'read.sales' then 'sales_month' end from rpt.reach r
    union all select 'orders_open' from rpt.reach r where r.may = 'read.sales'
    union all select 'receivables_overdue' from rpt.reach r where r.may in ('read.sales', 'read.ledger')
    union all select case r.may when 'read.stock' then 'stock_value' when 'read.purchasing' then 'payables_overdue'
                                when 'read.ledger' then 'payables_overdue' end
    from rpt.reach r join rpt.reach c on c.may = 'see.cost'
    union all select 'cash' from rpt.reach r join rpt.reach c on c.may = 'whole' where r.may = 'read.ledger'
)
order by w.position
