-- Bank and cash: accounts at banks, their statements line by line, what each line was matched with, reconciliations kept as
-- archive documents, counts of cash, and what the forecast of cash is told.

-- One row per account at a bank. account: the leaf of cash that keeps its books; begins_on and bank_opening: from which day on
-- lines are reconciled, and what the bank said it held before that day.
create table core.bank_account (
    code            text primary key,
    name            text not null,
    bank            text not null default '',
    number          text not null default '',
    account         text not null,
    begins_on       date not null,
    bank_opening    decimal(18, 2) not null default 0,
    active          boolean not null default true
);

-- One row per statement that was loaded: rows_read = rows_added + rows_known (loaded before) + rows_double (twice in the file).
create table core.bank_statement (
    statement_id    bigint primary key,
    bank_account    text not null,
    file            text not null,
    file_hash       text not null default '',
    layout          text not null default '',
    from_on         date not null,
    to_on           date not null,
    closing         decimal(18, 2),
    rows_read       integer not null,
    rows_added      integer not null,
    rows_known      integer not null,
    rows_double     integer not null,
    act_id          bigint not null
);

-- One row per line of a bank's statement, once however many files hold it; amount is positive in, negative out. identity and
-- occurrence tell lines apart: by serial number, else by counterparty and text; equal ones by balance or sequence.
create table core.bank_line (
    line_id         bigint primary key,
    bank_account    text not null,
    posted_on       date not null,
    amount          decimal(18, 2) not null check (amount <> 0),
    balance         decimal(18, 2),
    counterparty    text not null default '',
    counter_account text not null default '',
    summary         text not null default '',
    reference       text not null default '',
    identity        text not null,
    occurrence      integer not null,
    statement_id    bigint not null,
    source_row      integer not null default 0,
    act_id          bigint not null,
    unique (bank_account, identity, occurrence)
);

-- One row per rule by which lines find each other, tried in order of position. kind: reference, amount, counterparty, several.
create table core.bank_rule (
    rule            text primary key,
    position        integer not null,
    kind            text not null check (kind in ('reference', 'amount', 'counterparty', 'several')),
    days            integer not null check (days between 0 and 366),
    confidence      decimal(5, 2) not null check (confidence between 0 and 1),
    automatic       boolean not null default false,
    active          boolean not null default true
);

-- One row per rule by which a line of the bank is booked without a paper: what its text holds, and the account.
-- in_red: money in is a negative debit of the account, as interest is of finance costs.
create table core.bank_booking (
    rule            text primary key,
    position        integer not null,
    contains        text not null,
    direction       text not null check (direction in ('in', 'out')),
    account         text not null,
    department      text not null default '',
    in_red          boolean not null default false,
    active          boolean not null default true
);

-- One row per proposal of the last search: a working table, written anew by each. items: lines of both sides, as JSON.
create table core.bank_proposal (
    proposal_id     bigint primary key,
    bank_account    text not null,
    rule            text not null,
    confidence      decimal(5, 2) not null,
    items           text not null,
    act_id          bigint not null
);

-- One row per matching of lines of the bank with lines of the books whose sums are equal.
create table core.bank_match (
    match_id        bigint primary key,
    bank_account    text not null,
    rule            text not null,
    confidence      decimal(5, 2) not null,
    matched_by      text not null,
    act_id          bigint not null
);

-- One row per line in a matching: 'bank/<line_id>' or 'book/<voucher_id>/<line>', and which turn of that line it is; a second
-- turn needs the first matching to be undone, so a line has one owner.
create table core.bank_match_item (
    item            text not null,
    turn            integer not null,
    match_id        bigint not null,
    act_id          bigint not null,
    primary key (item, turn)
);

-- One row per matching that was undone, by whom and why.
create table core.bank_match_undone (
    match_id        bigint primary key,
    undone_by       text not null,
    reason          text not null,
    act_id          bigint not null
);

-- One row per reconciliation kept for a month's end: the statement as it stood, items as JSON; a later one has a higher version.
create table core.bank_reconciliation (
    bank_account    text not null,
    as_of           date not null,
    version         integer not null,
    book_balance    decimal(18, 2) not null,
    bank_balance    decimal(18, 2) not null,
    adjusted        decimal(18, 2) not null,
    items           text not null,
    digest          text not null,
    kept_by         text not null,
    kept_at         timestamp not null,
    act_id          bigint not null,
    primary key (bank_account, as_of, version)
);

