-- sales_lines · 销售明细表 · Sales lines
-- grain: one row per line of a sales invoice
-- area: sales
-- mask cost: cost, margin
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter party: text =  · 客户 · Customer
-- parameter item: text =  · 存货 · Item
-- parameter category: text =  · 类别 · Category
-- parameter employee: text =  · 业务员 · Employee
-- parameter region: text =  · 地区 · Region
-- parameter include_history: boolean = false · 含历史销售 · Include sales before the books
-- total: all
-- column document_on: date · 日期 · Date
-- column number: text · 发票号 · Invoice
-- column party: text · 客户编码 · Customer
-- column name: text · 客户名称 · Customer name
-- column item: text · 存货编码 · Item
-- column item_name: text · 存货名称 · Item name
-- column category: text · 类别 · Category
-- column employee: text · 业务员 · Employee
-- column region: text · 地区 · Region
-- column quantity: quantity · 数量 · Quantity
-- column net: money · 不含税金额 · Net
-- column tax: money · 税额 · Tax
-- column gross: money · 价税合计 · Gross
-- column cost: money · 成本 · Cost · 月末加权平均的货在当月成本结转前为空 · empty until the month of a month_average item is costed
-- column margin: money · 毛利 · Margin · 不含税金额减成本 · net less cost
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column line: integer · 行号 · Line
-- column history: boolean · 历史 · History
select document_on, number, party, name, item, item_name, category, employee, region, quantity, net, tax, gross, cost,
       net - cost as margin, voucher_id, line, history
from rpt.sales_line
where document_on between $from_day and $to_day
  and ($party = '' or party = $party) and ($item = '' or item = $item) and ($category = '' or category = $category)
  and ($employee = '' or employee = $employee) and ($region = '' or region = $region)
  and ($include_history or not history)
order by document_on, number, line
