-- close_runs · 结账运行记录 · Runs of the close
-- grain: one row per run of a close, rehearsed or committed
-- area: ledger
-- scope: whole
-- parameter period: text =  · 会计期间 · Accounting period
-- column run_id: integer · 序号 · Run
-- column period: text · 会计期间 · Period
-- column version: integer · 版本 · Version
-- column kind: text · 类别 · Kind
-- value kind rehearsal · 试算 · Rehearsal
-- value kind commit · 结账 · Close
-- column failed: integer · 未通过检查 · Gates failed
-- column result_hash: text · SHA-256 · SHA-256
-- column made_by: text · 操作人 · By
-- column made_at: timestamp · 时间 · At · 账套时区 · in the zone of the books
select run_id, period, version, kind, failed, result_hash, made_by, made_at + interval 8 hour as made_at
from rpt.close_run
where $period = '' or period = $period
order by run_id desc
