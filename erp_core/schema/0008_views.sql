-- What people may read: the views of schema rpt. Reports, screens, notebooks and the close read these and nothing else.
-- A cursor lent to a person carries that person's limits as variables (foundation/reading.py); the macros below compare
-- with them. Where no limit is set they fold away before a plan is made, so the core reading for itself pays nothing.

create macro core.may_read(area) as coalesce(list_contains(getvariable('areas'), area), true);
create macro core.hides(mask) as coalesce(list_contains(getvariable('masks'), mask), false);
create macro core.in_warehouses(warehouse) as coalesce(list_contains(getvariable('scope_warehouses'), warehouse), true);
create macro core.in_parties(party) as coalesce(list_contains(getvariable('scope_parties'), party), true);
create macro core.in_projects(project) as coalesce(list_contains(getvariable('scope_projects'), project), true);
create macro core.in_accounts(account) as coalesce(list_contains(getvariable('open_accounts'), account), true);
create macro core.of_persons(employee, department, made_by, party) as
    getvariable('scope_employees') is null or list_contains(getvariable('scope_employees'), employee)
    or list_contains(getvariable('scope_departments'), department) or made_by = getvariable('reader')
    or list_contains(getvariable('scope_own_parties'), party);
create macro core.area_of(kind) as
    case when starts_with(kind, 'sale') then 'sales' when starts_with(kind, 'purchase') then 'purchasing'
         when starts_with(kind, 'stock') then 'stock' when starts_with(kind, 'claim') then 'claims' else 'ledger' end;
-- Where a figure came from may know who reads the ledger or works on the intake.
create macro core.traces() as core.may_read('intake') or core.may_read('ledger');
create macro core.priced_at_cost(kind) as core.hides('cost') and not starts_with(kind, 'sale') and not starts_with(kind, 'claim');
-- A row that names nobody of a limited dimension of parties or warehouses is everybody's; of projects it is nobody's.
create macro core.sees_document(kind, party, employee, department, project, made_by, warehouse, to_warehouse) as
    core.may_read(core.area_of(kind)) and (party = '' or core.in_parties(party)) and core.in_projects(project)
    and core.of_persons(employee, department, made_by, party)
    and (warehouse = '' or core.in_warehouses(warehouse) or (to_warehouse <> '' and core.in_warehouses(to_warehouse)));

-- One row per thing that this reader may: an area, a column, or 'whole' where no rows are held back.
create view rpt.reach as
select 'read.' || area as may from (values ('masters'), ('sales'), ('purchasing'), ('stock'), ('ledger'), ('claims'), ('bank'), ('people'), ('audit'),
    ('intake'), ('operations')) as t (area) where core.may_read(area)
union all
select 'see.' || mask from (values ('cost'), ('bank'), ('identity'), ('salary')) as t (mask) where not core.hides(mask)
union all
select 'whole' where getvariable('scope_employees') is null and getvariable('scope_warehouses') is null
    and getvariable('scope_parties') is null and getvariable('scope_projects') is null;
comment on view rpt.reach is '可见范围 · one row per area, column or whole that the reader may see';

create view rpt.company as
select name, name_en, uscc, taxpayer, standard, currency, start_period, language from core.company;
comment on view rpt.company is '账套 · one row: the company whose books these are';

create view rpt.parameter as
select key, value, valid_from from core.parameter
qualify row_number() over (partition by key, valid_from order by act_id desc) = 1;
comment on view rpt.parameter is '参数 · one row per parameter and day from which it holds';

create view rpt.user as select login, name, active from core.app_user where core.may_read('people');
comment on view rpt.user is '用户 · one row per person who may act';

create view rpt.act as
select act_id, verb, actor, happened_at, cast(happened_at + interval 8 hour as date) as happened_on, outcome, reason,
       arguments, result
from core.act where core.may_read('audit');
comment on view rpt.act is '操作日志 · one row per act: who did what, when, why, and what came of it';

create view rpt.number_counter as
select c.series, s.prefix, c.cycle, c.last_number from core.number_counter c left join core.number_series s using (series);
comment on view rpt.number_counter is '编号 · one row per series and cycle: the last number given out';

-- Chart and periods -------------------------------------------------------------------------------------------------

