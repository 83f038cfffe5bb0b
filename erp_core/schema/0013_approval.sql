-- A second opinion: rules that ask for it, chains of people who give it, revisions of papers, changes that wait.

-- One row per rule: when a paper of this kind meets the condition, its chain must agree before the paper goes on.
create table core.approval_rule (
    rule            text primary key,
    subject         text not null,
    condition       text not null check (condition in
                    ('always', 'amount_over', 'discount_over', 'below_floor', 'over_credit', 'over_limit', 'new_party',
                     'protected_change')),
    threshold       decimal(18, 2) not null default 0,
    name_zh         text not null default '',
    name_en         text not null default '',
    active          boolean not null default true
);

-- One row per step of a rule's chain and role: steps follow each other, roles of one step decide side by side; any means
-- that one of them is enough. After escalate_hours an open task goes to escalate_to.
create table core.approval_rule_step (
    rule            text not null,
    step            integer not null,
    role            text not null,
    mode            text not null default 'any' check (mode in ('any', 'all')),
    escalate_hours  integer not null default 0,
    escalate_to     text not null default '',
    primary key (rule, step, role)
);

-- One row per paper (and revision of it) that was put before a chain; facts say what made the rules ask.
create table core.approval (
    approval_id     bigint primary key,
    subject         text not null,
    number          text not null,
    revision        integer not null default 0,
    status          text not null check (status in ('open', 'approved', 'returned', 'withdrawn')),
    facts           text not null,
    requested_by    text not null,
    requested_at    timestamp not null,
    act_id          bigint not null
);

-- One row per step and role of a chain. holder is a person to whom the task was handed on; alternatives are the rules for
-- which one yes among the tasks that name them is enough.
create table core.approval_task (
    approval_id     bigint not null,
    step            integer not null,
    role            text not null,
    mode            text not null,
    alternatives    text[] not null default [],
    status          text not null check (status in ('waiting', 'open', 'approved', 'returned', 'skipped', 'withdrawn')),
    holder          text not null default '',
    opened_at       timestamp,
    due_at          timestamp,
    escalate_hours  integer not null default 0,
    escalate_to     text not null default '',
    decided_by      text not null default '',
    decided_at      timestamp,
    comment         text not null default '',
    primary key (approval_id, step, role)
);

-- One row per thing that happened to a chain; append-only.
create table core.approval_event (
    approval_id     bigint not null,
    act_id          bigint not null,
    happened_at     timestamp not null,
    actor           text not null,
    action          text not null,
    step            integer not null default 0,
    role            text not null default '',
    comment         text not null default ''
);
create trigger approval_event_no_update after update on core.approval_event for each statement
    insert into core.append_only values (error('append-only: core.approval_event'));
create trigger approval_event_no_delete after delete on core.approval_event for each statement
    insert into core.append_only values (error('append-only: core.approval_event'));

-- One row per absence: who decides in whose place, from which day to which.
create table core.delegation (
    from_login      text not null,
    to_login        text not null,
    from_on         date not null,
    to_on           date not null,
    act_id          bigint not null
);

-- One row per former state of an order that was revised: header and lines as they stood, as JSON; append-only.
create table core.document_revision (
    document_id     bigint not null,
    revision        integer not null,
    header          text not null,
    lines           text not null,
    revised_by      text not null,
    revised_at      timestamp not null,
    reason          text not null,
    act_id          bigint not null,
    primary key (document_id, revision)
);
create trigger document_revision_no_update after update on core.document_revision for each statement
    insert into core.append_only values (error('append-only: core.document_revision'));
create trigger document_revision_no_delete after delete on core.document_revision for each statement
    insert into core.append_only values (error('append-only: core.document_revision'));

-- One row per field that nobody changes alone; an empty field protects the whole table.
create table core.protection (
    table_name      text not null,
    field           text not null default '',
    active          boolean not null default false,
    primary key (table_name, field)
);

-- One row per change that waits for its chain: the act as it was asked for, and what it would change.
create table core.change_request (
    request_id      bigint primary key,
    verb            text not null,
    arguments       text not null,
    diff            text not null,
    reason          text not null,
    status          text not null check (status in ('open', 'applied', 'returned', 'withdrawn')),
    requested_by    text not null,
    requested_at    timestamp not null,
    applied_act     bigint,
    act_id          bigint not null
);

