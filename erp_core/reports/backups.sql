-- backups · 备份 · Backups
-- grain: one row per backup, the latest first
-- area: operations
-- column backup_id: integer · 序号 · No.
-- column name: text · 名称 · Name
-- column made_at: timestamp · 时间 · Made at · 账套时区 · in the zone of the books
-- column kind: text · 类型 · Kind
-- value kind full · 全量 · Full
-- value kind incremental · 增量 · Incremental
-- column verified: boolean · 已验证 · Verified · 恢复后逐表相同、检查全部成立 · restored, every table alike, every check holds
-- column last_act: integer · 最后操作 · Last act
-- column acts_since: integer · 其后操作 · Acts since · 若现在恢复会失去的操作 · acts that a restore now would lose
-- column hours_old: integer · 距今小时 · Hours old · RPO
-- column restore_ms: integer · 恢复毫秒 · Restore, ms · RTO 实测 · measured
-- column backup_ms: integer · 备份毫秒 · Backup, ms
-- column pause_ms: integer · 写账暂停毫秒 · Writers paused, ms
-- column file_bytes: integer · 账套字节 · Bytes of the books
-- column stored_bytes: integer · 写入字节 · Bytes written
-- column blocks: integer · 数据块 · Blocks
-- column new_blocks: integer · 新数据块 · New blocks
-- column sealed: boolean · 已加密 · Sealed
-- column folder: text · 文件夹 · Folder
-- column second: text · 第二处 · Second location
-- column problem: text · 问题 · Problem
select backup_id, name, made_at + interval 8 hour as made_at, kind, verified, last_act, acts_since,
       hours_old, restore_ms, backup_ms, pause_ms, file_bytes, stored_bytes, blocks, new_blocks, sealed, folder, second, problem
from rpt.backup
order by backup_id desc
