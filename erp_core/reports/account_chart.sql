-- account_chart · 会计科目表 · Chart of accounts
-- grain: one row per account
-- area: masters | ledger
-- column account: text · 科目编码 · Account
-- column parent: text · 上级 · Parent
-- column name_zh: text · 科目名称 · Name (zh)
-- column name_en: text · 英文名称 · Name
-- column level: integer · 级次 · Level
-- column category: text · 类别 · Category
-- value category asset · 资产 · Asset
-- value category liability · 负债 · Liability
-- value category equity · 所有者权益 · Equity
-- value category cost · 成本 · Cost
-- value category income · 收入 · Income
-- value category expense · 费用 · Expense
-- column side: text · 余额方向 · Side
-- value side debit · 借 · Dr
-- value side credit · 贷 · Cr
-- value side either · 双向 · Either
-- column leaf: boolean · 末级 · Leaf
-- column active: boolean · 启用 · Active
-- column cash: boolean · 现金类 · Cash
-- column control: boolean · 往来控制 · Control
-- column party_rule: text · 往来核算 · Party
-- column department_rule: text · 部门核算 · Department
-- column employee_rule: text · 职员核算 · Employee
-- column project_rule: text · 项目核算 · Project
-- column item_rule: text · 存货核算 · Item
select code as account, parent, name_zh, name_en, level, category, side, leaf, active, cash, control, party_rule,
       department_rule, employee_rule, project_rule, item_rule
from rpt.account
order by code
