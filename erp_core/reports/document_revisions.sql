-- document_revisions · 单据历次版本 · Revisions of an order
-- grain: one row per former state of the order
-- area: sales | purchasing
-- parameter number: text, required · 单据号 · Number
-- column revision: integer · 版本 · Revision
-- column revised_at: timestamp · 修改时间 · Revised at
-- column revised_by: text · 修改人 · Revised by
-- column reason: text · 原因 · Reason
-- column header: text · 原单头 · Header as it stood, as JSON
-- column lines: text · 原明细 · Lines as they stood, as JSON
select revision, revised_at + interval 8 hour as revised_at, revised_by, reason, header, lines
from rpt.document_revision where number = $number order by revision
