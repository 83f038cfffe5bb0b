-- claim_invoices · 已报销发票 · Invoice numbers of claims
-- grain: one row per invoice number and turn: held by a claim, or freed and why
-- area: claims
-- parameter invoice_number: text =  · 发票号码 · Invoice number
-- parameter number: text =  · 单据号 · Number
-- column invoice_number: text · 发票号码 · Invoice number
-- column turn: integer · 次 · Turn
-- column held: boolean · 占用 · Held
-- column number: text · 单据号 · Claim
-- column line: integer · 行 · Line
-- column status: text · 状态 · Status
-- column name: text · 职员 · Employee
-- column held_on: date · 登记日期 · Held since
-- column freed_on: date · 释放日期 · Freed on
-- column freed_why: text · 释放原因 · Freed because
-- value freed_why revised · 修改 · Revised
-- value freed_why cancelled · 作废 · Cancelled
select invoice_number, turn, held, number, line, status, name, held_on, freed_on, coalesce(freed_why, '') as freed_why
from rpt.claim_invoice
where ($invoice_number = '' or invoice_number = $invoice_number) and ($number = '' or number = $number)
order by invoice_number, turn
