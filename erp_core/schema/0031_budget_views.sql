-- What budgets, postings and papers that wait come to together; the papers of claims are known by now.

-- What a version says of each cell now.
create view core.budget_cell as
select document_id, account, department, project, period, cast(sum(amount) as decimal(18, 2)) as amount
from core.budget_line group by document_id, account, department, project, period;

-- The rows of a version, each with every account below its own; steps says how far below.
create view core.budget_fit as
select k.document_id, v.year, k.account, k.department, k.project, up.account as leaf, up.steps
from (select distinct document_id, account, department, project from core.budget_line) k
join core.budget_version v on v.document_id = k.document_id
join rpt.account_ancestor up on up.ancestor = k.account;

-- What waits to become actual: lines of purchase orders not yet received (goods received are posted at once, as an estimate
-- or with their bill) and of claims not yet paid. Papers that are handed in are asked for, approved ones are committed.
create view core.budget_demand as
with recursive above (department, ancestor, steps) as (
    select code, code, 0 from core.department
    union all
    select above.department, d.parent, above.steps + 1
    from above join core.department d on d.code = above.ancestor where d.parent <> ''
), received as (
    select document_id, line, sum(quantity) as quantity from core.document_progress where step = 'received' group by all
), tax as (
    select code, arg_max(deductible, valid_from) as deductible from core.tax_code group by code
), ordered as (
    select d.document_id, d.kind, d.number, d.status, d.party, l.line, d.department, d.project,
           strftime(coalesce(l.promised_on, d.due_on, d.document_on), '%Y-%m') as period,
           case when i.kind = 'service'
                then coalesce(nullif(i.cost_account, ''), (select account from core.account_role where role = 'cost_of_sales'))
                else coalesce(nullif(i.inventory_account, ''), (select account from core.account_role where role = 'inventory'))
           end as account,
           l.net + case when coalesce(tax.deductible, true) then 0 else l.tax end as cost, l.quantity,
           greatest(l.quantity - coalesce(r.quantity, 0), 0) as outstanding
    from core.document d join core.document_line l on l.document_id = d.document_id
    join core.item i on i.code = l.item
    left join received r on r.document_id = l.document_id and r.line = l.line
    left join tax on tax.code = l.tax_code
    where d.kind = 'purchase_order' and d.status in ('submitted', 'approved')
), claimed as (
    select d.document_id, d.kind, d.number, d.status, d.party, c.line, c.category,
           coalesce(nullif(c.department, ''), d.department) as department,
           coalesce(nullif(c.project, ''), d.project) as project, strftime(d.document_on, '%Y-%m') as period,
           c.gross - c.tax as amount
    from core.document d join core.claim_line c on c.document_id = d.document_id
    where d.kind = 'claim' and d.status in ('submitted', 'approved')
    qualify c.version = max(c.version) over (partition by c.document_id)
), booked as (
    select c.document_id, c.kind, c.number, c.status, c.party, c.line, c.department, c.project, c.period, a.account, c.amount
    from claimed c cross join core.company o
    left join above u on u.department = c.department
    join core.claim_account a on a.standard = o.standard and a.category = c.category
        and (a.department = u.ancestor or a.department = '')
    qualify row_number() over (partition by c.document_id, c.line order by a.department = '', u.steps) = 1
)
select document_id, kind, number, status, party, line, account, department, project, period,
       cast(case when quantity = 0 then 0
                 else round(cast(cost as double) * cast(outstanding as double) / cast(quantity as double), 2) end
            as decimal(18, 2)) as amount
from ordered where outstanding > 0
union all
select document_id, kind, number, status, party, line, account, department, project, period, amount from booked;

-- Where each combination of account, department and project that was posted or is waited for counts: the row of a version
-- that names it most closely, and no other, so that nothing counts twice.
create view core.budget_place as
with combination as (
    select cast(substr(period, 1, 4) as integer) as year, account, department, project
    from core.account_balance where not closing and period not like '%-00' group by all
    union
    select cast(substr(period, 1, 4) as integer), account, department, project from core.budget_demand group by all
)
select f.document_id, c.year, c.account as leaf, c.department as leaf_department, c.project as leaf_project, f.account,
       f.department, f.project, case when a.category = 'income' then -1 else 1 end as sign
from combination c
join core.budget_fit f on f.leaf = c.account and f.year = c.year and f.department in ('', c.department)
    and f.project in ('', c.project)
