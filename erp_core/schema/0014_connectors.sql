-- Tables that come from other systems and go to them: what is connected, each run, what each outside key became, and what
-- could not be taken. Secrets are not kept here: a connector names the environment variable that holds its secret.

-- One row per connector: which way, what kind of file or address, what it feeds or tells, how fields are mapped, how often.
create table core.connector (
    name                text primary key,
    title               text not null default '',
    direction           text not null check (direction in ('in', 'out')),
    kind                text not null check (kind in ('csv', 'xlsx', 'json_api', 'webhook')),
    target              text not null,
    mapping             text not null default '{}',
    place               text not null,
    secret_env          text not null default '',
    every_minutes       integer not null default 0,
    active              boolean not null default true,
    watermark           text not null default '',
    failures            integer not null default 0,
    next_run_at         timestamp
);

-- One row per run of a connector: what came or went, what was refused, from which mark to which, and how it ended.
create table core.connector_run (
    run_id              bigint primary key,
    connector           text not null,
    started_at          timestamp not null,
    ended_at            timestamp not null,
    rows_in             bigint not null,
    rows_taken          bigint not null,
    rows_known          bigint not null,
    rows_rejected       bigint not null,
    rows_out            bigint not null,
    watermark_before    text not null,
    watermark_after     text not null,
    outcome             text not null check (outcome in ('done', 'partial', 'unchanged', 'failed')),
    problem             text not null default '',
    act_id              bigint not null
);

-- One row per connector and outside key: the hash of what was taken last, and what it is called in these books.
create table core.connector_row (
    connector           text not null,
    external_id         text not null,
    row_hash            text not null,
    our_key             text not null,
    taken_at            timestamp not null,
    act_id              bigint not null,
    primary key (connector, external_id)
);

-- One row per outside row that could not be taken: why, which field, how often it was tried, when next, how it ended.
create table core.dead_letter (
    letter_id           bigint primary key,
    connector           text not null,
    external_id         text not null,
    row_hash            text not null,
    payload             text not null,
    field               text not null,
    problem             text not null,
    tries               integer not null,
    first_at            timestamp not null,
    last_at             timestamp not null,
    next_try_at         timestamp,
    resolved_at         timestamp,
    resolved_by         text not null default '',
    resolution          text not null default ''
);

create trigger connector_run_no_update after update on core.connector_run for each statement
    insert into core.append_only values (error('append-only: core.connector_run'));
create trigger connector_run_no_delete after delete on core.connector_run for each statement
    insert into core.append_only values (error('append-only: core.connector_run'));

insert into core.parameter (key, value, valid_from, act_id) values
('connectors.folder', '', date '2000-01-01', 0),
('connectors.allowed_hosts', '', date '2000-01-01', 0),
('connectors.max_mb', '20', date '2000-01-01', 0);

create view rpt.connector as
select name, title, direction, kind, target, mapping, place, secret_env, every_minutes, active, watermark, failures, next_run_at
from core.connector where core.may_read('operations');
comment on view rpt.connector is '连接 · one row per connector to another system';

create view rpt.connector_run as
select run_id, connector, started_at, ended_at, rows_in, rows_taken, rows_known, rows_rejected, rows_out, watermark_before,
       watermark_after, outcome, problem
from core.connector_run where core.may_read('operations');
comment on view rpt.connector_run is '连接运行 · one row per run of a connector';

create view rpt.connector_row as
select connector, external_id, row_hash, our_key, taken_at from core.connector_row where core.may_read('operations');
comment on view rpt.connector_row is '外部编号 · one row per connector and outside key that was taken';

create view rpt.dead_letter as
select letter_id, connector, external_id, row_hash, payload, field, problem, tries, first_at, last_at, next_try_at, resolved_at,
       resolved_by, resolution
from core.dead_letter where core.may_read('operations');
comment on view rpt.dead_letter is '死信 · one row per outside row that could not be taken';
