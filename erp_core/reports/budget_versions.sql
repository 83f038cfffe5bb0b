-- budget_versions · 预算版本 · Versions of the budget
-- grain: one row per version
-- area: ledger
-- parameter year: integer · 年度 · Year
-- column number: text · 版本号 · Version
-- column year: integer · 年度 · Year
-- column name: text · 名称 · Name
-- column status: text · 状态 · State
-- value status draft · 草稿 · Draft
-- value status submitted · 待审核 · Handed in
-- value status approved · 执行中 · In force
-- value status superseded · 已替换 · Superseded
-- value status cancelled · 已作废 · Given up
-- column amount: money · 支出总额 · To be spent
-- column made_by: text · 编制人 · Made by
-- column made_at: timestamp · 编制时间 · Made at
select number, year, name, status, amount, made_by, made_at + interval 8 hour as made_at
from rpt.budget_version where $year is null or year = $year
order by year desc, number desc
