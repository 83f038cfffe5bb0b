-- connectors · 系统连接 · Connectors
-- grain: one row per connector
-- area: operations
-- column name: text · 名称 · Name
-- column title: text · 说明 · Title
-- column direction: text · 方向 · Direction
-- value direction in · 读入 · In
-- value direction out · 送出 · Out
-- column kind: text · 形式 · Kind
-- value kind csv · CSV 文件 · CSV file
-- value kind xlsx · Excel 文件 · Excel file
-- value kind json_api · JSON 接口 · JSON address
-- value kind webhook · 网络通知 · Webhook
-- column target: text · 对应的操作或报表 · Act or report
-- column place: text · 位置 · Place
-- column every_minutes: integer · 间隔分钟 · Minutes between · 0 表示只手工运行 · 0 means by hand only
-- column active: boolean · 启用 · Active
-- column last_run_at: timestamp · 最近运行 · Last run · 账套时区 · in the zone of the books
-- column outcome: text · 结果 · Outcome
-- value outcome done · 完成 · Done
-- value outcome partial · 部分 · In part
-- value outcome unchanged · 没有新数据 · Nothing new
-- value outcome failed · 失败 · Failed
-- column problem: text · 问题 · Problem
-- column rows_in: integer · 读到 · Read
-- column rows_taken: integer · 装入 · Taken
-- column rows_rejected: integer · 拒绝 · Rejected
-- column rows_out: integer · 送出 · Sent
-- column failures: integer · 连续失败 · Failures in a row
-- column last_good_at: timestamp · 最近成功 · Last success
-- column lag_minutes: integer · 距上次成功（分钟） · Minutes since the last success
-- column next_run_at: timestamp · 下次运行 · Next run
-- column letters: integer · 未处理死信 · Open dead letters
-- column taken: integer · 累计装入 · Taken in all · 外部编号个数 · outside keys known
with ranked as (
    select r.*, row_number() over (partition by connector order by run_id desc) as place_in_line from rpt.connector_run r
), good as (
    select connector, max(ended_at) as at from rpt.connector_run where outcome <> 'failed' group by connector
), letters as (
    select connector, count(*) as n from rpt.dead_letter where resolved_at is null group by connector
), taken as (
    select connector, count(*) as n from rpt.connector_row group by connector
)
select c.name, c.title, c.direction, c.kind, c.target, c.place, c.every_minutes, c.active,
       r.started_at + interval 8 hour as last_run_at, coalesce(r.outcome, '') as outcome, coalesce(r.problem, '') as problem,
       coalesce(r.rows_in, 0) as rows_in, coalesce(r.rows_taken, 0) as rows_taken,
       coalesce(r.rows_rejected, 0) as rows_rejected, coalesce(r.rows_out, 0) as rows_out, c.failures,
       g.at + interval 8 hour as last_good_at, date_diff('minute', g.at, make_timestamp(epoch_us(now()))) as lag_minutes,
       c.next_run_at + interval 8 hour as next_run_at, coalesce(l.n, 0) as letters, coalesce(t.n, 0) as taken
from rpt.connector c
left join ranked r on r.connector = c.name and r.place_in_line = 1
left join good g on g.connector = c.name
left join letters l on l.connector = c.name
left join taken t on t.connector = c.name
order by c.name
