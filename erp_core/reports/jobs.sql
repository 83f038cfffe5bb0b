-- jobs · 作业 · Jobs
-- grain: one row per run of a job, the latest first
-- area: operations
-- parameter name: text =  · 作业 · Job
-- parameter outcome: text =  · 结果 · Outcome
-- column job_id: integer · 序号 · No.
-- column name: text · 作业 · Job
-- column started_at: timestamp · 开始时间 · Started at · 账套时区 · in the zone of the books
-- column took_ms: integer · 用时毫秒 · Took, ms
-- column outcome: text · 结果 · Outcome
-- value outcome done · 完成 · Done
-- value outcome refused · 被拒绝 · Refused
-- value outcome failed · 失败 · Failed
-- column detail: text · 说明 · Detail
select job_id, name, started_at + interval 8 hour as started_at, took_ms, outcome, detail
from rpt.job
where ($name = '' or name = $name) and ($outcome = '' or outcome = $outcome)
order by job_id desc
