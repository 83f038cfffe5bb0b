-- Expense claims and staff advances: what may be claimed, within which limits, on which accounts; the claims themselves are
-- documents (kinds claim, claim_advance, claim_refund) whose lines have a second part here.

-- One row per category of expense. deductible: whether input VAT on its receipts may be deducted at all.
create table core.claim_category (
    code            text primary key,
    name_zh         text not null,
    name_en         text not null default '',
    deductible      boolean not null default true,
    position        integer not null default 100,
    active          boolean not null default true
);

-- One row per standard, category and department (empty: any): the account its cost is booked on. The nearest department
-- above counts.
create table core.claim_account (
    standard        text not null check (standard in ('sbe', 'asbe')),
    category        text not null,
    department      text not null default '',
    account         text not null,
    primary key (standard, category, department)
);

-- One row per kind of receipt and day from which it holds. tax: stated on it, reckoned from the fare at rate, or none.
-- numbered: whether it bears a number that can be claimed once only.
create table core.claim_receipt (
    code            text not null,
    name_zh         text not null,
    name_en         text not null default '',
    tax             text not null check (tax in ('stated', 'reckoned', 'none')),
    rate            decimal(9, 6) not null default 0,
    numbered        boolean not null default true,
    valid_from      date not null default date '2000-01-01',
    primary key (code, valid_from)
);

-- One row per city that belongs to a tier of the travel policy.
create table core.claim_city (
    city            text primary key,
    tier            text not null
);

-- One row per limit and day from which it holds: of a category, for a grade (empty: all), at a place (a city or a tier;
-- empty: anywhere), per unit (night, day, person), line, claim or month. action: warn, block, or approve by a rule.
create table core.claim_limit (
    category        text not null,
    grade           text not null default '',
    place           text not null default '',
    per             text not null check (per in ('unit', 'line', 'claim', 'month')),
    valid_from      date not null,
    amount          decimal(18, 2) not null check (amount >= 0),
    action          text not null check (action in ('warn', 'block', 'approve')),
    active          boolean not null default true,
    primary key (category, grade, place, per, valid_from)
);

-- One row per line of a claim as it was handed in or judged: the part that core.document_line does not hold. A line that is
-- revised or judged anew gets a higher version; append-only. over_amount is what lies beyond the limit.
create table core.claim_line (
    document_id     bigint not null,
    version         integer not null,
    line            integer not null,
    category        text not null,
    spent_on        date not null,
    city            text not null default '',
    units           decimal(18, 6) not null default 1,
    receipt         text not null,
    invoice_number  text not null default '',
    department      text not null default '',
    project         text not null default '',
    gross           decimal(18, 2) not null,
    tax             decimal(18, 2) not null default 0,
    untaxed         decimal(18, 2) not null default 0,
    limit_amount    decimal(18, 2),
    over_amount     decimal(18, 2) not null default 0,
    action          text not null default '',
    act_id          bigint not null,
    primary key (document_id, version, line)
);

-- One row per claim or advance that was settled: what of it came off the open advance, what was paid, from which account.
create table core.claim_settlement (
    document_id     bigint primary key,
    paid_on         date not null,
    account         text not null,
    advance         decimal(18, 2) not null default 0,
    paid            decimal(18, 2) not null default 0,
    act_id          bigint not null
);

-- One row per invoice number and turn: the line that claims it. A second turn needs the first to be freed.
create table core.claim_invoice (
    invoice_number  text not null,
    turn            integer not null,
    document_id     bigint not null,
    line            integer not null,
    act_id          bigint not null,
    primary key (invoice_number, turn)
);

-- One row per turn that ended because its claim was cancelled, revised or corrected in red.
create table core.claim_invoice_freed (
    invoice_number  text not null,
    turn            integer not null,
    reason          text not null,
    act_id          bigint not null,
    primary key (invoice_number, turn)
);

create trigger claim_line_no_update after update on core.claim_line for each statement
    insert into core.append_only values (error('append-only: core.claim_line'));
create trigger claim_line_no_delete after delete on core.claim_line for each statement
    insert into core.append_only values (error('append-only: core.claim_line'));
create trigger claim_settlement_no_update after update on core.claim_settlement for each statement
    insert into core.append_only values (error('append-only: core.claim_settlement'));
