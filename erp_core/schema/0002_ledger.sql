-- Accounts, periods, vouchers, balances and open items.

-- One row per account of the chart.
create table core.account (
    code            text primary key,
    parent          text not null default '',
    name_zh         text not null,
    name_en         text not null default '',
    category        text not null check (category in ('asset', 'liability', 'equity', 'cost', 'income', 'expense')),
    side            text not null check (side in ('debit', 'credit', 'either')),
    leaf            boolean not null,
    active          boolean not null default true,
    cash            boolean not null default false,
    control         boolean not null default false,
    manual          boolean not null default true,
    party_rule      text not null default 'optional' check (party_rule in ('none', 'optional', 'required')),
    department_rule text not null default 'optional' check (department_rule in ('none', 'optional', 'required')),
    employee_rule   text not null default 'optional' check (employee_rule in ('none', 'optional', 'required')),
    project_rule    text not null default 'optional' check (project_rule in ('none', 'optional', 'required')),
    item_rule       text not null default 'optional' check (item_rule in ('none', 'optional', 'required'))
);

-- One row per part that an account plays in automatic vouchers: 'receivable' -> '1122'.
create table core.account_role (
    role            text primary key,
    account         text not null references core.account (code)
);

-- One row per month. Pseudo-periods ('0000-00' openings, 'YYYY-00' turnover before a mid-year start) have no row.
create table core.period (
    period          text primary key,
    first_day       date not null,
    last_day        date not null,
    status          text not null check (status in ('open', 'closed')),
    stock_status    text not null check (stock_status in ('open', 'closed')),
    version         integer not null default 0
);

-- One row per posted voucher. A draft is not here.
create table core.voucher (
    voucher_id      bigint primary key,
    period          text not null,
    word            text not null,
    number          integer not null,
    voucher_on      date not null,
    summary         text not null,
    attachments     integer not null default 0,
    kind            text not null check (kind in ('manual', 'auto', 'close', 'opening')),
    closing         boolean not null default false,
    source_kind     text not null,
    source_number   text not null,
    event_key       text not null unique,
    reverses        bigint,
    reversal_kind   text not null default '' check (reversal_kind in ('', 'red', 'blue')),
    rule            text not null default '',
    made_by         text not null,
    reviewed_by     text not null,
    posted_by       text not null,
    posted_at       timestamp not null,
    act_id          bigint not null,
    unique (period, word, number)
);

-- One row per line of a posted voucher. Red is negative on the original side.
create table core.voucher_line (
    voucher_id      bigint not null references core.voucher (voucher_id),
    line            integer not null,
    summary         text not null check (summary <> ''),
    account         text not null references core.account (code),
    debit           decimal(18, 2) not null default 0,
    credit          decimal(18, 2) not null default 0,
    party           text not null default '',
    department      text not null default '',
    employee        text not null default '',
    project         text not null default '',
    item            text not null default '',
    cash_flow       text not null default '',
    quantity        decimal(18, 6),
    currency        text not null default '',
    amount_foreign  decimal(18, 2),
    rate            decimal(18, 6),
    due_on          date,
    reference       text not null default '',
    primary key (voucher_id, line),
    check ((debit = 0) <> (credit = 0))
);

-- One row per account, period and combination of dimensions: turnover, kept by the posting transaction.
-- closing marks what the carry-forward of profit and loss moved, so that statements can leave it out.
create table core.account_balance (
    period          text not null,
    account         text not null,
    party           text not null,
    department      text not null,
    employee        text not null,
    project         text not null,
    item            text not null,
    closing         boolean not null,
    debit           decimal(18, 2) not null,
    credit          decimal(18, 2) not null,
    primary key (period, account, party, department, employee, project, item, closing)
);

-- One row per voucher in preparation.
create table core.voucher_draft (
    draft_id        bigint primary key,
    status          text not null,
    word            text not null,
    voucher_on      date not null,
    attachments     integer not null,
    made_by         text not null,
    reviewed_by     text not null default '',
    note            text not null default '',
    reverses        bigint,
    reversal_kind   text not null default '',
    voucher_id      bigint,
    lines           text not null,
    provisional     integer not null default 0,
    version         integer not null default 1,
    changed_by      text not null default '',
    changed_at      timestamp
);

-- One row per line on a control account (receivable, payable, advance): what waits for money. amount is debit less credit.
create table core.open_item (
    open_item_id    bigint primary key,
    voucher_id      bigint not null,
    line            integer not null,
    account         text not null,
    party           text not null,
    reference       text not null,
    item_on         date not null,
    due_on          date not null,
    amount          decimal(18, 2) not null
);

-- One row per matching of a debit item with a credit item of the same account and party; undone by a negative row.
create table core.open_item_match (
    match_id        bigint primary key,
    debit_item      bigint not null,
    credit_item     bigint not null,
    amount          decimal(18, 2) not null check (amount <> 0),
    matched_on      date not null,
    act_id          bigint not null
);

-- One row per step of a period's close that was committed; a reopened period gets a higher version.
create table core.close_step (
    period          text not null,
    version         integer not null,
    step            text not null,
    voucher_id      bigint,
    result_hash     text not null,
    act_id          bigint not null,
    primary key (period, version, step)
);

create trigger voucher_no_update after update on core.voucher for each statement
    insert into core.append_only values (error('append-only: core.voucher'));
create trigger voucher_no_delete after delete on core.voucher for each statement
    insert into core.append_only values (error('append-only: core.voucher'));
create trigger voucher_line_no_update after update on core.voucher_line for each statement
    insert into core.append_only values (error('append-only: core.voucher_line'));
create trigger voucher_line_no_delete after delete on core.voucher_line for each statement
    insert into core.append_only values (error('append-only: core.voucher_line'));
create trigger open_item_no_update after update on core.open_item for each statement
    insert into core.append_only values (error('append-only: core.open_item'));
create trigger open_item_no_delete after delete on core.open_item for each statement
    insert into core.append_only values (error('append-only: core.open_item'));
create trigger open_item_match_no_update after update on core.open_item_match for each statement
    insert into core.append_only values (error('append-only: core.open_item_match'));
create trigger open_item_match_no_delete after delete on core.open_item_match for each statement
    insert into core.append_only values (error('append-only: core.open_item_match'));
create trigger close_step_no_update after update on core.close_step for each statement
    insert into core.append_only values (error('append-only: core.close_step'));
create trigger close_step_no_delete after delete on core.close_step for each statement
    insert into core.append_only values (error('append-only: core.close_step'));
