-- intake_rehearsals · 装入演练 · Rehearsals of loads
-- grain: one row per rehearsal that was signed
-- area: intake
-- column rehearsal: text · 演练 · Rehearsal
-- column signed_at: timestamp · 时间 · Signed at · 账套时区 · in the zone of the books
-- column signed_by: text · 签署人 · Signed by
-- column passed: text · 结果 · Outcome
-- value passed true · 一致 · Agrees
-- value passed false · 有差异 · Differs
-- column batches: integer · 批数 · Batches
-- column differences: integer · 余额差异 · Balances apart
-- column residuals: integer · 文件间差异 · Files apart
select rehearsal, signed_at + interval 8 hour as signed_at, signed_by, json_extract_string(figures, '$.passed') as passed,
       json_array_length(figures, '$.batches') as batches,
       coalesce(len(list_filter(json_extract_string(figures, '$.summary.ties[*].difference'),
                                lambda amount: try_cast(amount as decimal(38, 2)) <> 0)), 0) as differences,
       coalesce(json_array_length(figures, '$.summary.residuals'), 0) as residuals
from rpt.intake_rehearsal order by act_id desc
