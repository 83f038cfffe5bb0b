-- Budgets: what may be spent and earned by account, department, project and month, and what becomes of it.

-- One row per version of a year's budget; its number, name and state stand in core.document (kind budget). The one version
-- of a year that is approved is in force.
create table core.budget_version (
    document_id     bigint primary key,
    year            integer not null,
    act_id          bigint not null
);

-- One row per change of a cell: an amount is the sum of its rows. An empty department or project stands for all of them
-- that have no cell of their own. other says which cell or year a transfer or a carry-over belongs to.
create table core.budget_line (
    document_id     bigint not null,
    account         text not null,
    department      text not null default '',
    project         text not null default '',
    period          text not null,
    amount          decimal(18, 2) not null,
    kind            text not null default 'entry' check (kind in ('entry', 'transfer', 'carry')),
    other           text not null default '',
    reason          text not null default '',
    act_id          bigint not null
);
create trigger budget_line_no_update after update on core.budget_line for each statement
    insert into core.append_only values (error('append-only: core.budget_line'));
create trigger budget_line_no_delete after delete on core.budget_line for each statement
    insert into core.append_only values (error('append-only: core.budget_line'));

-- One row per rule of control: where it looks (an account with all below it, a department, a project; empty is any), over
-- which span, and what it does when papers are handed in, when they are approved, and when something is posted.
create table core.budget_rule (
    rule            text primary key,
    account         text not null default '',
    department      text not null default '',
    project         text not null default '',
    span            text not null default 'year' check (span in ('month', 'to_date', 'year')),
    at_request      text not null default 'none' check (at_request in ('none', 'warn', 'block')),
    at_order        text not null default 'none' check (at_order in ('none', 'warn', 'block')),
    at_actual       text not null default 'none' check (at_actual in ('none', 'warn', 'block')),
    active          boolean not null default true
);

-- One row per act that went beyond a budget and was let pass with a warning.
create table core.budget_warning (
    act_id          bigint not null,
    rule            text not null,
    stage           text not null,
    account         text not null,
    department      text not null,
    project         text not null,
    period          text not null,
    budget          decimal(18, 2) not null,
    used            decimal(18, 2) not null,
    committed       decimal(18, 2) not null,
    asked           decimal(18, 2) not null
);
create trigger budget_warning_no_update after update on core.budget_warning for each statement
    insert into core.append_only values (error('append-only: core.budget_warning'));
create trigger budget_warning_no_delete after delete on core.budget_warning for each statement
    insert into core.append_only values (error('append-only: core.budget_warning'));

-- One row per comment on a cell; the last one counts.
create table core.budget_comment (
    comment_id      bigint primary key,
    account         text not null,
    department      text not null default '',
    project         text not null default '',
    period          text not null,
    comment         text not null,
    actor           text not null,
    act_id          bigint not null
);
create trigger budget_comment_no_update after update on core.budget_comment for each statement
    insert into core.append_only values (error('append-only: core.budget_comment'));
create trigger budget_comment_no_delete after delete on core.budget_comment for each statement
    insert into core.append_only values (error('append-only: core.budget_comment'));