create trigger claim_settlement_no_delete after delete on core.claim_settlement for each statement
    insert into core.append_only values (error('append-only: core.claim_settlement'));
create trigger claim_invoice_no_update after update on core.claim_invoice for each statement
    insert into core.append_only values (error('append-only: core.claim_invoice'));
create trigger claim_invoice_no_delete after delete on core.claim_invoice for each statement
    insert into core.append_only values (error('append-only: core.claim_invoice'));
create trigger claim_invoice_freed_no_update after update on core.claim_invoice_freed for each statement
    insert into core.append_only values (error('append-only: core.claim_invoice_freed'));
create trigger claim_invoice_freed_no_delete after delete on core.claim_invoice_freed for each statement
    insert into core.append_only values (error('append-only: core.claim_invoice_freed'));

-- 增值税法 (in force 2026-01-01) art. 22: tax on meals and entertainment consumed is not deductible.
insert into core.claim_category (code, name_zh, name_en, deductible, position) values
('transport', '城际交通', 'Intercity transport', true, 1),
('hotel', '住宿', 'Hotel', true, 2),
('allowance', '出差补贴', 'Travel allowance', false, 3),
('local', '市内交通', 'Local transport', true, 4),
('meals', '餐费', 'Meals', false, 5),
('entertainment', '业务招待', 'Entertainment', false, 6),
('office', '办公用品', 'Office supplies', true, 7),
('telecom', '通讯费', 'Telecommunications', true, 8),
('freight', '运杂费', 'Freight', true, 9),
('training', '培训费', 'Training', true, 10),
('advertising', '宣传费', 'Promotion', true, 11),
('repair', '维修费', 'Repair', true, 12),
('other', '其他', 'Other', true, 13);

insert into core.claim_account (standard, category, account)
select s.standard, c.category, s.prefix || c.ending
from (values ('sbe', '5602'), ('asbe', '6602')) as s (standard, prefix),
     (values ('transport', '06'), ('hotel', '06'), ('allowance', '06'), ('local', '06'), ('meals', '99'),
             ('entertainment', '02'), ('office', '05'), ('telecom', '99'), ('freight', '99'), ('training', '99'),
             ('repair', '99'), ('other', '99')) as c (category, ending)
union all values ('sbe', 'advertising', '560102'), ('asbe', 'advertising', '660102');

-- 财政部 税务总局 海关总署公告2019年第39号, art. 6, on domestic passenger transport: air (fare + fuel) and rail 9 %, road and
-- water 3 %; tax stated on electronic invoices is deducted as stated.
insert into core.claim_receipt (code, name_zh, name_en, tax, rate, numbered) values
('special', '增值税专用发票', 'Special VAT invoice', 'stated', 0, true),
('travel', '旅客运输电子普通发票', 'Electronic invoice for passenger transport', 'stated', 0, true),
('toll', '通行费电子发票', 'Electronic toll invoice', 'stated', 0, true),
('ordinary', '普通发票', 'Ordinary invoice', 'none', 0, true),
('rail', '铁路电子客票', 'Rail e-ticket', 'reckoned', 0.09, true),
('air', '航空电子行程单', 'Air e-itinerary', 'reckoned', 0.09, true),
('road', '公路水路客票', 'Road or water passenger ticket', 'reckoned', 0.03, true),
('none', '无票（补贴等）', 'No receipt (allowances)', 'none', 0, false);

-- What may be read -----------------------------------------------------------------------------------------------------

create view rpt.claim_category as select code, name_zh, name_en, deductible, position, active from core.claim_category;
comment on view rpt.claim_category is '费用类别 · one row per category of expense';

create view rpt.claim_account as
select a.category, a.department, a.account from core.claim_account a join core.company c on c.standard = a.standard;
comment on view rpt.claim_account is '费用科目 · one row per category and department: the account its cost is booked on';

create view rpt.claim_receipt as select code, name_zh, name_en, tax, rate, numbered, valid_from from core.claim_receipt;
comment on view rpt.claim_receipt is '票据种类 · one row per kind of receipt and day from which its rule of tax holds';

create view rpt.claim_city as select city, tier from core.claim_city;
comment on view rpt.claim_city is '城市等级 · one row per city of the travel policy';

