-- Fixed assets, intangible assets and long-term deferred expenses: cards, what happened to them, and what they lose when.

-- One row per category: what a new card takes over where it says nothing itself. tax_life_months is the least life that
-- the tax law allows; 0 where there is none.
create table core.asset_category (
    code                text primary key,
    name                text not null,
    name_en             text not null default '',
    kind                text not null default 'fixed' check (kind in ('fixed', 'intangible', 'deferred')),
    method              text not null default 'straight_line'
                        check (method in ('straight_line', 'double_declining', 'sum_of_years')),
    life_months         integer not null check (life_months > 0),
    tax_life_months     integer not null default 0,
    residual_rate       decimal(9, 6) not null default 0 check (residual_rate >= 0 and residual_rate < 1),
    asset_account       text not null,
    depreciation_account text not null,
    impairment_account  text not null default '',
    expense_account     text not null,
    active              boolean not null default true
);

-- One row per card. Amounts stand in asset_event and asset_charge; method, life and residual are those of the latest
-- estimate. bill, bill_line and bill_quantity say what a card was made of, voucher which voucher brought its value.
create table core.asset (
    asset               text primary key,
    name                text not null,
    category            text not null references core.asset_category (code),
    kind                text not null,
    specification       text not null default '',
    quantity            decimal(18, 6) not null default 1 check (quantity > 0),
    location            text not null default '',
    custodian           text not null default '',
    supplier            text not null default '',
    status              text not null default 'in_use' check (status in ('in_use', 'disposed')),
    origin              text not null check (origin in ('acquired', 'bill', 'voucher', 'opening', 'split', 'count')),
    acquired_on         date not null,
    started_on          date not null,
    method              text not null,
    life_months         integer not null check (life_months > 0),
    residual            decimal(18, 2) not null check (residual >= 0),
    asset_account       text not null,
    depreciation_account text not null,
    impairment_account  text not null default '',
    parent              text not null default '',
    bill                text not null default '',
    bill_line           integer,
    bill_quantity       decimal(18, 6),
    voucher             text not null default '',
    external_code       text not null default '',
    note                text not null default ''
);

-- One row per thing that happened to a card: what it brought to original value, accumulated depreciation and impairment.
-- The monthly charge is no event, it stands in asset_charge. event_key is that of the voucher, empty where none was due.
create table core.asset_event (
    event_id            bigint primary key,
    asset               text not null,
    kind                text not null check (kind in
                        ('acquire', 'opening', 'improve', 'impair', 'estimate', 'transfer', 'split', 'dispose', 'found')),
    happened_on         date not null,
    period              text not null,
    value               decimal(18, 2) not null default 0,
    depreciation        decimal(18, 2) not null default 0,
    impairment          decimal(18, 2) not null default 0,
    event_key           text not null default '',
    reason              text not null default '',
    act_id              bigint not null
);

-- One row per estimate of a card: from which month on it holds, and what it spreads. A later estimate takes the place of
-- all months from its own first on; months before stay as they were charged.
create table core.asset_estimate (
    asset               text not null,
    estimate            integer not null,
    from_period         text not null,
    method              text not null,
    life_months         integer not null,
    residual            decimal(18, 2) not null,
    months_used         integer not null,
    carrying            decimal(18, 2) not null,
    event_id            bigint not null,
    act_id              bigint not null,
    primary key (asset, estimate)
);

-- One row per estimate and user of the card: the department, project and account that bear the charge, and its weight.
create table core.asset_share (
    asset               text not null,
    estimate            integer not null,
    line                integer not null,
    department          text not null default '',
    project             text not null default '',
    expense_account     text not null,
    weight              decimal(18, 6) not null check (weight > 0),
    act_id              bigint not null,
    primary key (asset, estimate, line)
);

-- One row per estimate, month and user: what is charged in that month if no later estimate takes its place.
create table core.asset_charge (
    asset               text not null,
    estimate            integer not null,
    period              text not null,
    line                integer not null,
    amount              decimal(18, 2) not null,
    act_id              bigint not null
);

-- One row per card on a count list, with where it should be; the list itself is a document of kind asset_count.
create table core.asset_count_line (
    document_id         bigint not null,
    asset               text not null,
    location            text not null,
    custodian           text not null,
    act_id              bigint not null,
    primary key (document_id, asset)
);

-- One row per time somebody looked for a card: the last one counts.
create table core.asset_count_mark (
    mark_id             bigint primary key,
    document_id         bigint not null,
    asset               text not null,
    found               boolean not null,
    location            text not null default '',
    custodian           text not null default '',
    note                text not null default '',
    act_id              bigint not null
);

create trigger asset_event_no_update after update on core.asset_event for each statement
    insert into core.append_only values (error('append-only: core.asset_event'));
create trigger asset_event_no_delete after delete on core.asset_event for each statement
    insert into core.append_only values (error('append-only: core.asset_event'));
create trigger asset_estimate_no_update after update on core.asset_estimate for each statement
    insert into core.append_only values (error('append-only: core.asset_estimate'));
create trigger asset_estimate_no_delete after delete on core.asset_estimate for each statement
    insert into core.append_only values (error('append-only: core.asset_estimate'));
create trigger asset_share_no_update after update on core.asset_share for each statement
    insert into core.append_only values (error('append-only: core.asset_share'));