-- One row per account and each account above it, itself included; how a parent finds what belongs to it.
create view rpt.account_ancestor as
with recursive climb (account, ancestor, steps) as (
    select code, code, 0 from core.account
    union all
    select climb.account, above.parent, climb.steps + 1
    from climb join core.account above on above.code = climb.ancestor
    where above.parent <> ''
)
select account, ancestor, steps from climb;
comment on view rpt.account_ancestor is '科目上下级 · one row per account and each account above it, itself included';

create view rpt.account as
with depth as (select account, count(*) as level from rpt.account_ancestor group by account)
select a.code, a.code as account, a.parent, a.name_zh, a.name_en, a.category, a.side,
       case when a.side <> 'either' then a.side
            when a.category in ('asset', 'cost', 'expense') then 'debit' else 'credit' end as own_side,
       cast(depth.level as integer) as level, a.leaf, a.active, a.cash, a.control, a.manual,
       a.party_rule, a.department_rule, a.employee_rule, a.project_rule, a.item_rule
from core.account a join depth on depth.account = a.code;
comment on view rpt.account is '会计科目 · one row per account of the chart';
comment on column rpt.account.own_side is '余额方向 · the side on which a balance of this account counts as positive';
comment on column rpt.account.control is '往来控制 · lines wait as open items until money is matched';

create view rpt.account_role as select role, account from core.account_role;
comment on view rpt.account_role is '科目用途 · one row per part an account plays in automatic vouchers';

create view rpt.period as select period, first_day, last_day, status, stock_status, version from core.period;
comment on view rpt.period is '会计期间 · one row per month of the books';

create view rpt.close_step as select period, version, step, voucher_id, result_hash, act_id from core.close_step;
comment on view rpt.close_step is '结账步骤 · one row per committed step of a close';

-- Vouchers and balances ---------------------------------------------------------------------------------------------

create view rpt.voucher as
select voucher_id, period, word, number, word || '-' || number as voucher, voucher_on, summary, attachments, kind, closing,
       source_kind, source_number, event_key, reverses, reversal_kind, rule, made_by, reviewed_by, posted_by, posted_at, act_id
from core.voucher where core.may_read('ledger');
comment on view rpt.voucher is '记账凭证 · one row per posted voucher';
comment on column rpt.voucher.rule is '凭证规则 · event and first day of the rule that made an automatic voucher; empty for others';
comment on column rpt.voucher.closing is '结转 · moves profit and loss to 本年利润, so income statements leave it out';

create view rpt.voucher_line as
select l.voucher_id, v.period, v.word || '-' || v.number as voucher, v.word, v.number, v.voucher_on, l.line, l.summary,
       l.account, l.debit, l.credit, l.party, l.department, l.employee, l.project, l.item, l.cash_flow, l.quantity,
       l.currency, l.amount_foreign, l.rate, l.due_on, l.reference, v.closing, v.source_kind, v.source_number
from core.voucher_line l join core.voucher v on v.voucher_id = l.voucher_id
where core.may_read('ledger') and core.in_parties(l.party) and core.in_projects(l.project)
  and core.of_persons(l.employee, l.department, v.made_by, l.party);
comment on view rpt.voucher_line is '凭证分录 · one row per line of a posted voucher; red is negative on the original side';

create view rpt.balance as
select period, account, party, department, employee, project, item, closing, debit, credit
from core.account_balance
where core.may_read('ledger') and core.in_parties(party) and core.in_projects(project)
  and core.of_persons(employee, department, null, party);
comment on view rpt.balance is '科目发生额 · one row per account, period and dimensions: turnover; 0000-00 holds the openings';

create view rpt.voucher_draft as
select draft_id, status, strftime(voucher_on, '%Y-%m') as period, word, provisional, voucher_on, attachments, made_by,
       reviewed_by, note, reverses, reversal_kind, voucher_id, lines, version, changed_by, changed_at
from core.voucher_draft where core.may_read('ledger');
comment on view rpt.voucher_draft is '凭证草稿 · one row per voucher in preparation';

create view rpt.open_item as
select open_item_id, voucher_id, line, account, party, reference, item_on, due_on, amount from core.open_item
where core.in_accounts(account) and core.in_parties(party) and core.of_persons(null, null, null, party);
comment on view rpt.open_item is '往来款项 · one row per line that waits for money; amount is debit less credit';

