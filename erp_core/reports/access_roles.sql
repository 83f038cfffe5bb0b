-- access_roles · 角色权限 · Roles
-- grain: one row per role and permission it grants
-- area: people
-- parameter role: text =  · 角色 · Role
-- column role: text · 角色 · Role
-- column permission: text · 权限 · Permission · 动词、read.领域、see.字段，或带 * 的通配 · a verb, read.<area>, see.<mask>, or a pattern
-- column holders: integer · 持有人数 · Holders
-- column networks: text · 允许网段 · Networks · 空为不限 · empty: anywhere
select role, permission, holders, networks from rpt.role_grant where $role = '' or role = $role order by role, permission
