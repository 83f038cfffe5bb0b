-- operations_samples · 系统采样 · Samples of the machine
-- grain: one row per hour and metric: lowest, mean and highest value
-- area: operations
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter metric: text =  · 指标 · Metric
-- column hour_at: timestamp · 时间 · Hour · 账套时区 · in the zone of the books
-- column metric: text · 指标 · Metric
-- column lowest: ratio · 最低 · Lowest
-- column mean: ratio · 平均 · Mean
-- column highest: ratio · 最高 · Highest
-- column samples: integer · 次数 · Samples
select date_trunc('hour', sampled_at + interval 8 hour) as hour_at, metric, cast(min(value) as double) as lowest,
       round(sum(cast(value as double)) / count(*), 3) as mean, cast(max(value) as double) as highest, count(*) as samples
from rpt.sample
where cast(sampled_at + interval 8 hour as date) between $from_day and $to_day and ($metric = '' or metric = $metric)
group by 1, 2
order by 1, 2