-- One row per count of cash: what lay there, what the books said, by whom it was counted and witnessed.
create table core.cash_count (
    count_id        bigint primary key,
    account         text not null,
    counted_on      date not null,
    counted         decimal(18, 2) not null check (counted >= 0),
    book            decimal(18, 2) not null,
    pieces          text not null default '',
    witness         text not null default '',
    note            text not null default '',
    counted_by      text not null,
    act_id          bigint not null
);

-- One row per thing that comes round in the forecast of cash: positive in, negative out.
create table core.cash_recurring (
    code            text primary key,
    name            text not null,
    kind            text not null default 'other' check (kind in ('payroll', 'tax', 'rent', 'loan', 'other')),
    amount          decimal(18, 2) not null,
    every           text not null check (every in ('once', 'week', 'month', 'quarter')),
    first_on        date not null,
    last_on         date,
    active          boolean not null default true
);

-- One row per open item whose money is planned for another day than it is due.
create table core.cash_plan (
    open_item_id    bigint primary key,
    planned_on      date not null,
    note            text not null default ''
);

create trigger bank_line_no_update after update on core.bank_line for each statement
    insert into core.append_only values (error('append-only: core.bank_line'));
create trigger bank_line_no_delete after delete on core.bank_line for each statement
    insert into core.append_only values (error('append-only: core.bank_line'));
create trigger bank_match_no_update after update on core.bank_match for each statement
    insert into core.append_only values (error('append-only: core.bank_match'));
create trigger bank_match_no_delete after delete on core.bank_match for each statement
    insert into core.append_only values (error('append-only: core.bank_match'));
create trigger bank_match_item_no_update after update on core.bank_match_item for each statement
    insert into core.append_only values (error('append-only: core.bank_match_item'));
create trigger bank_match_item_no_delete after delete on core.bank_match_item for each statement
    insert into core.append_only values (error('append-only: core.bank_match_item'));
create trigger bank_match_undone_no_update after update on core.bank_match_undone for each statement
    insert into core.append_only values (error('append-only: core.bank_match_undone'));
create trigger bank_match_undone_no_delete after delete on core.bank_match_undone for each statement
    insert into core.append_only values (error('append-only: core.bank_match_undone'));
create trigger bank_reconciliation_no_update after update on core.bank_reconciliation for each statement
    insert into core.append_only values (error('append-only: core.bank_reconciliation'));
create trigger bank_reconciliation_no_delete after delete on core.bank_reconciliation for each statement
    insert into core.append_only values (error('append-only: core.bank_reconciliation'));
create trigger cash_count_no_update after update on core.cash_count for each statement
    insert into core.append_only values (error('append-only: core.cash_count'));
create trigger cash_count_no_delete after delete on core.cash_count for each statement
    insert into core.append_only values (error('append-only: core.cash_count'));

-- Nothing is automatic at first: a person confirms, whatever the confidence.
insert into core.bank_rule (rule, position, kind, days, confidence) values
('reference', 1, 'reference', 60, 1.00),
('amount', 2, 'amount', 3, 0.90),
('counterparty', 3, 'counterparty', 30, 0.80),
('several', 4, 'several', 15, 0.60);

-- What may be read -----------------------------------------------------------------------------------------------------

create view rpt.bank_account as
select code, name, bank, case when core.hides('bank') then null else number end as number, account, begins_on, bank_opening,
       active
from core.bank_account where core.may_read('bank');
comment on view rpt.bank_account is '银行账户 · one row per account at a bank and the ledger account that keeps its books';

create view rpt.bank_statement as
select s.statement_id, s.bank_account, s.file, s.layout, s.from_on, s.to_on, s.closing, s.rows_read, s.rows_added, s.rows_known,
       s.rows_double, a.actor as loaded_by, a.happened_at as loaded_at
from core.bank_statement s left join core.act a on a.act_id = s.act_id where core.may_read('bank');
comment on view rpt.bank_statement is '对账单导入 · one row per statement that was loaded, with its counts';

-- The live owner of every line that has one.
create view core.bank_owner as
select i.item, i.match_id from core.bank_match_item i anti join core.bank_match_undone u on u.match_id = i.match_id;

create view rpt.bank_line as
select l.line_id, l.bank_account, l.posted_on, l.amount, l.balance, l.counterparty,
       case when core.hides('bank') then null else l.counter_account end as counter_account, l.summary, l.reference, l.occurrence,
       l.statement_id, l.source_row, o.match_id
from core.bank_line l left join core.bank_owner o on o.item = 'bank/' || l.line_id
where core.may_read('bank');
comment on view rpt.bank_line is '银行流水 · one row per line of a bank statement; match_id is its owner';

