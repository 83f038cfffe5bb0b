-- bank_statements · 对账单导入记录 · Statements loaded
-- grain: one row per statement that was loaded: read = added + known + double
-- area: bank
-- scope: whole
-- parameter bank_account: text =  · 银行账户 · Account at the bank
-- column statement_id: integer · 批次 · Statement
-- column bank_account: text · 银行账户 · Account
-- column file: text · 文件 · File
-- column layout: text · 版式 · Layout
-- column from_on: date · 起 · From
-- column to_on: date · 止 · To
-- column closing: money · 期末余额 · Closing balance
-- column rows_read: integer · 读到 · Read
-- column rows_added: integer · 新增 · Added
-- column rows_known: integer · 以前已导入 · Known
-- column rows_double: integer · 文件内重复 · Twice in the file
-- column loaded_by: text · 操作员 · By
-- column loaded_at: timestamp · 时间 · At
select statement_id, bank_account, file, layout, from_on, to_on, closing, rows_read, rows_added, rows_known, rows_double, loaded_by,
       loaded_at + interval 8 hour as loaded_at
from rpt.bank_statement where $bank_account = '' or bank_account = $bank_account order by statement_id desc