create view rpt.open_item_match as
select match_id, debit_item as open_item_id, debit_item, credit_item, matched_on, -amount as amount from core.open_item_match
union all
select match_id, credit_item, debit_item, credit_item, matched_on, amount from core.open_item_match;
comment on view rpt.open_item_match is '核销 · one row per matching and side: add amount to the item''s amount to get what remains';

-- Masters -----------------------------------------------------------------------------------------------------------

create view rpt.party as
select code, code as party, name, short_name, customer, supplier, uscc, contact, phone, address, region, level, category,
       credit_limit, credit_days, employee, case when core.hides('bank') then null else bank_name end as bank_name,
       case when core.hides('bank') then null else bank_account end as bank_account, status, external_code, note
from core.party
where core.may_read('masters') and core.in_parties(code) and (not customer or core.of_persons(employee, null, null, code));
comment on view rpt.party is '往来单位 · one row per customer or supplier';

create view rpt.item_category as select code, name, parent from core.item_category;
comment on view rpt.item_category is '存货类别 · one row per item category';

create view rpt.item as
select i.code, i.code as item, i.name, i.specification, i.kind, i.category, coalesce(c.name, i.category) as category_name, i.unit,
       i.barcode, i.tax_class, i.cost_method, i.sales_tax, i.purchase_tax, i.list_price, i.floor_price, i.supplier,
       i.lead_days, i.minimum, i.maximum, i.reorder_point, i.active, i.external_code,
       coalesce(nullif(i.inventory_account, ''), r.inventory) as inventory_account,
       coalesce(nullif(i.revenue_account, ''), r.revenue) as revenue_account,
       coalesce(nullif(i.cost_account, ''), r.cost_of_sales) as cost_account
from core.item i
left join core.item_category c on c.code = i.category
cross join (
    select max(account) filter (where role = 'inventory') as inventory, max(account) filter (where role = 'revenue') as revenue,
           max(account) filter (where role = 'cost_of_sales') as cost_of_sales
    from core.account_role
) r;
comment on view rpt.item is '存货 · one row per item; its accounts are filled from the roles where it names none';

create view rpt.item_unit as select item, unit, numerator, denominator from core.item_unit;
comment on view rpt.item_unit is '计量单位换算 · quantity in base units = quantity * numerator / denominator';

create view rpt.warehouse as select code, code as warehouse, name, kind, keeper, active from core.warehouse where core.in_warehouses(code);
comment on view rpt.warehouse is '仓库 · one row per warehouse';
create view rpt.bin as select warehouse, code, zone, active from core.bin where core.in_warehouses(warehouse);
comment on view rpt.bin is '库位 · one row per bin of a warehouse';
create view rpt.department as select code, name, parent, valid_from, valid_to, active from core.department;
comment on view rpt.department is '部门 · one row per department';
create view rpt.employee as select code, name, department, grade, active from core.employee;
comment on view rpt.employee is '职员 · one row per person employed';
create view rpt.project as select code, name, parent, valid_from, valid_to, active from core.project;
comment on view rpt.project is '项目 · one row per project';
create view rpt.tax_code as
select code, name_zh, name_en, direction, rate, deductible, role, valid_from, valid_to from core.tax_code;
comment on view rpt.tax_code is '税码 · one row per tax code and day from which its rate holds';
create view rpt.exchange_rate as select currency, rate_on, rate, source from core.exchange_rate;
comment on view rpt.exchange_rate is '汇率 · one row per currency and day: CNY for one unit';
create view rpt.price_rule as
select rule_id, kind, party, level, item, minimum_quantity, price, valid_from, valid_to, active from core.price_rule
where core.may_read('sales') and (party = '' or core.in_parties(party));
comment on view rpt.price_rule is '价格政策 · one row per rule';

-- Documents ---------------------------------------------------------------------------------------------------------

create view rpt.document as
select document_id, kind, number, status, document_on, due_on, party, warehouse, to_warehouse, department, employee, project,
       account, reference, source_id, case when core.priced_at_cost(kind) then null else net end as net,
       case when core.priced_at_cost(kind) then null else tax end as tax,
       case when core.priced_at_cost(kind) then null else gross end as gross, note, made_by, made_at, version, act_id,
       kind || '/' || number as event_key
