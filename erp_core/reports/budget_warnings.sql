-- budget_warnings · 预算预警 · Acts beyond a budget
-- grain: one row per act and cell that went beyond its budget with a warning
-- area: ledger
-- column happened_at: timestamp · 时间 · When
-- column actor: text · 操作人 · Who
-- column verb: text · 操作 · Act
-- column stage: text · 环节 · Stage
-- value stage request · 申请 · Handed in
-- value stage order · 审核 · Approved
-- value stage actual · 记账 · Posted
-- column account: text · 科目 · Account
-- column department: text · 部门 · Department
-- column project: text · 项目 · Project
-- column period: text · 期间 · Period
-- column budget: money · 预算 · Budget
-- column used: money · 已发生 · Used
-- column committed: money · 已占用 · Committed
-- column asked: money · 本次 · Asked
-- column rule: text · 规则 · Rule
select happened_at + interval 8 hour as happened_at, actor, verb, stage, account, department, project, period, budget, used,
       committed, asked, rule
from rpt.budget_warning order by act_id desc, account, department, project