create trigger asset_share_no_delete after delete on core.asset_share for each statement
    insert into core.append_only values (error('append-only: core.asset_share'));
create trigger asset_charge_no_update after update on core.asset_charge for each statement
    insert into core.append_only values (error('append-only: core.asset_charge'));
create trigger asset_charge_no_delete after delete on core.asset_charge for each statement
    insert into core.append_only values (error('append-only: core.asset_charge'));
create trigger asset_count_mark_no_update after update on core.asset_count_mark for each statement
    insert into core.append_only values (error('append-only: core.asset_count_mark'));
create trigger asset_count_mark_no_delete after delete on core.asset_count_mark for each statement
    insert into core.append_only values (error('append-only: core.asset_count_mark'));

-- One row per estimate with the month from which a later one takes its place.
create view core.asset_span as
select asset, estimate, from_period, method, life_months, residual, months_used, carrying, event_id,
       min(from_period) over (partition by asset order by estimate rows between 1 following and unbounded following)
           as until_period
from core.asset_estimate;

-- One row per card, month and user that is charged, as the estimates now stand.
create view core.asset_plan as
select c.asset, c.estimate, c.period, c.line, s.department, s.project, s.expense_account, c.amount
from core.asset_charge c
join core.asset_span e on e.asset = c.asset and e.estimate = c.estimate
    and (e.until_period is null or c.period < e.until_period)
join core.asset_share s on s.asset = c.asset and s.estimate = c.estimate and s.line = c.line;

-- The department that bears most of a card, as of its latest estimate.
create view core.asset_user as
select asset, department, project, expense_account, count(*) over (partition by asset) as users
from core.asset_share
qualify estimate = max(estimate) over (partition by asset)
    and row_number() over (partition by asset order by estimate desc, weight desc, line) = 1;

create view rpt.asset_category as
select code, name, name_en, kind, method, life_months, tax_life_months, residual_rate, asset_account, depreciation_account,
       impairment_account, expense_account, active
from core.asset_category where core.may_read('ledger');
comment on view rpt.asset_category is '资产类别 · one row per category of assets';

create view rpt.asset as
select a.asset, a.name, a.category, a.kind, a.specification, a.quantity, a.location, a.custodian, a.supplier, a.status,
       a.origin, a.acquired_on, a.started_on, a.method, a.life_months, a.residual, a.asset_account, a.depreciation_account,
       a.impairment_account, a.parent, a.bill, a.bill_line, a.voucher, a.external_code, a.note, u.department, u.project,
       u.expense_account, u.users
from core.asset a join core.asset_user u on u.asset = a.asset
where core.may_read('ledger') and core.in_projects(u.project) and core.of_persons(a.custodian, u.department, null, null);
comment on view rpt.asset is '资产卡片 · one row per card of a fixed asset, an intangible asset or a deferred expense';

create view rpt.asset_event as
select e.event_id, e.asset, e.kind, e.happened_on, e.period, e.value, e.depreciation, e.impairment, e.event_key, e.reason,
       e.act_id
from core.asset_event e join rpt.asset a on a.asset = e.asset;
comment on view rpt.asset_event is '资产变动 · one row per thing that happened to a card';

create view rpt.asset_estimate as
select e.asset, e.estimate, e.from_period, e.until_period, e.method, e.life_months, e.residual, e.months_used, e.carrying,
       e.event_id
from core.asset_span e join rpt.asset a on a.asset = e.asset;
comment on view rpt.asset_estimate is '资产估计 · one row per estimate of life, residual and method, and from which month it holds';

create view rpt.asset_charge as
select p.asset, p.period, p.line, p.department, p.project, p.expense_account, a.depreciation_account, p.amount, p.estimate
from core.asset_plan p join core.asset a on a.asset = p.asset
where core.may_read('ledger') and core.in_projects(p.project) and core.of_persons(a.custodian, p.department, null, null);
comment on view rpt.asset_charge is '折旧摊销 · one row per card, month and department: what is or will be charged';

create view rpt.asset_share as
select s.asset, s.estimate, s.line, s.department, s.project, s.expense_account, s.weight
from core.asset_share s join rpt.asset a on a.asset = s.asset;
comment on view rpt.asset_share is '资产使用部门 · one row per estimate of a card and department that bears its charge';

create view rpt.asset_count_line as
with last_mark as (
    select document_id, asset, found, location, custodian, note from core.asset_count_mark
    qualify row_number() over (partition by document_id, asset order by mark_id desc) = 1
)
select l.document_id, d.number, d.status, d.document_on, l.asset, l.location, l.custodian, m.found,
       m.location as found_location, m.custodian as found_custodian, coalesce(m.note, '') as note
from core.asset_count_line l
join rpt.document d on d.document_id = l.document_id
left join last_mark m on m.document_id = l.document_id and m.asset = l.asset;
comment on view rpt.asset_count_line is '资产盘点明细 · one row per card on a count list';

-- What a close rests on also changes with a card: it is charged without a voucher until the close.
create or replace view rpt.closing_basis as
select coalesce((select max(voucher_id) from core.voucher), 0) || '/' || coalesce((select max(move_id) from core.stock_move), 0)
       || '/' || coalesce((select max(value_id) from core.stock_value), 0)
       || '/' || coalesce((select max(event_id) from core.asset_event), 0) as basis;
comment on view rpt.closing_basis is '结账依据 · one row: the last voucher, stock move, stock value and change of an asset there were';