from core.document
where core.sees_document(kind, party, employee, department, project, made_by, warehouse, to_warehouse);
comment on view rpt.document is '单据 · one row per document of any kind';
comment on column rpt.document.event_key is '事项 · joins the voucher of the document: rpt.voucher.event_key';

create view rpt.document_line as
select l.document_id, d.kind, d.number, d.status, d.document_on, d.party, l.line, l.item, l.description,
       coalesce(nullif(l.warehouse, ''), d.warehouse) as warehouse, l.bin, l.quantity, l.list_price,
       case when core.priced_at_cost(d.kind) then null else l.unit_price end as unit_price,
       case when core.priced_at_cost(d.kind) then null else l.gross_price end as gross_price,
       case when core.priced_at_cost(d.kind) then null else l.price_trace end as price_trace, l.tax_code, l.tax_rate,
       case when core.priced_at_cost(d.kind) then null else l.net end as net,
       case when core.priced_at_cost(d.kind) then null else l.tax end as tax,
       case when core.priced_at_cost(d.kind) then null else l.gross end as gross,
       coalesce(l.promised_on, d.due_on) as promised_on, l.source_id, l.source_line, l.rejected, l.reason
from core.document_line l join core.document d on d.document_id = l.document_id
where core.sees_document(d.kind, d.party, d.employee, d.department, d.project, d.made_by,
                         coalesce(nullif(l.warehouse, ''), d.warehouse), d.to_warehouse);
comment on view rpt.document_line is '单据明细 · one row per line of a document; quantities in the base unit';

create view rpt.document_progress as select document_id, line, step, quantity,
       case when core.hides('cost') then null else amount end as amount from core.document_progress;
comment on view rpt.document_progress is '单据执行 · one row per line and thing done with it: how much so far; unbilled also says at what estimate';

create view rpt.document_step as
select document_id, act_id, action, from_status, to_status, happened_at, actor, reason from core.document_step;
comment on view rpt.document_step is '单据状态 · one row per change of status';

-- Stock -------------------------------------------------------------------------------------------------------------

create view rpt.stock_move as
select move_id, kind, moved_on, period, item, warehouse, bin, quantity, origin_move, document_id, document_line, reference
from core.stock_move where core.may_read('stock') and core.in_warehouses(warehouse);
comment on view rpt.stock_move is '库存变动 · one row per item, place and event; quantity is positive in, negative out';

create view rpt.stock_value as
select value_id, move_id, item, account, period, valued_on, kind,
       case when core.hides('cost') then null else amount end as amount, event_key
from core.stock_value where core.may_read('stock');
comment on view rpt.stock_value is '库存金额变动 · one row per amount a move brought to (+) or took from (-) the inventory account';

create view rpt.stock_flow as
select v.value_id, v.move_id, v.item, v.account, v.period, v.valued_on,
       case when core.hides('cost') then null else v.amount end as amount, m.quantity > 0 as inward, m.warehouse,
       m.kind as move_kind, m.moved_on
from core.stock_value v join core.stock_move m on m.move_id = v.move_id
where core.may_read('stock') and core.in_warehouses(m.warehouse);
comment on view rpt.stock_flow is '收发金额 · one row per stock value, with the move behind it';

create view rpt.stock_now as select item, warehouse, bin, quantity, last_moved_on from core.stock_now
where core.may_read('stock') and core.in_warehouses(warehouse);
comment on view rpt.stock_now is '即时库存 · one row per item and place: quantity now';

-- Sales, the rows behind every figure of sales ------------------------------------------------------------------------

