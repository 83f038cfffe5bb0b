-- Rules by which events become vouchers, and the voucher desk: templates, sheets not yet saved, versions of drafts.

-- One row per event and day from which a version of its rule holds: what its vouchers say of themselves.
create table core.posting_event (
    event           text not null,
    valid_from      date not null,
    title_zh        text not null,
    title_en        text not null,
    summary_zh      text not null,
    summary_en      text not null,
    primary key (event, valid_from)
);

-- One row per line of such a version: which side, which account, which amount, when, with which dimensions.
-- tied marks lines on which stock, open items or taxes are proved; every version holds them as they came.
create table core.posting_rule (
    event           text not null,
    valid_from      date not null,
    line            integer not null,
    side            text not null check (side in ('debit', 'credit')),
    source          text not null check (source in ('paper', 'line')),
    account         text not null,
    amount          text not null,
    condition       text not null default '',
    dimensions      text not null default '',
    summary         text not null default '',
    tied            boolean not null default false,
    primary key (event, valid_from, line)
);

-- One row per partner or warehouse and use, such as revenue: the account that its lines go to.
create table core.posting_account (
    kind            text not null check (kind in ('party', 'warehouse')),
    code            text not null,
    use             text not null,
    account         text not null references core.account (code),
    primary key (kind, code, use)
);

create view rpt.posting_event as
select event, valid_from, title_zh, title_en, summary_zh, summary_en from core.posting_event;
comment on view rpt.posting_event is '凭证规则 · one row per event and day from which a version of its rule holds';

create view rpt.posting_rule as
select event, valid_from, line, side, source, account, amount, condition, dimensions, summary, tied from core.posting_rule;
comment on view rpt.posting_rule is '凭证规则明细 · one row per line of a version of a rule';

create view rpt.posting_account as
select kind, code, use, account from core.posting_account where core.may_read('ledger');
comment on view rpt.posting_account is '专属科目 · one row per partner or warehouse and use: its own account';

-- One row per former state of a draft, kept when it was changed; version counts from 1.
create table core.voucher_draft_version (
    draft_id        bigint not null,
    version         integer not null,
    voucher_on      date not null,
    word            text not null,
    attachments     integer not null,
    note            text not null,
    lines           text not null,
    changed_by      text not null,
    changed_at      timestamp,
    act_id          bigint not null,
    primary key (draft_id, version)
);
create trigger voucher_draft_version_no_update after update on core.voucher_draft_version for each statement
    insert into core.append_only values (error('append-only: core.voucher_draft_version'));
create trigger voucher_draft_version_no_delete after delete on core.voucher_draft_version for each statement
    insert into core.append_only values (error('append-only: core.voucher_draft_version'));

-- One row per person and sheet: a voucher being written that need not balance yet, so that nothing is lost.
create table core.voucher_sheet (
    login           text not null,
    sheet           text not null,
    content         text not null,
    saved_at        timestamp not null,
    primary key (login, sheet)
);

-- One row per template: lines with amounts, or with shares of a total.
create table core.voucher_template (
    template        text primary key,
    word            text not null,
    note            text not null default '',
    shared          boolean not null,
    lines           text not null,
    made_by         text not null,
    active          boolean not null default true
);

-- One row per line of a draft, read from what the draft keeps.
create view rpt.voucher_draft_line as
with opened as (
    select draft_id, status, voucher_on, word, provisional, made_by,
           unnest(from_json(lines, '[{"summary": "VARCHAR", "account": "VARCHAR", "debit": "DECIMAL(18,2)",
               "credit": "DECIMAL(18,2)", "party": "VARCHAR", "department": "VARCHAR", "employee": "VARCHAR",
               "project": "VARCHAR", "item": "VARCHAR", "cash_flow": "VARCHAR", "reference": "VARCHAR",
               "quantity": "DECIMAL(18,6)", "price": "DECIMAL(18,6)", "currency": "VARCHAR",
               "amount_foreign": "DECIMAL(18,2)", "rate": "DECIMAL(18,6)", "due_on": "DATE"}]')) as l,
           unnest(range(1, cast(json_array_length(lines) as bigint) + 1)) as line
    from core.voucher_draft where core.may_read('ledger')
)
select draft_id, status, voucher_on, word, provisional, made_by, cast(line as integer) as line,
       coalesce(l.summary, '') as summary, l.account, coalesce(l.debit, 0) as debit, coalesce(l.credit, 0) as credit,
       coalesce(l.party, '') as party, coalesce(l.department, '') as department, coalesce(l.employee, '') as employee,
       coalesce(l.project, '') as project, coalesce(l.item, '') as item, coalesce(l.cash_flow, '') as cash_flow,
       coalesce(l.reference, '') as reference, l.quantity, l.price, coalesce(l.currency, '') as currency, l.amount_foreign,
       l.rate, l.due_on
from opened;
comment on view rpt.voucher_draft_line is '凭证草稿分录 · one row per line of a voucher in preparation';

create view rpt.voucher_draft_version as
select draft_id, version, voucher_on, word, attachments, note, lines, changed_by, changed_at, act_id
from core.voucher_draft_version where core.may_read('ledger');
comment on view rpt.voucher_draft_version is '凭证草稿历次 · one row per former state of a draft';

-- What somebody has not saved yet is shown to nobody whose reading is limited in any way.
create view rpt.voucher_sheet as
select login, sheet, content, saved_at from core.voucher_sheet
where core.may_read('ledger') and login = coalesce(getvariable('reader'), login);
comment on view rpt.voucher_sheet is '未存凭证 · one row per voucher that the reader is still writing';

create view rpt.voucher_template as
select template, word, note, shared, lines, made_by, active from core.voucher_template where core.may_read('ledger');
comment on view rpt.voucher_template is '凭证模板 · one row per template';