-- What one may see of a chain: everybody whose task it is, who asked for it, and who may read the audit.
create view rpt.approval as
select a.approval_id, a.subject, a.number, a.revision, a.status, a.facts, a.requested_by, a.requested_at,
       cast(a.requested_at + interval 8 hour as date) as requested_on, coalesce(d.party, '') as party,
       coalesce(p.name, '') as party_name, d.document_on, d.gross as amount
from core.approval a
left join core.document d on d.number = a.number and d.kind = a.subject
left join core.party p on p.code = d.party
where core.may_read('audit') or a.requested_by = getvariable('reader') or a.approval_id in (
    select t.approval_id from core.approval_task t left join core.user_role u on u.role = t.role
    left join core.delegation g on g.from_login in (u.login, t.holder)
        and cast(make_timestamp(epoch_us(now())) + interval 8 hour as date) between g.from_on and g.to_on
    where getvariable('reader') in (u.login, t.holder, g.to_login)
);
comment on view rpt.approval is '审批 · one row per paper and revision that was put before a chain';

create view rpt.approval_task as
select t.approval_id, t.step, t.role, t.mode, t.status, t.holder, t.opened_at, t.due_at, t.decided_by, t.decided_at, t.comment
from core.approval_task t join rpt.approval a on a.approval_id = t.approval_id;
comment on view rpt.approval_task is '审批任务 · one row per step and role of a chain';

-- One row per person and open task that this person may decide: by role, by delegation, or because it was handed on.
create view rpt.approval_duty as
with entitled as (
    select t.approval_id, t.step, t.role, u.login from core.approval_task t join core.user_role u on u.role = t.role
    where t.status = 'open' and t.holder = ''
    union
    select approval_id, step, role, holder from core.approval_task where status = 'open' and holder <> ''
)
select e.approval_id, e.step, e.role, e.login, '' as instead_of, cast(null as date) as from_on, cast(null as date) as to_on
from entitled e
where core.may_read('audit') or e.login = getvariable('reader')
union all
select e.approval_id, e.step, e.role, d.to_login, d.from_login, d.from_on, d.to_on
from entitled e join core.delegation d on d.from_login = e.login
where core.may_read('audit') or d.to_login = getvariable('reader');
comment on view rpt.approval_duty is '审批职责 · one row per person and open task that this person may decide';

create view rpt.approval_event as
select e.approval_id, a.subject, a.number, e.act_id, e.happened_at, e.actor, e.action, e.step, e.role, e.comment
from core.approval_event e join rpt.approval a on a.approval_id = e.approval_id;
comment on view rpt.approval_event is '审批经过 · one row per thing that happened to a chain';

create view rpt.approval_rule as
select r.rule, r.subject, r.condition, r.threshold, r.name_zh, r.name_en, r.active, s.step, s.role, s.mode, s.escalate_hours,
       s.escalate_to
from core.approval_rule r left join core.approval_rule_step s on s.rule = r.rule;
comment on view rpt.approval_rule is '审批规则 · one row per rule, step and role';

create view rpt.document_revision as
select d.number, d.kind, r.document_id, r.revision, r.header, r.lines, r.revised_by, r.revised_at, r.reason
from core.document_revision r join core.document d on d.document_id = r.document_id
where core.sees_document(d.kind, d.party, d.employee, d.department, d.project, d.made_by, d.warehouse, d.to_warehouse)
  and not core.priced_at_cost(d.kind);
comment on view rpt.document_revision is '单据历次版本 · one row per former state of an order that was revised';

create view rpt.protection as select table_name, field, active from core.protection;
comment on view rpt.protection is '受保护的资料 · one row per field that nobody changes alone';

create view rpt.change_request as
select c.request_id, c.verb,
       -- Whole rows may hold the account too, so a difference that names one anywhere is hidden as a whole.
       case when core.hides('bank') and contains(c.diff, 'bank_') then null else c.diff end as diff, c.reason, c.status, c.requested_by, c.requested_at, c.applied_act
from core.change_request c
where core.may_read('audit') or c.requested_by = getvariable('reader') or cast(c.request_id as varchar) in (
    select a.number from rpt.approval a where a.subject = 'change'
);
comment on view rpt.change_request is '修改申请 · one row per change that waits, or waited, for its chain';
