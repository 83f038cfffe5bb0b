-- upgrades · 升级记录 · Upgrades
-- grain: one row per upgrade of the schema, the latest first
-- area: operations
-- column upgrade_id: integer · 序号 · No.
-- column upgraded_at: timestamp · 时间 · Upgraded at · 账套时区 · in the zone of the books
-- column from_file: text · 原结构 · Former schema
-- column to_file: text · 新结构 · New schema
-- column files: integer · 结构文件 · Schema files
-- column checks: integer · 检查项 · Checks
-- column took_ms: integer · 用时毫秒 · Took, ms
-- column backup: text · 旧文件存于 · Old file kept at
-- column detail: text · 备注 · Detail
select upgrade_id, upgraded_at + interval 8 hour as upgraded_at, from_file, to_file, files, checks, took_ms, backup, detail
from rpt.upgrade
order by upgrade_id desc
