-- Who may do what, what was done, and which numbers were given out.
-- Tables live in schema core; what people may read is published in schema rpt.
create schema core;
create schema rpt;

-- Nothing is ever stored here: triggers of append-only tables point at it and fail.
create table core.append_only (refusal text);

-- One row: the company whose books these are.
create table core.company (
    name            text not null,
    name_en         text not null default '',
    uscc            text not null default '',
    taxpayer        text not null check (taxpayer in ('general', 'small')),
    standard        text not null check (standard in ('sbe', 'asbe')),
    currency        text not null default 'CNY',
    start_period    text not null,
    language        text not null check (language in ('zh', 'en')),
    created_at      timestamp not null
);

-- One row per parameter and day from which it holds; never overwritten, only superseded.
create table core.parameter (
    key             text not null,
    value           text not null,
    valid_from      date not null,
    act_id          bigint not null,
    primary key (key, valid_from, act_id)
);

-- One row per person who may act.
create table core.app_user (
    login           text primary key,
    name            text not null,
    active          boolean not null default true
);

-- One row per role a person holds.
create table core.user_role (
    login           text not null,
    role            text not null,
    primary key (login, role)
);

-- One row per permission of a role: a verb's name, or a pattern such as 'sales.*'.
create table core.role_permission (
    role            text not null,
    permission      text not null,
    primary key (role, permission)
);

-- One row per act that was done: who, what, when, why, and what came of it.
create table core.act (
    act_id          bigint primary key,
    verb            text not null,
    actor           text not null,
    happened_at     timestamp not null,
    outcome         text not null check (outcome in ('done', 'denied')),
    reason          text not null default '',
    idempotency_key text unique,
    arguments       text not null,
    arguments_hash  text not null,
    result          text not null
);
create trigger act_no_update after update on core.act for each statement
    insert into core.append_only values (error('append-only: core.act'));
create trigger act_no_delete after delete on core.act for each statement
    insert into core.append_only values (error('append-only: core.act'));

-- One row per kind of number: prefix, when it starts again, how wide.
create table core.number_series (
    series          text primary key,
    prefix          text not null,
    cycle           text not null check (cycle in ('month', 'year', 'never')),
    width           integer not null
);

-- One row per series and cycle: the last number given out, raised inside the posting transaction.
create table core.number_counter (
    series          text not null,
    cycle           text not null,
    last_number     bigint not null,
    primary key (series, cycle)
);
