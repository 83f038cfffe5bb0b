-- Who, what, where, and at what rate.

-- One row per business partner; one party may be customer and supplier at once.
create table core.party (
    code            text primary key,
    name            text not null,
    short_name      text not null default '',
    customer        boolean not null default false,
    supplier        boolean not null default false,
    uscc            text not null default '',
    contact         text not null default '',
    phone           text not null default '',
    address         text not null default '',
    region          text not null default '',
    level           text not null default '',
    category        text not null default '',
    credit_limit    decimal(18, 2),
    credit_days     integer not null default 30,
    employee        text not null default '',
    bank_name       text not null default '',
    bank_account    text not null default '',
    status          text not null default 'active' check (status in ('trial', 'active', 'blocked')),
    external_code   text not null default '',
    note            text not null default ''
);

-- One row per item category.
create table core.item_category (
    code            text primary key,
    name            text not null,
    parent          text not null default ''
);

-- One row per item: goods are stocked, services are not.
create table core.item (
    code            text primary key,
    name            text not null,
    specification   text not null default '',
    kind            text not null default 'goods' check (kind in ('goods', 'service')),
    category        text not null default '',
    unit            text not null,
    barcode         text not null default '',
    tax_class       text not null default '',
    cost_method     text not null default 'month_average'
                    check (cost_method in ('month_average', 'moving_average', 'fifo')),
    sales_tax       text not null default 'S13',
    purchase_tax    text not null default 'P13',
    list_price      decimal(18, 6),
    floor_price     decimal(18, 6),
    supplier        text not null default '',
    lead_days       integer not null default 7,
    minimum         decimal(18, 6),
    maximum         decimal(18, 6),
    reorder_point   decimal(18, 6),
    inventory_account text not null default '',
    revenue_account text not null default '',
    cost_account    text not null default '',
    active          boolean not null default true,
    external_code   text not null default ''
);

-- One row per further unit of an item: quantity_base = quantity * numerator / denominator.
create table core.item_unit (
    item            text not null references core.item (code),
    unit            text not null,
    numerator       bigint not null check (numerator > 0),
    denominator     bigint not null default 1 check (denominator > 0),
    primary key (item, unit)
);

-- One row per warehouse.
create table core.warehouse (
    code            text primary key,
    name            text not null,
    kind            text not null default 'normal' check (kind in ('normal', 'quality', 'transit', 'scrap', 'consigned')),
    keeper          text not null default '',
    active          boolean not null default true
);

-- One row per bin of a warehouse.
create table core.bin (
    warehouse       text not null references core.warehouse (code),
    code            text not null,
    zone            text not null default '',
    active          boolean not null default true,
    primary key (warehouse, code)
);

-- One row per department.
create table core.department (
    code            text primary key,
    name            text not null,
    parent          text not null default '',
    valid_from      date,
    valid_to        date,
    active          boolean not null default true
);

-- One row per person employed.
create table core.employee (
    code            text primary key,
    name            text not null,
    department      text not null default '',
    grade           text not null default '',
    active          boolean not null default true
);

-- One row per project.
create table core.project (
    code            text primary key,
    name            text not null,
    parent          text not null default '',
    valid_from      date,
    valid_to        date,
    active          boolean not null default true
);

-- One row per tax code and day from which its rate holds.
create table core.tax_code (
    code            text not null,
    name_zh         text not null,
    name_en         text not null default '',
    direction       text not null check (direction in ('sales', 'purchase')),
    rate            decimal(9, 6) not null,
    deductible      boolean not null default true,
    role            text not null,
    valid_from      date not null,
    valid_to        date,
    primary key (code, valid_from)
);

-- One row per currency and day: CNY for one unit.
create table core.exchange_rate (
    currency        text not null,
    rate_on         date not null,
    rate            decimal(18, 8) not null check (rate > 0),
    source          text not null default '',
    primary key (currency, rate_on)
);

-- One row per rule of the price policy; the most specific kind wins, see sales/pricing.py.
create table core.price_rule (
    rule_id         bigint primary key,
    kind            text not null check (kind in ('contract', 'customer', 'level', 'quantity', 'promotion')),
    party           text not null default '',
    level           text not null default '',
    item            text not null,
    minimum_quantity decimal(18, 6) not null default 0,
    price           decimal(18, 6) not null check (price >= 0),
    valid_from      date not null,
    valid_to        date,
    active          boolean not null default true
);
