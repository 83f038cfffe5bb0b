-- audit_trail · 操作日志 · Audit trail
-- grain: one row per act
-- area: audit
-- scope: whole
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter actor: text =  · 操作人 · Actor
-- parameter verb: text =  · 操作 · Verb, or its beginning
-- parameter outcome: text =  · 结果 · Outcome (done, denied)
-- parameter contains: text =  · 内容包含 · Arguments, result or reason contain
-- column act_id: integer · 序号 · Act
-- column happened_at: timestamp · 时间 · Instant · 账套时区 · in the zone of the books
-- column actor: text · 操作人 · Actor
-- column verb: text · 操作 · Verb
-- column outcome: text · 结果 · Outcome
-- value outcome done · 完成 · Done
-- value outcome denied · 拒绝 · Denied
-- column reason: text · 原因 · Reason
-- column arguments: text · 内容 · Arguments
-- column result: text · 产生 · Result
select act_id, happened_at + interval 8 hour as happened_at, actor, verb, outcome, reason, arguments, result
from rpt.act
where happened_on between $from_day and $to_day and ($actor = '' or actor = $actor) and ($verb = '' or starts_with(verb, $verb))
  and ($outcome = '' or outcome = $outcome)
  and ($contains = '' or contains(arguments, $contains) or contains(result, $contains) or contains(reason, $contains))
order by act_id
