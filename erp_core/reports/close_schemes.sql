-- close_schemes · 结转方案 · Schemes of the close
-- grain: one row per line of a recurring accrual or transfer
-- area: ledger
-- column scheme: text · 方案 · Scheme
-- column name: text · 名称 · Name
-- column position: integer · 次序 · Position
-- column months: text · 月份 · Months · 空为每月 · empty means every month
-- column from_period: text · 自 · From
-- column to_period: text · 至 · To
-- column active: boolean · 启用 · In force
-- column line: integer · 行 · Line
-- column summary: text · 摘要 · Summary
-- column side: text · 方向 · Side
-- value side debit · 借 · Debit
-- value side credit · 贷 · Credit
-- column account: text · 科目 · Account
-- column source: text · 取数科目 · Source · 其下每个余额各一行 · one line for each balance below it
-- column amount: text · 金额公式 · Amount
-- column department: text · 部门 · Department
-- column project: text · 项目 · Project
-- column party: text · 往来单位 · Party
select s.scheme, s.name, s.position, s.months, s.from_period, s.to_period, s.active, l.line, s.summary, l.side, l.account,
       l.source, l.amount, l.department, l.project, l.party
from rpt.close_scheme s join rpt.close_scheme_line l on l.scheme = s.scheme
order by s.position, s.scheme, l.line
