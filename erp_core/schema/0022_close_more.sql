-- What a month's close books by schemes that are data, what it revalues, and what each run of it came to.

-- One row per recurring scheme of the close: an accrual or a transfer with amounts that are worked out.
create table core.close_scheme (
    scheme          text primary key,
    name            text not null,
    summary         text not null,
    position        integer not null,
    months          text not null default '',
    from_period     text not null default '0000-00',
    to_period       text not null default '9999-99',
    active          boolean not null default true
);

-- One row per line of a scheme. amount is an expression, or 'rest' for what balances the scheme; where source names an
-- account, the line stands for each balance below it with its dimensions, times amount.
create table core.close_scheme_line (
    scheme          text not null,
    line            integer not null,
    side            text not null check (side in ('debit', 'credit')),
    account         text not null default '',
    source          text not null default '',
    amount          text not null,
    party           text not null default '',
    department      text not null default '',
    employee        text not null default '',
    project         text not null default '',
    item            text not null default '',
    primary key (scheme, line)
);

-- One row per cost that is spread over months (待摊费用、长期待摊费用).
create table core.amortisation (
    code            text primary key,
    name            text not null,
    account         text not null,
    cost_account    text not null,
    amount          decimal(18, 2) not null check (amount > 0),
    months          integer not null check (months > 0),
    part            decimal(18, 2) not null,
    first_period    text not null,
    ended_period    text not null default '',
    party           text not null default '',
    department      text not null default '',
    employee        text not null default '',
    project         text not null default '',
    item            text not null default ''
);

-- One row per account whose foreign balance is no money and therefore keeps its historical rate.
create table core.nonmonetary_account (
    standard        text not null,
    account         text not null,
    primary key (standard, account)
);

-- One row per run of a close, rehearsed or committed: what it brought, for comparing runs. Texts are JSON.
create table core.close_run (
    run_id          bigint primary key,
    period          text not null,
    version         integer not null,
    kind            text not null check (kind in ('rehearsal', 'commit')),
    result_hash     text not null,
    failed          integer not null,
    vouchers        text not null,
    statements      text not null,
    gates           text not null,
    made_by         text not null,
    made_at         timestamp not null,
    act_id          bigint not null
);

-- One row per year that was sealed after its audit: it is never opened again.
create table core.year_seal (
    year            text primary key,
    sealed_by       text not null,
    sealed_at       timestamp not null,
    act_id          bigint not null
);

create trigger close_run_no_update after update on core.close_run for each statement
    insert into core.append_only values (error('append-only: core.close_run'));
create trigger close_run_no_delete after delete on core.close_run for each statement
    insert into core.append_only values (error('append-only: core.close_run'));
create trigger year_seal_no_update after update on core.year_seal for each statement
    insert into core.append_only values (error('append-only: core.year_seal'));
create trigger year_seal_no_delete after delete on core.year_seal for each statement
    insert into core.append_only values (error('append-only: core.year_seal'));

create view rpt.close_scheme as
select scheme, name, summary, position, months, from_period, to_period, active from core.close_scheme;
comment on view rpt.close_scheme is '结转方案 · one row per recurring accrual or transfer of the close';

create view rpt.close_scheme_line as
select scheme, line, side, account, source, amount, party, department, employee, project, item from core.close_scheme_line;
comment on view rpt.close_scheme_line is '结转方案分录 · one row per line of a scheme';

create view rpt.amortisation as
select code, name, account, cost_account, amount, months, part, first_period, ended_period, party, department, employee,
       project, item
from core.amortisation
where core.may_read('ledger') and core.in_parties(party) and core.in_projects(project)
  and core.of_persons(employee, department, null, party);
comment on view rpt.amortisation is '待摊 · one row per cost that is spread over months';

create view rpt.monetary_account as
select a.code as account from core.account a
where a.leaf and a.category in ('asset', 'liability')
  and not exists (select 1 from core.nonmonetary_account n join core.company c on c.standard = n.standard
                  where starts_with(a.code, n.account));
comment on view rpt.monetary_account is '货币性科目 · one row per account whose foreign balances are revalued at the end of a month';

create view rpt.close_run as
select run_id, period, version, kind, result_hash, failed, vouchers, statements, gates, made_by, made_at
from core.close_run where core.may_read('ledger');
comment on view rpt.close_run is '结账运行 · one row per run of a close: its hash, what it booked, what the statements would be';

create view rpt.year_seal as select year, sealed_by, sealed_at from core.year_seal;
comment on view rpt.year_seal is '年度封账 · one row per year that was sealed after its audit';
