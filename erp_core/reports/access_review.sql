-- access_review · 权限复核 · Review of rights
-- grain: one row per user who may act or was decided about in the month
-- area: people
-- parameter period: period, required · 会计期间 · Month
-- column login: text · 登录名 · Login
-- column name: text · 姓名 · Name
-- column active: boolean · 启用 · Active
-- column roles: text · 角色 · Roles
-- column scope: text · 数据范围 · Rows · 空为全部 · empty: all
-- column entered_at: timestamp · 最近登录 · Last entered · 账套时区 · in the zone of the books
-- column used_at: timestamp · 最近操作 · Last act · 账套时区 · in the zone of the books
-- column denied: integer · 被拒操作 · Denied acts
-- column conflicts: integer · 不相容职务 · Conflicts
-- column decision: text · 复核结论 · Decision
-- value decision confirmed · 确认 · Confirmed
-- value decision withdrawn · 收回 · Withdrawn
-- value decision waiting · 待复核 · Waiting
-- column decided_by: text · 复核人 · Decided by
-- column decided_at: timestamp · 复核时间 · Decided
-- column note: text · 说明 · Note
select p.login, p.name, p.active, p.roles, p.scope, p.entered_at + interval 8 hour as entered_at,
       u.used_at + interval 8 hour as used_at, coalesce(u.denied, 0) as denied, coalesce(c.conflicts, 0) as conflicts,
       coalesce(r.decision, 'waiting') as decision, r.decided_by, r.decided_at + interval 8 hour as decided_at, r.note
from rpt.person p left join rpt.last_use u on u.login = p.login
left join (select login, count(*) as conflicts from rpt.access_conflict where not everything group by login) c
    on c.login = p.login
left join rpt.access_review r on r.login = p.login and r.period = $period
where p.active or r.decision is not null
order by r.decision is not null, p.login