-- Blue and red invoice lines draw on delivery lines; what those cost is shared out so that the parts add up to the cent.
-- Written so that a filter on the day reaches the documents before anything is joined or summed.
create view rpt.sales_line as
with invoiced as (
    select d.document_id, l.line, d.number, d.document_on, d.party, d.employee, d.department, d.project, d.reference,
           l.item, l.description, l.quantity, l.net, l.tax, l.gross, l.source_id, l.source_line
    from core.document d join core.document_line l on l.document_id = d.document_id
    where d.kind = 'sales_invoice' and d.status not in ('draft', 'cancelled')
      and core.sees_document(d.kind, d.party, d.employee, d.department, d.project, d.made_by, d.warehouse, d.to_warehouse)
), costed as (
    select i.document_id, i.line, i.number, i.document_on, i.party, i.employee, i.department, i.project, i.reference,
           i.item, i.description, i.quantity, i.net, i.tax, i.gross, i.source_id, i.source_line,
           -min(m.quantity) as delivered, -sum(v.amount) as cost
    from invoiced i
    left join core.stock_move m on m.document_id = i.source_id and m.document_line = i.source_line
    left join core.stock_value v on v.move_id = m.move_id
    group by i.document_id, i.line, i.number, i.document_on, i.party, i.employee, i.department, i.project, i.reference,
             i.item, i.description, i.quantity, i.net, i.tax, i.gross, i.source_id, i.source_line
), shared as (
    select c.document_id, c.line, c.number, c.document_on, c.party, c.employee, c.department, c.project, c.reference,
           c.item, c.description, c.quantity, c.net, c.tax, c.gross, c.delivered, c.cost,
           coalesce(sum(case when other.kind = 'sales_invoice' then s.quantity end), c.quantity) as so_far
    from costed c
    left join core.document_line s
        on c.quantity <> c.delivered and s.source_id = c.source_id and s.source_line = c.source_line
        and (s.document_id < c.document_id or (s.document_id = c.document_id and s.line <= c.line))
    left join core.document other on other.document_id = s.document_id
    group by c.document_id, c.line, c.number, c.document_on, c.party, c.employee, c.department, c.project, c.reference,
             c.item, c.description, c.quantity, c.net, c.tax, c.gross, c.delivered, c.cost
), every as (
    select c.document_id, c.number, c.document_on, c.party, c.line, c.item, c.description, c.employee, c.department,
           c.project, c.reference, '' as region, c.quantity, c.net, c.tax, c.gross,
           case when goods.kind = 'service' then 0
                when c.delivered <> 0 then
                    round(cast(c.cost as double) * cast(c.so_far as double) / cast(c.delivered as double), 2)
                    - round(cast(c.cost as double) * cast(c.so_far - c.quantity as double) / cast(c.delivered as double), 2)
           end as cost, false as history
    from shared c left join core.item goods on goods.code = c.item
    union all
    select null, number, cast(sold_on as date), party, line, item, description, '', '', '', source, region, quantity,
           cast(round(amount, 2) as decimal(18, 2)), cast(0 as decimal(18, 2)), cast(round(amount, 2) as decimal(18, 2)),
           null, true
    from core.sales_history
    where kind <> 'fee' and core.may_read('sales') and core.in_parties(party) and core.in_projects('')
      and core.of_persons(null, null, null, party)
)
select e.document_id, e.number, e.document_on, e.party, coalesce(p.name, e.party) as name, e.line, e.item,
       coalesce(i.name, e.description) as item_name, coalesce(i.category, '') as category,
       coalesce(k.name, i.category, '') as category_name, coalesce(nullif(e.employee, ''), p.employee, '') as employee,
       e.department, e.project, coalesce(nullif(p.region, ''), e.region) as region, e.reference, e.quantity, e.net, e.tax,
       e.gross, case when core.hides('cost') then null else cast(round(e.cost, 2) as decimal(18, 2)) end as cost, e.history,
       v.voucher_id
from every e
left join core.party p on p.code = e.party
left join core.item i on i.code = e.item
left join core.item_category k on k.code = i.category
left join core.voucher v on v.event_key = 'sales_invoice/' || e.number and not e.history;
comment on view rpt.sales_line is '销售明细 · one row per line of a sales invoice, with its cost; and per line of the history before the books';
comment on column rpt.sales_line.cost is '成本 · empty while the month of a month_average item is not yet costed, and for history';

create view rpt.sales_history as
select source, line, number, sold_on, party, item, description, region, kind, quantity, unit_price, amount, run_id
from core.sales_history
where core.may_read('sales') and core.in_parties(party) and core.in_projects('') and core.of_persons(null, null, null, party);
comment on view rpt.sales_history is '历史销售 · one row per line sold before these books began; for analysis only';

-- Statements and intake ---------------------------------------------------------------------------------------------

