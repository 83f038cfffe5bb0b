-- bank_books · 银行日记账勾对 · Lines of the books of a bank account
-- grain: one row per voucher line on the account of an account at a bank, from where it is reconciled
-- area: bank
-- scope: whole
-- parameter bank_account: text, required · 银行账户 · Account at the bank
-- parameter state: choice(all|open|matched) = all · 勾对状态 · State
-- parameter from_day: date =  · 起始日期 · From
-- parameter to_day: date =  · 截止日期 · To
-- total: all
-- column book_line: text · 账面行 · Line
-- column voucher_on: date · 日期 · Day
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column summary: text · 摘要 · Summary
-- column money_in: money · 收入 · In
-- column money_out: money · 支出 · Out
-- column amount: money · 金额 · Amount
-- column source_number: text · 来源单据 · Source
-- column match_id: integer · 勾对号 · Matching
select voucher_id || '/' || line as book_line, voucher_on, voucher, voucher_id, summary,
       case when amount > 0 then amount end as money_in, case when amount < 0 then -amount end as money_out, amount,
       source_number, match_id
from rpt.bank_book
where bank_account = $bank_account
  and ($state = 'all' or ($state = 'open' and match_id is null) or ($state = 'matched' and match_id is not null))
  and (cast($from_day as date) is null or voucher_on >= cast($from_day as date))
  and (cast($to_day as date) is null or voucher_on <= cast($to_day as date))
order by voucher_on, voucher_id, line
