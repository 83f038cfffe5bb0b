-- operations_alerts · 报警 · Alerts
-- grain: one row per time a limit was passed, the latest first
-- area: operations
-- parameter open_only: boolean = false · 只看未解除 · Open ones only
-- column alert_id: integer · 序号 · No.
-- column raised_at: timestamp · 发生时间 · Raised at · 账套时区 · in the zone of the books
-- column severity: text · 级别 · Severity
-- value severity notice · 提示 · Notice
-- value severity warning · 警告 · Warning
-- value severity critical · 严重 · Critical
-- column name_zh: text · 报警 · Alert (zh)
-- column name_en: text · 报警（英） · Alert
-- column metric: text · 指标 · Metric
-- column bound: quantity · 限值 · Limit
-- column value: quantity · 发生时的值 · Value when raised
-- column worst: quantity · 最坏的值 · Worst value
-- column times_told: integer · 提醒次数 · Times told
-- column acknowledged_by: text · 确认人 · Acknowledged by
-- column note: text · 备注 · Note
-- column cleared_at: timestamp · 解除时间 · Cleared at
select alert_id, raised_at + interval 8 hour as raised_at, severity, name_zh, name_en, metric, bound, value, worst, times_told,
       acknowledged_by, note, cleared_at + interval 8 hour as cleared_at
from rpt.alert
where not $open_only or cleared_at is null
order by alert_id desc
