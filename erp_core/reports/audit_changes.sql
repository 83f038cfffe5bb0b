-- audit_changes · 修改明细 · Changes field by field
-- grain: one row per field that an act changed, or row it added or removed
-- area: audit
-- scope: whole
-- mask bank: before, after
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter actor: text =  · 操作人 · Actor
-- parameter table: text =  · 资料 · Table
-- parameter contains: text =  · 内容包含 · Key or value contains
-- column act_id: integer · 序号 · Act
-- column happened_at: timestamp · 时间 · Instant · 账套时区 · in the zone of the books
-- column actor: text · 操作人 · Actor
-- column verb: text · 操作 · Verb
-- column table_name: text · 资料 · Table
-- column row_key: text · 编码 · Key
-- column kind: text · 动作 · Kind
-- value kind added · 新增 · Added
-- value kind changed · 修改 · Changed
-- value kind removed · 删除 · Removed
-- column field: text · 字段 · Field
-- column before: text · 修改前 · Before
-- column after: text · 修改后 · After
-- column reason: text · 原因 · Reason
select act_id, happened_at + interval 8 hour as happened_at, actor, verb, table_name, row_key, kind, field, before, after, reason
from rpt.change
where happened_on between $from_day and $to_day and ($actor = '' or actor = $actor) and ($table = '' or table_name = $table)
  and ($contains = '' or contains(row_key, $contains) or contains(coalesce(before, ''), $contains)
       or contains(coalesce(after, ''), $contains))
order by act_id, table_name, row_key, field