create view rpt.statement_format as
select f.statement, f.from_period,
       coalesce(lead(f.from_period) over (partition by f.standard, f.statement order by f.from_period), '9999-99') as until_period,
       f.name_zh, f.name_en, f.own, f.note, f.standard
from core.statement_format f join core.company c on c.standard = f.standard;
comment on view rpt.statement_format is '报表格式 · one row per format of a statement: it holds from from_period until before until_period';

create view rpt.statement_line as
select l.statement, l.position, l.line_no, l.name_zh, l.name_en, l.kind, l.formula, l.standard, f.from_period, f.until_period
from core.statement_line l
join rpt.statement_format f on f.standard = l.standard and f.statement = l.statement and f.from_period = l.from_period;
comment on view rpt.statement_line is '报表项目 · one row per line of each format of this company''s statements';

create view rpt.statement_account as
select s.statement, s.line_no, s.account, s.sign, s.rule, s.standard, f.from_period, f.until_period
from core.statement_account s
join rpt.statement_format f on f.standard = s.standard and f.statement = s.statement and f.from_period = s.from_period;
comment on view rpt.statement_account is '报表取数 · one row per account that feeds a line; sign applies to the balance on the account''s own side';

create view rpt.statement_term as
select t.statement, t.line_no, coalesce(nullif(t.term_statement, ''), t.statement) as term_statement, t.term_line, t.sign,
       t.standard, f.from_period, f.until_period
from core.statement_term t
join rpt.statement_format f on f.standard = t.standard and f.statement = t.statement and f.from_period = t.from_period;
comment on view rpt.statement_term is '报表公式 · one row per term of a computed line';

create view rpt.statement_tie as
select t.statement, t.rule, t.standard, f.from_period, f.until_period
from core.statement_tie t
join rpt.statement_format f on f.standard = t.standard and f.statement = t.statement and f.from_period = t.from_period;
comment on view rpt.statement_tie is '报表勾稽 · one row per tie between lines';

create view rpt.cash_flow_rule as
select r.account, r.direction, r.line_no, r.standard from core.cash_flow_rule r join core.company c on c.standard = r.standard;
comment on view rpt.cash_flow_rule is '现金流量规则 · one row per counterpart account and direction';

create view rpt.intake_run as
select r.run_id, r.started_at, r.layout, r.target, r.files, r.rows_read, r.rows_loaded, r.rows_rejected, r.rows_dropped, r.totals,
       r.act_id, a.actor, u.act_id as undone_by
from core.intake_run r left join core.act a on a.act_id = r.act_id left join core.intake_undo u on u.run_id = r.run_id
where core.may_read('intake');
comment on view rpt.intake_run is '导入批次 · one row per run of the intake';
create view rpt.intake_row as
select r.run_id, p.file, p.file_hash, p.sheet, r.source_row, r.target, r.target_key, r.row_hash, r.action, r.part
from core.intake_row r join core.intake_part p on p.run_id = r.run_id and p.part = r.part
where core.traces();
comment on view rpt.intake_row is '导入行 · one row per source row that was loaded';
create view rpt.intake_key as select target, target_key, row_hash, run_id from core.intake_key where core.may_read('intake');
comment on view rpt.intake_key is '导入键 · the hash of what was loaded last per target and key';

-- One row per line and account whose balance it shows, computed lines included. Profit not yet carried forward counts with
-- 本年利润, so that the balance sheet ties on any day and not only after the close.
create view rpt.statement_feed as
with base as (
    select statement, line_no, account, sign, rule, from_period, until_period from rpt.statement_account
    union all
    select s.statement, s.line_no, a.code, case a.category when 'income' then s.sign else -s.sign end, 'balance',
           s.from_period, s.until_period
    from rpt.statement_account s
    join rpt.account_ancestor up on up.ancestor = s.account
    join rpt.account_role r on r.account = up.account and r.role = 'profit_current'
    join rpt.account a on a.category in ('income', 'expense') and a.level = 1
    where s.rule = 'balance'
), plain as (
    select * from base where (statement, from_period, line_no) not in
        (select (statement, from_period, line_no) from rpt.statement_term)
), computed as (
    select t.statement, t.line_no, b.account, t.sign * b.sign as sign, b.rule,
           greatest(t.from_period, b.from_period) as from_period, least(t.until_period, b.until_period) as until_period
    from rpt.statement_term t
    join base b on b.statement = t.term_statement and b.line_no = t.term_line
        and b.from_period < t.until_period and t.from_period < b.until_period
), every as (
    select * from plain
    union all
    select * from computed
    union all
    -- A statement of one's own may rest on a computed line of another.
    select t.statement, t.line_no, b.account, t.sign * b.sign, b.rule,
           greatest(t.from_period, b.from_period), least(t.until_period, b.until_period)
    from rpt.statement_term t
    join computed b on b.statement = t.term_statement and b.line_no = t.term_line
        and b.from_period < t.until_period and t.from_period < b.until_period
    where t.term_statement <> t.statement
)
select e.statement, e.line_no, e.account, a.name_zh, a.name_en, cast(e.sign as integer) as sign, e.rule, a.own_side,
       e.from_period, e.until_period