-- The books' side of every bank account, as far as it is reconciled.
create view core.bank_book as
select b.code as bank_account, v.voucher_id, l.line, v.word || '-' || v.number as voucher, v.period, v.voucher_on, l.summary,
       cast(l.debit - l.credit as decimal(18, 2)) as amount, l.account, l.reference, v.source_kind, v.source_number
from core.bank_account b
join core.voucher_line l on l.account = b.account
join core.voucher v on v.voucher_id = l.voucher_id
where v.voucher_on >= b.begins_on and v.kind <> 'opening' and not ends_with(v.period, '-00');

create view rpt.bank_book as
select k.bank_account, k.voucher_id, k.line, k.voucher, k.voucher_on, k.summary, k.amount, k.reference, k.source_kind,
       k.source_number, o.match_id
from core.bank_book k left join core.bank_owner o on o.item = 'book/' || k.voucher_id || '/' || k.line
where core.may_read('bank');
comment on view rpt.bank_book is '银行日记账行 · one row per voucher line of an account at a bank; match_id is its owner';

create view rpt.bank_match as
select m.match_id, m.bank_account, m.rule, m.confidence, m.matched_by, a.happened_at as matched_at, u.undone_by, u.reason,
       b.happened_at as undone_at
from core.bank_match m left join core.act a on a.act_id = m.act_id
left join core.bank_match_undone u on u.match_id = m.match_id left join core.act b on b.act_id = u.act_id
where core.may_read('bank');
comment on view rpt.bank_match is '对账 · one row per matching, undone ones included';

create view rpt.bank_match_item as
select i.match_id, i.item, i.turn from core.bank_match_item i where core.may_read('bank');
comment on view rpt.bank_match_item is '对账明细 · one row per line in a matching';

create view rpt.bank_proposal as
select proposal_id, bank_account, rule, confidence, items from core.bank_proposal where core.may_read('bank');
comment on view rpt.bank_proposal is '对账建议 · one row per proposal of the last search';

create view rpt.bank_rule as
select rule, position, kind, days, confidence, automatic, active from core.bank_rule where core.may_read('bank');
comment on view rpt.bank_rule is '对账规则 · one row per rule, in order of position';

create view rpt.bank_booking as
select rule, position, contains, direction, account, department, in_red, active from core.bank_booking where core.may_read('bank');
comment on view rpt.bank_booking is '流水入账规则 · one row per rule by which a line of the bank is booked without a paper';

create view rpt.bank_reconciliation as
select bank_account, as_of, version, book_balance, bank_balance, adjusted, items, digest, kept_by, kept_at
from core.bank_reconciliation where core.may_read('bank');
comment on view rpt.bank_reconciliation is '银行存款余额调节表档案 · one row per reconciliation kept for a month''s end';

-- One row per item on either side that the other side does not know on a day: what reconciliation lists. An item whose
-- matching has its other side later is outstanding until then. Given with every day on which it stands: from known_on until
-- the day before cleared_on.
create view core.bank_outstanding as
with sides as (
    select 'bank/' || l.line_id as item, 'bank' as side, l.bank_account, l.posted_on as known_on, l.amount, l.counterparty,
           l.summary, l.reference, cast(l.line_id as varchar) as number, cast(null as bigint) as voucher_id
    from core.bank_line l join core.bank_account b on b.code = l.bank_account where l.posted_on >= b.begins_on
    union all
    select 'book/' || voucher_id || '/' || line, 'book', bank_account, voucher_on, amount, '', summary, reference, voucher,
           voucher_id
    from core.bank_book
), owned as (
    select s.item, s.side, s.bank_account, s.known_on, s.amount, s.counterparty, s.summary, s.reference, s.number, s.voucher_id,
           o.match_id
    from sides s left join core.bank_owner o on o.item = s.item
), cleared as (
    select match_id, max(known_on) as cleared_on from owned where match_id is not null group by match_id
)
select o.item, o.side, o.bank_account, o.known_on, o.amount, o.counterparty, o.summary, o.reference, o.number, o.voucher_id,
       o.match_id, c.cleared_on
from owned o left join cleared c on c.match_id = o.match_id;

create view rpt.bank_outstanding as select * from core.bank_outstanding where core.may_read('bank');
comment on view rpt.bank_outstanding is '未达账项 · one row per line of either side: from when it stands, and when the other side knew';

create view rpt.bank_balance as
select b.code as bank_account, b.name, b.bank, case when core.hides('bank') then null else b.number end as number, b.account,
       b.begins_on, b.bank_opening, b.active,
       cast(coalesce((select sum(l.debit - l.credit) from core.voucher_line l join core.voucher v on v.voucher_id = l.voucher_id
                      where l.account = b.account and (v.voucher_on < b.begins_on or v.kind = 'opening' or ends_with(v.period, '-00'))), 0)
            as decimal(18, 2)) as book_opening
