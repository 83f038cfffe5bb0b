-- Formats of the official statements as data.

-- One row per line of a statement format.
create table core.statement_line (
    standard        text not null,
    statement       text not null,
    position        integer not null,
    line_no         integer,
    name_zh         text not null,
    name_en         text not null,
    kind            text not null,
    formula         text not null default '',
    primary key (standard, statement, position)
);

-- One row per account that feeds a line. rule: balance | debit_balance | credit_balance | movement.
create table core.statement_account (
    standard        text not null,
    statement       text not null,
    line_no         integer not null,
    account         text not null,
    sign            integer not null,
    rule            text not null
);

-- One row per term of a computed line, expanded down to lines that accounts feed.
create table core.statement_term (
    standard        text not null,
    statement       text not null,
    line_no         integer not null,
    term_line       integer not null,
    sign            integer not null
);

-- One row per tie that must hold between lines, as the standard states it.
create table core.statement_tie (
    standard        text not null,
    statement       text not null,
    rule            text not null
);

-- One row per counterpart account and direction: the cash-flow line it stands for.
create table core.cash_flow_rule (
    standard        text not null,
    account         text not null,
    direction       text not null check (direction in ('in', 'out')),
    line_no         integer not null,
    primary key (standard, account, direction)
);
