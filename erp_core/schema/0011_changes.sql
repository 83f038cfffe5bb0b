-- One row per field that an act changed in a table of cards and settings: what stood there and what stands there now. A row
-- that was added or removed has one line with an empty field; of a removed row, before holds it whole as JSON.
create table core.change (
    act_id          bigint not null,
    table_name      text not null,
    row_key         text not null,
    kind            text not null check (kind in ('added', 'changed', 'removed')),
    field           text not null default '',
    before          text,
    after           text
);
create trigger change_no_update after update on core.change for each statement
    insert into core.append_only values (error('append-only: core.change'));
create trigger change_no_delete after delete on core.change for each statement
    insert into core.append_only values (error('append-only: core.change'));

create view rpt.change as
select c.act_id, a.happened_at, cast(a.happened_at + interval 8 hour as date) as happened_on, a.actor, a.verb, a.reason,
       c.table_name, c.row_key, c.kind, c.field,
       case when core.hides('bank') and c.field in ('bank_account', 'bank_name') or core.hides('bank') and c.kind = 'removed'
            then null else c.before end as before,
       case when core.hides('bank') and c.field in ('bank_account', 'bank_name') then null else c.after end as after
from core.change c join core.act a on a.act_id = c.act_id
where core.may_read('audit');
comment on view rpt.change is '修改明细 · one row per field changed: who, when, what stood there before and after';
