-- Quantities and values of stock, both append-only and apart: a move says how many, a value says how much.

-- One row per item, place and event. quantity is positive in, negative out.
create table core.stock_move (
    move_id         bigint primary key,
    kind            text not null check (kind in ('opening', 'purchase', 'purchase_return', 'sale', 'sale_return',
                                                  'transfer_out', 'transfer_in', 'gain', 'loss')),
    moved_on        date not null,
    period          text not null,
    item            text not null references core.item (code),
    warehouse       text not null references core.warehouse (code),
    bin             text not null default '',
    quantity        decimal(18, 6) not null check (quantity <> 0),
    origin_move     bigint,
    document_id     bigint,
    document_line   integer,
    reference       text not null default '',
    act_id          bigint not null
);

-- One row per amount that a move brought to or took from the inventory account; each stands in a voucher.
-- Issues of month_average items get theirs from the close. receipt and issue are what the event itself booked;
-- adjustment is a later change of a receipt's price; difference is what costing found beyond: moves back-dated before
-- this one, or a pool that lacks what was taken from it; reversal takes back what a reopened close had written.
create table core.stock_value (
    value_id        bigint primary key,
    move_id         bigint not null,
    item            text not null,
    account         text not null,
    period          text not null,
    valued_on       date not null,
    kind            text not null check (kind in ('receipt', 'issue', 'adjustment', 'difference', 'reversal')),
    amount          decimal(18, 2) not null,
    event_key       text not null,
    act_id          bigint not null
);

-- One row per item and place: quantity now and the day of the last move, kept by the posting transaction.
create table core.stock_now (
    item            text not null,
    warehouse       text not null,
    bin             text not null,
    quantity        decimal(18, 6) not null,
    last_moved_on   date not null,
    primary key (item, warehouse, bin)
);

-- One row per item valued by moving average or first in first out: quantity and value of the pool now. The basis is what
-- a moving average pool held after its last move in: it sets the unit cost of issues, so that no rounded price is kept.
create table core.stock_pool (
    item            text primary key,
    quantity        decimal(18, 6) not null,
    amount          decimal(18, 2) not null,
    basis_quantity  decimal(18, 6) not null,
    basis_amount    decimal(18, 2) not null,
    last_moved_on   date not null
);

-- One row per layer of a first in first out item that still holds something: what is left, what it is worth, and the
-- basis of its unit cost. layer counts the item's layers from the oldest on.
create table core.stock_layer (
    item            text not null,
    layer           bigint not null,
    move_id         bigint not null,
    quantity        decimal(18, 6) not null,
    amount          decimal(18, 2) not null,
    basis_quantity  decimal(18, 6) not null,
    basis_amount    decimal(18, 2) not null,
    primary key (item, layer)
);

create trigger stock_move_no_update after update on core.stock_move for each statement
    insert into core.append_only values (error('append-only: core.stock_move'));
create trigger stock_move_no_delete after delete on core.stock_move for each statement
    insert into core.append_only values (error('append-only: core.stock_move'));
create trigger stock_value_no_update after update on core.stock_value for each statement
    insert into core.append_only values (error('append-only: core.stock_value'));
create trigger stock_value_no_delete after delete on core.stock_value for each statement
    insert into core.append_only values (error('append-only: core.stock_value'));
