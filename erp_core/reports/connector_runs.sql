-- connector_runs · 连接运行记录 · Runs of connectors
-- grain: one row per run
-- area: operations
-- parameter connector: text =  · 连接 · Connector
-- parameter outcome: choice(done|partial|unchanged|failed|all) = all · 结果 · Outcome
-- column run_id: integer · 编号 · Number
-- column connector: text · 连接 · Connector
-- column started_at: timestamp · 开始 · Started · 账套时区 · in the zone of the books
-- column ended_at: timestamp · 结束 · Ended
-- column outcome: text · 结果 · Outcome
-- value outcome done · 完成 · Done
-- value outcome partial · 部分 · In part
-- value outcome unchanged · 没有新数据 · Nothing new
-- value outcome failed · 失败 · Failed
-- column rows_in: integer · 读到 · Read
-- column rows_taken: integer · 装入 · Taken
-- column rows_known: integer · 已知 · Known already
-- column rows_rejected: integer · 拒绝 · Rejected
-- column rows_out: integer · 送出 · Sent
-- column watermark_before: text · 原水位 · Mark before
-- column watermark_after: text · 新水位 · Mark after
-- column problem: text · 问题 · Problem
select run_id, connector, started_at + interval 8 hour as started_at, ended_at + interval 8 hour as ended_at, outcome, rows_in,
       rows_taken, rows_known, rows_rejected, rows_out, watermark_before, watermark_after, problem
from rpt.connector_run
where ($connector = '' or connector = $connector) and ($outcome = 'all' or outcome = $outcome)
order by run_id desc
