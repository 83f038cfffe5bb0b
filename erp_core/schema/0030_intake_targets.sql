-- What legacy files bring besides cards, openings and vouchers: purchases before the books, batches of the opening stock,
-- answers about duplicates, and codes that were merged away.

-- One row per line bought before these books began, kept for analysis only: it never touches stock or ledger.
create table core.purchase_history (
    source          text not null,
    line            bigint not null,
    number          text not null,
    bought_on       timestamp not null,
    party           text not null default '',
    item            text not null default '',
    description     text not null default '',
    warehouse       text not null default '',
    kind            text not null,
    quantity        decimal(18, 6) not null,
    unit_price      decimal(18, 6) not null,
    amount          decimal(24, 6) not null,
    run_id          text not null,
    primary key (source, line)
);

-- One row per batch of which the opening stock of an item and place was made up. Batches with one code and other days are
-- other batches.
create table core.opening_batch (
    item            text not null,
    warehouse       text not null,
    bin             text not null default '',
    batch           text not null,
    produced_on     date,
    expires_on      date,
    quantity        decimal(18, 6) not null,
    amount          decimal(18, 2) not null,
    act_id          bigint not null
);

-- One row per answer whether two cards are one; the latest answer about a pair counts.
create table core.duplicate_answer (
    target          text not null check (target in ('customers', 'suppliers', 'items')),
    code_a          text not null,
    code_b          text not null,
    answer          text not null check (answer in ('merge', 'keep')),
    stays           text not null default '',
    act_id          bigint not null,
    check (code_a < code_b)
);

-- One row per merge of a card into another and per undoing of one (into_code empty); the latest row about a code counts.
create table core.merged_code (
    kind            text not null check (kind in ('party', 'item')),
    code            text not null,
    into_code       text not null,
    act_id          bigint not null
);

-- One row per line of history that a merge of cards gave another party or item, and per one given back.
create table core.moved_row (
    table_name      text not null,
    source          text not null,
    line            bigint not null,
    field           text not null,
    before          text not null,
    after           text not null,
    act_id          bigint not null
);

create view rpt.purchase_history as
select source, line, number, bought_on, party, item, description, warehouse, kind, quantity,
       case when core.hides('cost') then null else unit_price end as unit_price,
       case when core.hides('cost') then null else amount end as amount, run_id
from core.purchase_history
where core.may_read('purchasing') and core.in_parties(party) and core.in_projects('')
  and core.of_persons(null, null, null, party);
comment on view rpt.purchase_history is '历史采购 · one row per line bought before these books began; for analysis only';

create view rpt.opening_batch as
select item, warehouse, bin, batch, produced_on, expires_on, quantity,
       case when core.hides('cost') then null else amount end as amount
from core.opening_batch
where core.may_read('stock') and core.in_warehouses(warehouse);
comment on view rpt.opening_batch is '期初批次 · one row per batch of which the opening stock was made up';

create view rpt.duplicate_answer as
select target, code_a, code_b, answer, stays, act_id from core.duplicate_answer
where core.may_read('masters')
qualify row_number() over (partition by target, code_a, code_b order by act_id desc) = 1;
comment on view rpt.duplicate_answer is '查重答复 · one row per pair of cards that somebody judged: the latest answer';

create view rpt.merged_code as
select kind, code, into_code, act_id from (
    select kind, code, into_code, act_id from core.merged_code where core.may_read('masters')
    qualify row_number() over (partition by kind, code order by act_id desc) = 1
) where into_code <> '';
comment on view rpt.merged_code is '已合并编码 · one row per code that was merged away, and the code that stands for it now';

create view rpt.intake_rehearsal as
select act_id, 'T' || act_id as rehearsal, actor as signed_by, happened_at as signed_at, result as figures
from core.act where verb = 'intake.rehearsal.sign' and outcome = 'done' and core.may_read('intake');
comment on view rpt.intake_rehearsal is '装入演练 · one row per rehearsal that was signed, with its figures as JSON';
