-- The chain of seals: what every act wrote, sealed together with the act before it. foundation/chain.py says how a seal is
-- reckoned, foundation/canon.py how a row becomes bytes. Tables that can only be added to get a column crc besides, by which
-- the row that was changed is named.
alter table core.act add column seal text;
alter table core.act add column seal_form integer;
alter table core.act add column contents text;

-- One row per version, table and column of the canonical form. Books that gain columns get a version of their own; acts
-- name the version by which they were sealed.
create table core.seal_form (
    version         integer not null,
    table_name      text not null,
    position        integer not null,
    column_name     text not null,
    kind            text not null,
    key_position    integer not null,
    primary key (version, table_name, position)
);

-- One row per closed period and version: the root is reckoned from what was posted in the period alone, the seal from the
-- root and the chain up to it; code is the seal in short, to be printed and read out.
create table core.period_seal (
    period          text not null,
    version         integer not null,
    root            text not null,
    seal            text not null,
    code            text not null,
    vouchers        bigint not null,
    lines           bigint not null,
    moves           bigint not null,
    act_id          bigint not null,
    primary key (period, version)
);
create trigger period_seal_no_update after update on core.period_seal for each statement
    insert into core.append_only values (error('append-only: core.period_seal'));
create trigger period_seal_no_delete after delete on core.period_seal for each statement
    insert into core.append_only values (error('append-only: core.period_seal'));

create view rpt.seal as
select act_id, happened_at, verb, actor, outcome, seal, seal_form, contents from core.act where core.may_read('audit');
comment on view rpt.seal is '封印链 · one row per act: its seal, and what it wrote';

create view rpt.period_seal as
select s.period, s.version, s.root, s.seal, s.code, s.vouchers, s.lines, s.moves, s.act_id, a.happened_at, a.actor
from core.period_seal s join core.act a on a.act_id = s.act_id
where core.may_read('ledger') or core.may_read('audit');
comment on view rpt.period_seal is '期间封印 · one row per closed period and version: root, seal and printable code';
create trigger seal_form_no_update after update on core.seal_form for each statement
    insert into core.append_only values (error('append-only: core.seal_form'));
create trigger seal_form_no_delete after delete on core.seal_form for each statement
    insert into core.append_only values (error('append-only: core.seal_form'));

create view rpt.seal_form as
select version, table_name, position, column_name, kind, key_position from core.seal_form where core.may_read('audit');
comment on view rpt.seal_form is '规范格式 · one row per version, table and column of the canonical form';

-- Stock as it was sealed, with the act of each row, so that the root of a period can be reckoned outside these books.
create view rpt.sealed_move as
select move_id, kind, moved_on, period, item, warehouse, bin, quantity, origin_move, document_id, document_line, reference, act_id
from core.stock_move where core.may_read('audit') and core.may_read('stock');
comment on view rpt.sealed_move is '封印的出入库 · one row per move of stock, as it was sealed';
create view rpt.sealed_value as
select value_id, move_id, item, account, period, valued_on, kind, amount, event_key, act_id
from core.stock_value where core.may_read('audit') and core.may_read('stock') and not core.hides('cost');
comment on view rpt.sealed_value is '封印的库存金额 · one row per amount of a move, as it was sealed';
