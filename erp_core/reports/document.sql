-- document · 单据 · Document
-- grain: one row per line of the document, with its header; one row without a line where it has none
-- area: sales | purchasing | stock | ledger | claims
-- parameter number: text, required · 单据号 · Number
-- column kind: text · 单据类型 · Kind
-- column number: text · 单据号 · Number
-- column status: text · 状态 · Status
-- column document_on: date · 日期 · Date
-- column due_on: date · 到期日 · Due
-- column party: text · 往来单位 · Party
-- column party_name: text · 单位名称 · Party name
-- column employee: text · 业务员 · Employee
-- column department: text · 部门 · Department
-- column account: text · 资金科目 · Account
-- column reference: text · 业务编号 · Reference
-- column note: text · 备注 · Note
-- column made_by: text · 制单 · Made by
-- column made_at: timestamp · 制单时间 · Made at
-- column total_net: money · 单据不含税合计 · Document net
-- column total_tax: money · 单据税额 · Document tax
-- column total_gross: money · 单据价税合计 · Document gross
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column voucher: text · 凭证字号 · Voucher
-- column line: integer · 行号 · Line
-- column item: text · 存货编码 · Item
-- column item_name: text · 存货名称 · Item name
-- column unit: text · 单位 · Unit
-- column warehouse: text · 仓库 · Warehouse
-- column bin: text · 库位 · Bin
-- column quantity: quantity · 数量 · Quantity
-- column list_price: price · 标价 · List price
-- column unit_price: price · 不含税单价 · Unit price
-- column gross_price: price · 含税单价 · Gross price
-- column price_trace: text · 价格依据 · Price trace
-- column tax_code: text · 税码 · Tax code
-- column tax_rate: percent · 税率 · Tax rate
-- column net: money · 不含税金额 · Net
-- column tax: money · 税额 · Tax
-- column gross: money · 价税合计 · Gross
-- column promised_on: date · 约定日期 · Promised
-- column source_number: text · 来源单号 · Source
select d.kind, d.number, d.status, d.document_on, d.due_on, d.party, coalesce(p.name, '') as party_name, d.employee,
       d.department, d.account, d.reference, d.note, d.made_by, d.made_at + interval 8 hour as made_at, d.net as total_net, d.tax as total_tax,
       d.gross as total_gross, v.voucher_id, v.voucher, l.line, l.item, coalesce(i.name, l.description) as item_name, i.unit,
       coalesce(l.warehouse, d.warehouse) as warehouse, l.bin, l.quantity, l.list_price, l.unit_price, l.gross_price,
       l.price_trace, l.tax_code, l.tax_rate, l.net, l.tax, l.gross, l.promised_on, coalesce(s.number, h.number) as source_number
from rpt.document d
left join rpt.document_line l on l.document_id = d.document_id
left join rpt.party p on p.code = d.party
left join rpt.voucher v on v.event_key = d.event_key
left join rpt.item i on i.code = l.item
left join rpt.document s on s.document_id = l.source_id
left join rpt.document h on h.document_id = d.source_id
where d.number = $number
order by l.line
