-- documents · 单据列表 · Documents
-- grain: one row per document
-- area: sales | purchasing | stock | ledger | claims
-- parameter kind: text =  · 单据类型 · Kind
-- parameter from_day: date =  · 起始日期 · From
-- parameter to_day: date =  · 截止日期 · To
-- parameter party: text =  · 往来单位 · Party
-- parameter status: text =  · 状态 · Status
-- column kind: text · 单据类型 · Kind
-- column number: text · 单据号 · Number
-- column document_on: date · 日期 · Date
-- column status: text · 状态 · Status
-- column party: text · 往来单位 · Party
-- column party_name: text · 单位名称 · Party name
-- column warehouse: text · 仓库 · Warehouse
-- column employee: text · 业务员 · Employee
-- column due_on: date · 到期日 · Due
-- column reference: text · 业务编号 · Reference
-- column net: money · 不含税金额 · Net
-- column tax: money · 税额 · Tax
-- column gross: money · 价税合计 · Gross
-- column note: text · 备注 · Note
-- column made_by: text · 制单 · Made by
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column voucher: text · 凭证字号 · Voucher
select d.kind, d.number, d.document_on, d.status, d.party, coalesce(p.name, '') as party_name, d.warehouse, d.employee, d.due_on,
       d.reference, d.net, d.tax, d.gross, d.note, d.made_by, v.voucher_id, v.voucher
from rpt.document d
left join rpt.party p on p.code = d.party
left join rpt.voucher v on v.event_key = d.event_key
where ($kind = '' or d.kind = $kind) and ($party = '' or d.party = $party) and ($status = '' or d.status = $status)
  and (cast($from_day as date) is null or d.document_on >= cast($from_day as date))
  and (cast($to_day as date) is null or d.document_on <= cast($to_day as date))
order by d.document_on desc, d.number desc
