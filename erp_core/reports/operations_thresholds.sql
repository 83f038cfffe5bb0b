-- operations_thresholds · 报警阈值 · Limits that are watched
-- grain: one row per limit
-- area: operations
-- column name: text · 代码 · Code
-- column name_zh: text · 名称 · Name (zh)
-- column name_en: text · 名称（英） · Name
-- column metric: text · 指标 · Metric
-- column side: text · 方向 · Side
-- value side above · 高于 · Above
-- value side below · 低于 · Below
-- column bound: quantity · 限值 · Limit
-- column minutes: integer · 持续分钟 · For minutes
-- column severity: text · 级别 · Severity
-- value severity notice · 提示 · Notice
-- value severity warning · 警告 · Warning
-- value severity critical · 严重 · Critical
-- column recipients: text · 通知 · Recipients
-- column repeat_hours: integer · 重复提醒小时 · Repeated after hours
-- column active: boolean · 启用 · Active
select name, name_zh, name_en, metric, side, bound, minutes, severity, recipients, repeat_hours, active
from rpt.threshold
order by name
