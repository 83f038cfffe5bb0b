-- statement_formats · 报表格式 · Formats of statements
-- grain: one row per format of a statement and the month from which it holds
-- area: ledger
-- column statement: text · 报表 · Statement
-- column from_period: text · 自 · From
-- column until_period: text · 至（不含） · Until before
-- column name_zh: text · 名称 · Name (zh)
-- column name_en: text · 英文名称 · Name
-- column own: boolean · 自定义 · Of one's own
-- column lines: integer · 行数 · Lines
-- column note: text · 依据 · Source
select f.statement, f.from_period, f.until_period, f.name_zh, f.name_en, f.own, cast(count(l.line_no) as integer) as lines, f.note
from rpt.statement_format f
left join rpt.statement_line l on l.statement = f.statement and l.from_period = f.from_period
group by f.statement, f.from_period, f.until_period, f.name_zh, f.name_en, f.own, f.note
order by f.own, f.statement, f.from_period
