-- Every paper of the trade: one header table, one line table, whatever its kind. Kinds and lifecycles are declared in the
-- department files (sales/orders.py and so on); the house needs no table per kind because all of them share these columns.

-- One row per document.
create table core.document (
    document_id     bigint primary key,
    kind            text not null,
    number          text not null unique,
    status          text not null,
    document_on     date not null,
    due_on          date,
    party           text not null default '',
    warehouse       text not null default '',
    to_warehouse    text not null default '',
    department      text not null default '',
    employee        text not null default '',
    project         text not null default '',
    account         text not null default '',
    reference       text not null default '',
    source_id       bigint,
    net             decimal(18, 2) not null default 0,
    tax             decimal(18, 2) not null default 0,
    gross           decimal(18, 2) not null default 0,
    note            text not null default '',
    made_by         text not null,
    made_at         timestamp not null,
    version         integer not null default 1,
    act_id          bigint not null
);

-- One row per line of a document. Prices are per base unit: unit_price without tax, gross_price with tax; with_tax says
-- which of the two was agreed, since the amounts are reckoned from that one. Of a receipt, quantity is what was accepted
-- and rejected what went back on the spot.
create table core.document_line (
    document_id     bigint not null references core.document (document_id),
    line            integer not null,
    item            text not null default '',
    description     text not null default '',
    warehouse       text not null default '',
    bin             text not null default '',
    quantity        decimal(18, 6) not null default 0,
    list_price      decimal(18, 6),
    unit_price      decimal(18, 6),
    gross_price     decimal(18, 6),
    price_trace     text not null default '',
    tax_code        text not null default '',
    tax_rate        decimal(9, 6) not null default 0,
    with_tax        boolean not null default false,
    net             decimal(18, 2) not null default 0,
    tax             decimal(18, 2) not null default 0,
    gross           decimal(18, 2) not null default 0,
    promised_on     date,
    source_id       bigint,
    source_line     integer,
    rejected        decimal(18, 6) not null default 0,
    reason          text not null default '',
    primary key (document_id, line)
);

-- One row per line and thing done with it ('delivered', 'received', 'invoiced', 'billed', 'returned'): how much so far.
-- Step 'unbilled' of a receipt line is what still waits for the supplier's bill: quantity, and amount as it stands in the
-- account of estimated payables.
create table core.document_progress (
    document_id     bigint not null,
    line            integer not null,
    step            text not null,
    quantity        decimal(18, 6) not null,
    amount          decimal(18, 2) not null default 0,
    primary key (document_id, line, step)
);

-- One row per outside number that may be booked once only: claim is kind/party/number, where the party is left empty for
-- the 20-digit number of an issued invoice and is the supplier for a bill. One column, so that a look-up takes the index.
create table core.document_reference (
    claim           text primary key,
    document_id     bigint not null
);

-- One row per change of status.
create table core.document_step (
    document_id     bigint not null,
    act_id          bigint not null,
    action          text not null,
    from_status     text not null,
    to_status       text not null,
    happened_at     timestamp not null,
    actor           text not null,
    reason          text not null default ''
);
create trigger document_step_no_update after update on core.document_step for each statement
    insert into core.append_only values (error('append-only: core.document_step'));
create trigger document_step_no_delete after delete on core.document_step for each statement
    insert into core.append_only values (error('append-only: core.document_step'));
create trigger document_line_no_update after update on core.document_line for each statement
    insert into core.append_only values (error('append-only: core.document_line'));

-- One row per line sold before these books began, kept for analysis only: it never touches stock or ledger.
create table core.sales_history (
    source          text not null,
    line            bigint not null,
    number          text not null,
    sold_on         timestamp not null,
    party           text not null default '',
    item            text not null default '',
    description     text not null default '',
    region          text not null default '',
    kind            text not null,
    quantity        decimal(18, 6) not null,
    unit_price      decimal(18, 6) not null,
    amount          decimal(24, 6) not null,
    run_id          text not null,
    primary key (source, line)
);
