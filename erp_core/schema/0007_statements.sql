-- Formats of the official statements as data.

-- One row per format of a statement and the month from which it holds; own: made by the company itself (RPT-06).
create table core.statement_format (
    standard        text not null,
    statement       text not null,
    from_period     text not null default '0000-00',
    name_zh         text not null,
    name_en         text not null,
    own             boolean not null default false,
    note            text not null default '',
    primary key (standard, statement, from_period)
);

-- One row per line of a statement format.
create table core.statement_line (
    standard        text not null,
    statement       text not null,
    from_period     text not null default '0000-00',
    position        integer not null,
    line_no         integer,
    name_zh         text not null,
    name_en         text not null,
    kind            text not null,
    formula         text not null default '',
    primary key (standard, statement, from_period, position)
);

-- One row per account that feeds a line. rule: balance | debit_balance | credit_balance | due_within | due_beyond | movement
-- | opening.
create table core.statement_account (
    standard        text not null,
    statement       text not null,
    from_period     text not null default '0000-00',
    line_no         integer not null,
    account         text not null,
    sign            integer not null,
    rule            text not null
);

-- One row per term of a computed line, expanded down to lines that accounts feed; term_statement is empty for the same one.
create table core.statement_term (
    standard        text not null,
    statement       text not null,
    from_period     text not null default '0000-00',
    line_no         integer not null,
    term_statement  text not null default '',
    term_line       integer not null,
    sign            integer not null
);

-- One row per tie that must hold between lines, as the standard states it.
create table core.statement_tie (
    standard        text not null,
    statement       text not null,
    from_period     text not null default '0000-00',
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