from core.bank_account b where core.may_read('bank');
comment on view rpt.bank_balance is '对账起点 · one row per account at a bank: what either side held before reconciliation began';

create view rpt.cash_count as
select count_id, account, counted_on, counted, book, counted - book as difference, pieces, witness, note, counted_by
from core.cash_count where core.may_read('bank');
comment on view rpt.cash_count is '现金盘点 · one row per count of cash';

create view rpt.cash_recurring as
select code, name, kind, amount, every, first_on, last_on, active from core.cash_recurring where core.may_read('bank');
comment on view rpt.cash_recurring is '周期收支 · one row per thing that comes round in the forecast of cash';

create view rpt.cash_plan as
select open_item_id, planned_on, note from core.cash_plan where core.may_read('bank');
comment on view rpt.cash_plan is '付款计划 · one row per open item whose money is planned for another day than it is due';

-- Cash day by day: turnover of every account of cash, openings on the first day there is.
create view rpt.cash_day as
select l.account, case when ends_with(v.period, '-00') then c.first_day else v.voucher_on end as day, sum(l.debit) as money_in,
       sum(l.credit) as money_out
from core.voucher_line l
join core.voucher v on v.voucher_id = l.voucher_id
join core.account a on a.code = l.account and a.cash
cross join (select min(first_day) - 1 as first_day from core.period) c
where core.may_read('bank') or core.may_read('ledger')
group by l.account, v.period, v.voucher_on, c.first_day;
comment on view rpt.cash_day is '货币资金逐日发生额 · one row per account of cash and day with turnover';

-- What is expected to come (+) or go (-): open items on the day planned or due, and open orders by when they are promised and
-- the credit of the party. planned: whether a person named the day.
create view rpt.cash_expected as
with used as (
    select open_item_id, sum(amount) as amount from (
        select debit_item as open_item_id, amount from core.open_item_match
        union all select credit_item, -amount from core.open_item_match) sides group by open_item_id
), roles as (
    select up.account, r.role from rpt.account_ancestor up join core.account_role r on r.account = up.ancestor
    where r.role in ('receivable', 'payable')
), items as (
    select r.role as kind, o.open_item_id, o.party, o.reference, o.item_on, o.due_on as first_due_on,
           coalesce(p.planned_on, o.due_on) as due_on, p.planned_on is not null as planned, coalesce(p.note, '') as note,
           cast(o.amount - coalesce(u.amount, 0) as decimal(18, 2)) as amount
    from core.open_item o join roles r on r.account = o.account
    left join used u on u.open_item_id = o.open_item_id
    left join core.cash_plan p on p.open_item_id = o.open_item_id
), orders as (
    select o.kind, o.party, o.number, o.document_on, coalesce(o.promised_on, o.document_on) + coalesce(p.credit_days, 0) as due_on,
           case when o.quantity = 0 then 0
                else round(cast(l.gross as double) * cast(o.outstanding as double) / cast(o.quantity as double), 2) end as gross
    from core.order_line o
    join core.document_line l on l.document_id = o.document_id and l.line = o.line
    left join core.party p on p.code = o.party
    where o.outstanding > 0
)
select kind, open_item_id, party, reference, item_on as known_on, first_due_on, due_on, planned, note, amount
from items where amount <> 0 and core.may_read('bank')
union all
select kind, null, party, number, document_on, due_on, due_on, false, '',
       cast(case when kind = 'sales_order' then gross else -gross end as decimal(18, 2))
from orders where core.may_read('bank');
comment on view rpt.cash_expected is '预计收付 · one row per open item or open order line: when its money is expected';

-- The days on which things come round, of a year and a quarter around their first day and on.
create view rpt.cash_occurrence as
with recursive occurrence (code, kind, amount, every, falls_on, last_on, nth) as (
    select code, kind, amount, every, first_on, last_on, 0 from core.cash_recurring where active
    union all
    select o.code, o.kind, o.amount, o.every,
           cast(r.first_on + case o.every when 'week' then interval 7 day * (o.nth + 1) when 'month' then interval 1 month * (o.nth + 1)
                                          else interval 3 month * (o.nth + 1) end as date), o.last_on, o.nth + 1
    from occurrence o join core.cash_recurring r on r.code = o.code
    where o.every <> 'once' and o.nth < 520
)
select code, kind, amount, falls_on from occurrence
where core.may_read('bank') and (last_on is null or falls_on <= last_on);
comment on view rpt.cash_occurrence is '周期收支日期 · one row per day on which something comes round';
