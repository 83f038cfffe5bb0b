-- access_rights · 有效权限 · Effective rights
-- grain: one row per user and act, area or mask
-- area: people | masters | sales | purchasing | stock | ledger | claims | bank
-- parameter login: text =  · 登录名 · Login
-- parameter permission: text =  · 权限 · Permission, or a pattern
-- column login: text · 登录名 · Login
-- column permission: text · 权限 · Permission
-- column kind: text · 类别 · Kind
-- value kind act · 操作 · Act
-- value kind area · 阅读领域 · Area
-- value kind mask · 敏感字段 · Column
-- column may: boolean · 可以 · May
-- column because: text · 原因 · Because
-- value because role · 角色授予 · A role grants it
-- value because everybody · 人人可做（限本人） · Everybody may, with one's own
-- value because no_role · 没有角色授予 · No role grants it
-- value because inactive · 用户已停用 · The user is suspended
-- value because needs_cost · 总账含成本，需先有 see.cost · The ledger shows costs: see.cost is missing
-- value because warehouses · 限定仓库者看不到成本 · Limited to warehouses, hence no costs
-- column roles: text · 授予的角色 · Granted by
-- column patterns: text · 授予的权限项 · Through
-- column scope: text · 数据范围 · Rows · 空为全部 · empty: all
-- column summary: text · 说明 · What it does
select login, permission, kind, may, because, roles, patterns, scope, summary
from rpt.access_right
where ($login = '' or login = $login) and ($permission = '' or permission = $permission or permission glob $permission)
order by login, kind, permission