join core.account a on a.code = f.account
qualify row_number() over (
    partition by f.document_id, c.year, c.account, c.department, c.project
    order by f.steps, f.department = '', f.project = '') = 1;

-- What was posted and what is committed, by version, row and month.
create view core.budget_use as
select p.document_id, p.account, p.department, p.project, b.period, sum(p.sign * (b.debit - b.credit)) as used,
       cast(0 as decimal(18, 2)) as committed
from core.account_balance b
join core.budget_place p on p.year = cast(substr(b.period, 1, 4) as integer) and p.leaf = b.account
    and p.leaf_department = b.department and p.leaf_project = b.project
where not b.closing and b.period not like '%-00'
group by all
union all
select p.document_id, p.account, p.department, p.project, d.period, cast(0 as decimal(18, 2)), sum(d.amount)
from core.budget_demand d
join core.budget_place p on p.year = cast(substr(d.period, 1, 4) as integer) and p.leaf = d.account
    and p.leaf_department = d.department and p.leaf_project = d.project
where d.status = 'approved'
group by all;

create macro core.sees_budget(department, project) as
    core.may_read('ledger') and core.in_projects(project) and core.of_persons(null, department, null, null);

create view rpt.budget_version as
select v.document_id, v.year, d.number, d.note as name, d.status, d.gross as amount, d.made_by, d.made_at, d.version
from core.budget_version v join core.document d on d.document_id = v.document_id
where core.may_read('ledger');
comment on view rpt.budget_version is '预算版本 · one row per version of a year''s budget; the approved one is in force';

create view rpt.budget_cell as
select c.document_id, v.number, v.year, v.status, c.account, c.department, c.project, c.period, c.amount
from core.budget_cell c join rpt.budget_version v on v.document_id = c.document_id
where core.sees_budget(c.department, c.project);
comment on view rpt.budget_cell is '预算 · one row per version, account, department, project and month';

create view rpt.budget_line as
select l.document_id, v.number, v.year, l.account, l.department, l.project, l.period, l.amount, l.kind, l.other, l.reason,
       l.act_id
from core.budget_line l join rpt.budget_version v on v.document_id = l.document_id
where core.sees_budget(l.department, l.project);
comment on view rpt.budget_line is '预算变动 · one row per change of a cell: entered, transferred or carried over';

create view rpt.budget_use as
select u.document_id, v.number, v.year, v.status, u.account, u.department, u.project, u.period, u.used, u.committed
from core.budget_use u join rpt.budget_version v on v.document_id = u.document_id
where core.sees_budget(u.department, u.project);
comment on view rpt.budget_use is '预算执行 · one row per version, cell and month: posted and committed, each counted once';

create view rpt.budget_place as
select p.document_id, v.number, p.year, p.leaf, p.leaf_department, p.leaf_project, p.account, p.department, p.project, p.sign
from core.budget_place p join rpt.budget_version v on v.document_id = p.document_id
where core.sees_budget(p.leaf_department, p.leaf_project);
comment on view rpt.budget_place is '预算归属 · one row per version and combination posted: the cell it counts in';

create view rpt.budget_demand as
select document_id, kind, number, status, party, line, account, department, project, period, amount
from core.budget_demand where core.sees_budget(department, project);
comment on view rpt.budget_demand is '预算占用 · one row per line of a paper that waits to become actual';

create view rpt.budget_rule as
select rule, account, department, project, span, at_request, at_order, at_actual, active from core.budget_rule
where core.may_read('ledger');
comment on view rpt.budget_rule is '预算控制规则 · one row per rule of control';

create view rpt.budget_warning as
select w.act_id, a.happened_at, a.actor, a.verb, w.rule, w.stage, w.account, w.department, w.project, w.period, w.budget,
       w.used, w.committed, w.asked
from core.budget_warning w join core.act a on a.act_id = w.act_id
where core.sees_budget(w.department, w.project);
comment on view rpt.budget_warning is '预算预警 · one row per act that went beyond a budget with a warning';

create view rpt.budget_comment as
select account, department, project, period, comment, actor, act_id from core.budget_comment
where core.sees_budget(department, project)
qualify row_number() over (partition by account, department, project, period order by comment_id desc) = 1;
comment on view rpt.budget_comment is '预算说明 · one row per cell that somebody commented on: the last comment';
