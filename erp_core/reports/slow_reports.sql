-- slow_reports · 慢查询 · Slow questions
-- grain: one row per report, act or query in the days asked, the slowest first
-- area: operations
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- column kind: text · 种类 · Kind
-- value kind report · 报表 · Report
-- value kind verb · 操作 · Act
-- value kind sql · 查询 · Query
-- column name: text · 名称 · Name
-- column calls: integer · 次数 · Calls
-- column slow: integer · 慢的次数 · Slow ones
-- column slowest_ms: integer · 最慢毫秒 · Slowest, ms
-- column mean_ms: integer · 平均毫秒 · Mean, ms
-- column total_ms: integer · 合计毫秒 · Total, ms
-- column advice: text · 建议 · Advice
-- value advice narrow · 缩小期间或增加筛选 · Ask for fewer months or rows
-- value advice often · 次数多，宜缓存 · Asked often; worth a cache
-- value advice fine · 正常 · Fine
select kind, name, sum(calls) as calls, sum(slow) as slow, max(slowest_ms) as slowest_ms,
       cast(floor(cast(sum(total_ms) as double) / cast(sum(calls) as double)) as bigint) as mean_ms, sum(total_ms) as total_ms,
       case when sum(slow) > 0 then 'narrow' when sum(total_ms) > 60000 and sum(calls) > 1000 then 'often' else 'fine' end as advice
from rpt.timing
where cast(hour_at + interval 8 hour as date) between $from_day and $to_day
group by kind, name
order by slowest_ms desc, kind, name
