-- dead_letters · 死信 · Dead letters
-- grain: one row per outside row that could not be taken
-- area: operations
-- parameter connector: text =  · 连接 · Connector
-- parameter state: choice(open|resolved|all) = open · 状态 · State
-- column letter_id: integer · 编号 · Number
-- column connector: text · 连接 · Connector
-- column external_id: text · 外部编号 · Outside key
-- column field: text · 字段 · Field
-- column problem: text · 问题 · Problem
-- column payload: text · 内容 · Content
-- column tries: integer · 尝试次数 · Tries
-- column first_at: timestamp · 首次 · First · 账套时区 · in the zone of the books
-- column last_at: timestamp · 最近一次 · Last
-- column next_try_at: timestamp · 下次尝试 · Next try · 空表示等人处理 · empty means it waits for a person
-- column resolved_at: timestamp · 了结时间 · Resolved
-- column resolved_by: text · 了结人 · Resolved by
-- column resolution: text · 了结方式 · Resolution
select letter_id, connector, external_id, field, problem, payload, tries, first_at + interval 8 hour as first_at,
       last_at + interval 8 hour as last_at, next_try_at + interval 8 hour as next_try_at,
       resolved_at + interval 8 hour as resolved_at, resolved_by, resolution
from rpt.dead_letter
where ($connector = '' or connector = $connector) and ($state = 'all' or ($state = 'open') = (resolved_at is null))
order by letter_id desc
