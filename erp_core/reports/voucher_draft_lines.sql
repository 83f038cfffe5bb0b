-- voucher_draft_lines · 草稿分录 · Lines of a draft
-- grain: one row per line of the draft
-- area: ledger
-- scope: whole
-- parameter draft: integer, required · 草稿 · Draft
-- total: all
-- column line: integer · 行号 · Line
-- column summary: text · 摘要 · Summary
-- column account: text · 科目编码 · Account
-- column account_name: text · 科目名称 · Account name
-- column account_name_en: text · 英文科目名称 · Account name (en)
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column party: text · 往来单位 · Party
-- column department: text · 部门 · Department
-- column employee: text · 职员 · Employee
-- column project: text · 项目 · Project
-- column item: text · 存货 · Item
-- column quantity: quantity · 数量 · Quantity
-- column price: price · 单价 · Price
-- column currency: text · 币种 · Currency
-- column amount_foreign: money · 原币金额 · Original amount
-- column rate: price · 汇率 · Rate
-- column cash_flow: text · 现金流量项目 · Cash flow line
-- column due_on: date · 到期日 · Due
-- column reference: text · 业务编号 · Reference
select l.line, l.summary, l.account, a.name_zh as account_name, a.name_en as account_name_en, l.debit, l.credit, l.party,
       l.department, l.employee, l.project, l.item, l.quantity, l.price, l.currency, l.amount_foreign, l.rate, l.cash_flow,
       l.due_on, l.reference
from rpt.voucher_draft_line l
left join rpt.account a on a.code = l.account
where l.draft_id = $draft
order by l.line