create view rpt.claim_limit as
select category, grade, place, per, valid_from, amount, action, active from core.claim_limit;
comment on view rpt.claim_limit is '报销标准 · one row per limit and day from which it holds';

create view rpt.claim as
select d.document_id, d.kind, d.number, d.status, d.document_on, d.due_on, d.employee, coalesce(e.name, d.employee) as name,
       d.department, d.project, d.net, d.tax, d.gross, d.note, d.made_by, d.version, s.paid_on, s.account as paid_from,
       s.advance, s.paid,
       (select string_agg(coalesce(nullif(t.holder, ''), t.role), ', ' order by t.role)
        from core.approval a join core.approval_task t on t.approval_id = a.approval_id and t.status = 'open'
        where a.subject = d.kind and a.number = d.number and a.status = 'open') as waiting_for,
       (select max(p.happened_at) from core.document_step p where p.document_id = d.document_id and p.action = 'approve')
           as approved_at
from core.document d
left join core.employee e on e.code = d.employee
left join core.claim_settlement s on s.document_id = d.document_id
where d.kind in ('claim', 'claim_advance', 'claim_refund')
  and core.sees_document(d.kind, d.party, d.employee, d.department, d.project, d.made_by, d.warehouse, d.to_warehouse);
comment on view rpt.claim is '报销与借款 · one row per expense claim, staff advance, or advance given back';

create view rpt.claim_line as
with now as (
    select document_id, max(version) as version from core.claim_line group by document_id
)
select d.document_id, d.number, d.status, d.document_on, d.employee, coalesce(e.name, d.employee) as name, l.line,
       l.category, l.spent_on, l.city, l.units, l.receipt, l.invoice_number,
       coalesce(nullif(l.department, ''), d.department) as department, coalesce(nullif(l.project, ''), d.project) as project,
       cast(l.gross - l.tax as decimal(18, 2)) as net, l.tax, l.gross, l.untaxed, p.description, p.reason as note,
       l.limit_amount, l.over_amount, l.action, s.paid_on
from core.claim_line l
join now on now.document_id = l.document_id and now.version = l.version
join core.document d on d.document_id = l.document_id
left join core.document_line p on p.document_id = l.document_id and p.line = l.line
left join core.employee e on e.code = d.employee
left join core.claim_settlement s on s.document_id = d.document_id
where core.sees_document(d.kind, d.party, d.employee, d.department, d.project, d.made_by, d.warehouse, d.to_warehouse);
comment on view rpt.claim_line is '报销明细 · one row per line of a claim as it stands';

create view rpt.claim_invoice as
select i.invoice_number, i.turn, d.number, d.status, d.employee, coalesce(e.name, d.employee) as name, i.line,
       cast(a.happened_at + interval 8 hour as date) as held_on, f.reason as freed_why,
       cast(b.happened_at + interval 8 hour as date) as freed_on, f.invoice_number is null as held
from core.claim_invoice i
join core.document d on d.document_id = i.document_id
left join core.employee e on e.code = d.employee
left join core.act a on a.act_id = i.act_id
left join core.claim_invoice_freed f on f.invoice_number = i.invoice_number and f.turn = i.turn
left join core.act b on b.act_id = f.act_id
where core.sees_document(d.kind, d.party, d.employee, d.department, d.project, d.made_by, d.warehouse, d.to_warehouse);
comment on view rpt.claim_invoice is '已报销发票 · one row per invoice number and turn: which claim holds it, or when and why it was freed';

-- What staff owe of their advances is a balance of the ledger, openings and vouchers by hand included.
create view rpt.claim_advance as
select b.employee, coalesce(e.name, b.employee) as name, coalesce(e.department, '') as department, b.account,
       cast(sum(b.debit - b.credit) as decimal(18, 2)) as balance
from core.account_balance b
join core.account_role r on r.account = b.account and r.role = 'staff_advance'
left join core.employee e on e.code = b.employee
where b.employee <> '' and core.may_read('claims') and core.of_persons(b.employee, coalesce(e.department, ''), null, '')
group by b.employee, e.name, e.department, b.account;
comment on view rpt.claim_advance is '备用金余额 · one row per employee with turnover on the account of staff advances';
