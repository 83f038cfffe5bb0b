-- voucher_lines · 凭证分录 · Voucher lines
-- grain: one row per line of the voucher
-- area: ledger
-- scope: whole
-- parameter voucher_id: integer, required · 凭证序号 · Voucher id
-- total: all
-- column line: integer · 行号 · Line
-- column summary: text · 摘要 · Summary
-- column account: text · 科目编码 · Account
-- column account_name: text · 科目名称 · Account name
-- column account_name_en: text · 英文科目名称 · Account name (en)
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column party: text · 往来单位 · Party
-- column party_name: text · 单位名称 · Party name
-- column department: text · 部门 · Department
-- column employee: text · 职员 · Employee
-- column project: text · 项目 · Project
-- column item: text · 存货 · Item
-- column cash_flow: text · 现金流量项目 · Cash flow line
-- column quantity: quantity · 数量 · Quantity
-- column due_on: date · 到期日 · Due
-- column reference: text · 业务编号 · Reference
-- column period: text · 会计期间 · Period
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_on: date · 日期 · Date
-- column source_kind: text · 来源单据类型 · Source kind
-- column source_number: text · 来源单据号 · Source number
select l.line, l.summary, l.account, a.name_zh as account_name, a.name_en as account_name_en, l.debit, l.credit, l.party,
       coalesce(p.name, '') as party_name, l.department, l.employee, l.project, l.item, l.cash_flow, l.quantity, l.due_on,
       l.reference, l.period, l.voucher, l.voucher_on, l.source_kind, l.source_number
from rpt.voucher_line l
join rpt.account a on a.code = l.account
left join rpt.party p on p.code = l.party
where l.voucher_id = $voucher_id
order by l.line
