-- bank_reconciliations · 余额调节表档案 · Bank reconciliations kept
-- grain: one row per reconciliation kept, the latest version of a day first
-- area: bank
-- scope: whole
-- parameter bank_account: text =  · 银行账户 · Account at the bank
-- column bank_account: text · 银行账户 · Account
-- column as_of: date · 截止日期 · As of
-- column version: integer · 版次 · Version
-- column book_balance: money · 账面余额 · Books
-- column bank_balance: money · 银行余额 · Bank
-- column adjusted: money · 调节后余额 · Adjusted
-- column kept_by: text · 编制 · Kept by
-- column kept_at: timestamp · 编制时间 · Kept at
-- column digest: text · 摘要值 · Digest · SHA-256 · SHA-256
-- column items: text · 未达账项 · Outstanding items, as JSON
select bank_account, as_of, version, book_balance, bank_balance, adjusted, kept_by, kept_at + interval 8 hour as kept_at, digest,
       items
from rpt.bank_reconciliation where $bank_account = '' or bank_account = $bank_account
order by bank_account, as_of desc, version desc
