-- What administrators read of access: people, what each may and why, passes, attempts, requests, conflicts, reviews, messages.
-- No hash, no token and no text of a letter is published. One's own passes and rights everybody may look at.

create macro core.sees_person(login) as core.may_read('people') or login = getvariable('reader');

create view rpt.person as
select u.login, u.name, u.active, coalesce(p.employee, '') as employee, coalesce(p.email, '') as email,
       coalesce(p.phone, '') as phone, coalesce(p.language, '') as language, coalesce(p.settled, false) as settled,
       coalesce((select string_agg(r.role, ', ' order by r.role) from core.user_role r where r.login = u.login), '') as roles,
       coalesce((select string_agg(case when s.value = '' then s.kind else s.kind || ' ' || s.value end, '; '
                                   order by s.kind, s.value)
                 from core.user_scope s where s.login = u.login), '') as scope,
       coalesce(c.hash <> '', false) as password, coalesce(c.must_change, false) as must_change,
       (select max(a.happened_at) from core.sign_in_attempt a where a.login = u.login and a.outcome = 'entered') as entered_at,
       (select count(*) from core.pass s where s.login = u.login and s.ended_at is null and s.kind <> 'ticket'
                                           and s.ends_at > make_timestamp(epoch_us(now()))) as passes
from core.app_user u left join core.user_profile p on p.login = u.login left join core.credential c on c.login = u.login
where core.may_read('people');
comment on view rpt.person is '人员 · one row per user: roles, limits of rows, how and when last entered';

create view rpt.role_grant as
select g.role, g.permission, (select count(distinct u.login) from core.user_role u where u.role = g.role) as holders,
       coalesce((select string_agg(n.network, ', ' order by n.network) from core.role_network n where n.role = g.role), '')
           as networks
from core.role_permission g where core.may_read('people');
comment on view rpt.role_grant is '角色权限 · one row per role and permission that it grants';

create view rpt.role_network as select role, network from core.role_network where core.may_read('people');
comment on view rpt.role_network is '角色网段 · one row per role and network from which its holders may enter';

-- The rules of Actor (foundation/rights.py) in SQL: the ledger shows what goods cost, so it opens only with see.cost, and
-- a limit of warehouses hides costs, since a value belongs to an item across all of them.
create view rpt.access_right as
with granted as (
    select u.login, v.name as permission, string_agg(distinct r.role, ', ' order by r.role) as roles,
           string_agg(distinct g.permission, ', ' order by g.permission) as patterns
    from core.app_user u join core.user_role r on r.login = u.login join core.role_permission g on g.role = r.role
    join core.verb v on v.name glob g.permission
    group by u.login, v.name
), limited as (
    select login, bool_or(kind = 'warehouse') as warehouses,
           string_agg(case when value = '' then kind else kind || ' ' || value end, '; ' order by kind, value) as scope
    from core.user_scope group by login
), joined as (
    select u.login, u.active, v.name as permission, v.summary, v.everybody, coalesce(g.roles, '') as roles,
           coalesce(g.patterns, '') as patterns, coalesce(l.scope, '') as scope, coalesce(l.warehouses, false) as warehouses,
           exists (select 1 from granted c where c.login = u.login and c.permission = 'see.cost') as cost
    from core.app_user u cross join core.verb v
    left join granted g on g.login = u.login and g.permission = v.name left join limited l on l.login = u.login
), reasoned as (
    select *, case when not active then 'inactive'
                   when roles = '' and not everybody then 'no_role'
                   when permission in ('see.cost', 'read.ledger') and warehouses then 'warehouses'
                   when permission = 'read.ledger' and not cost then 'needs_cost'
                   when roles <> '' then 'role' else 'everybody' end as because
    from joined
)
select login, permission, case when starts_with(permission, 'read.') then 'area'
                               when starts_with(permission, 'see.') then 'mask' else 'act' end as kind,
       summary, because in ('role', 'everybody') as may, because, roles, patterns, scope
from reasoned where core.sees_person(login);
comment on view rpt.access_right is '有效权限 · one row per user and permission: whether it is held, through which roles, or why not';

create view rpt.access_conflict as
with holding as (
    select u.login, c.rule, c.name_zh, c.name_en, c.first, c.second,
           exists (select 1 from core.user_role r join core.role_permission g on g.role = r.role
                   where r.login = u.login and g.permission = '*') as everything,
           (select string_agg(distinct r.role, ', ' order by r.role) from core.user_role r
            join core.role_permission g on g.role = r.role
            join core.verb v on v.name glob g.permission and v.name glob c.first where r.login = u.login) as first_roles,
           (select string_agg(distinct r.role, ', ' order by r.role) from core.user_role r
            join core.role_permission g on g.role = r.role
            join core.verb v on v.name glob g.permission and v.name glob c.second where r.login = u.login) as second_roles
    from core.app_user u cross join core.conflict_rule c where u.active and c.active
), signed as (
    select rule, login, signed_by, valid_to, reason from core.conflict_exception
    qualify row_number() over (partition by rule, login order by valid_to desc, act_id desc) = 1
)
select h.login, h.rule, h.name_zh, h.name_en, h.first, h.second, h.first_roles, h.second_roles, h.everything,
       s.signed_by, s.valid_to, s.reason
from holding h left join signed s on s.rule = h.rule and s.login = h.login
where h.first_roles is not null and h.second_roles is not null and core.may_read('people');
comment on view rpt.access_conflict is '不相容职务 · one row per user and rule both sides of which that user holds';

create view rpt.access_pass as
select pass_id, kind, purpose, login, name, address, client, made_at, seen_at, ends_at, ended_at, ended_why
from core.pass where core.sees_person(login);
comment on view rpt.access_pass is '登录会话 · one row per session, token or ticket; never the token itself';

create view rpt.sign_in_attempt as
select attempt_id, login, address, client, outcome, reason, happened_at,
       cast(happened_at + interval 8 hour as date) as happened_on
from core.sign_in_attempt where core.may_read('people') or core.may_read('audit');
comment on view rpt.sign_in_attempt is '登录尝试 · one row per attempt to enter, unlocking or question at the door';

create view rpt.account_request as
select request_id, login, name, contact, department, wanted_role, status, made_at, decided_by, decided_at, note
from core.account_request where core.may_read('people');
comment on view rpt.account_request is '账号申请 · one row per request for an account';

create view rpt.access_review as
select period, login, decision, roles, decided_by, decided_at, note from core.access_review where core.may_read('people')
qualify row_number() over (partition by period, login order by act_id desc) = 1;
comment on view rpt.access_review is '权限复核 · one row per month and user whose rights were looked through: the last decision';

create view rpt.last_use as
select actor as login, max(happened_at) as used_at, count(*) filter (where outcome = 'denied') as denied
from core.act where core.may_read('people') group by actor;
comment on view rpt.last_use is '最近使用 · one row per person who did something: when last, and how often something was denied';

create view rpt.inbox as
select message_id, login, event, subject, body, made_at, read_at
from core.outbox where login <> '' and event not in ('reset', 'welcome') and core.sees_person(login);
comment on view rpt.inbox is '收件箱 · one row per message to a user; letters with a one-use token are left out';

create view rpt.outbox as
select message_id, event, login, address, subject, made_at, sent_at, tries, problem from core.outbox where core.may_read('people');
comment on view rpt.outbox is '发件箱 · one row per message; its text, which may hold a one-use token, is not published';