from every e join rpt.account a on a.code = e.account;
comment on view rpt.statement_feed is '报表项目构成 · one row per statement line and account behind it, computed lines included';

-- One row per line of an approved order of either side, with what is done and what is outstanding.
create view core.order_line as
with done as (
    select document_id, line, sum(quantity) filter (where step in ('delivered', 'received')) as quantity
    from core.document_progress group by document_id, line
), counted as (
    select d.document_id, d.kind, d.number, d.status, d.document_on, d.party, d.employee, d.department, d.project, d.made_by,
           d.to_warehouse, l.line, l.item, coalesce(nullif(l.warehouse, ''), d.warehouse) as warehouse, l.bin, l.quantity,
           coalesce(l.promised_on, d.due_on) as promised_on, l.net, coalesce(done.quantity, 0) as done,
           case when d.status = 'approved' then greatest(l.quantity - coalesce(done.quantity, 0), 0) else 0 end as outstanding
    from core.document d join core.document_line l on l.document_id = d.document_id
    left join done on done.document_id = l.document_id and done.line = l.line
    where d.kind in ('sales_order', 'purchase_order')
)
select document_id, kind, number, status, document_on, party, employee, department, project, made_by, to_warehouse, line,
       item, warehouse, bin, quantity, done, cast(outstanding as decimal(18, 6)) as outstanding, promised_on, net,
       cast(case when quantity = 0 then 0
                 else round(cast(net as double) * cast(outstanding as double) / cast(quantity as double), 2) end
            as decimal(18, 2)) as net_outstanding
from counted;

create view rpt.order_line as
select o.document_id, o.kind, o.number, o.status, o.document_on, o.party, coalesce(p.name, o.party) as name, o.employee, o.line,
       o.item, o.warehouse, o.bin, o.quantity as ordered, o.done, o.outstanding, o.promised_on,
       case when core.priced_at_cost(o.kind) then null else o.net end as net,
       case when core.priced_at_cost(o.kind) then null else o.net_outstanding end as net_outstanding
from core.order_line o left join core.party p on p.code = o.party
where core.sees_document(o.kind, o.party, o.employee, o.department, o.project, o.made_by, o.warehouse, o.to_warehouse);
comment on view rpt.order_line is '订单明细 · one row per line of a sales or purchase order, with done and outstanding quantity';

-- What is promised to customers and expected from suppliers is a fact of the stock: it counts every order, whoever looks,
-- and names no one.
create view rpt.stock_commitment as
select kind, document_on, item, warehouse, cast(sum(outstanding) as decimal(38, 6)) as outstanding
from core.order_line
where outstanding > 0 and core.may_read('stock') and (warehouse = '' or core.in_warehouses(warehouse))
group by kind, document_on, item, warehouse;
comment on view rpt.stock_commitment is '已订数量 · one row per kind of order, day, item and warehouse: what is outstanding';

-- What a close was worked out from; when it changes before the commit, the close is worked out again.
create view rpt.closing_basis as
select coalesce((select max(voucher_id) from core.voucher), 0) || '/' || coalesce((select max(move_id) from core.stock_move), 0)
       || '/' || coalesce((select max(value_id) from core.stock_value), 0) as basis;
comment on view rpt.closing_basis is '结账依据 · one row: the last voucher, stock move and stock value there were';
