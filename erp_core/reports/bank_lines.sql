-- bank_lines · 银行流水 · Lines of bank statements
-- grain: one row per line of a bank's statement
-- area: bank
-- scope: whole
-- parameter bank_account: text, required · 银行账户 · Account at the bank
-- parameter state: choice(all|open|matched) = all · 勾对状态 · State
-- parameter from_day: date =  · 起始日期 · From
-- parameter to_day: date =  · 截止日期 · To
-- total: all
-- column line_id: integer · 流水序号 · Line
-- column posted_on: date · 交易日期 · Day
-- column money_in: money · 收入 · In
-- column money_out: money · 支出 · Out
-- column amount: money · 金额 · Amount
-- column balance: money · 余额 · Balance
-- column counterparty: text · 对方户名 · Counterparty
-- column counter_account: text · 对方账号 · Their account
-- column summary: text · 摘要 · Text
-- column reference: text · 流水号 · Serial number
-- column match_id: integer · 勾对号 · Matching
-- column statement_id: integer · 导入批次 · Statement
select line_id, posted_on, case when amount > 0 then amount end as money_in, case when amount < 0 then -amount end as money_out,
       amount, balance, counterparty, counter_account, summary, reference, match_id, statement_id
from rpt.bank_line
where bank_account = $bank_account
  and ($state = 'all' or ($state = 'open' and match_id is null) or ($state = 'matched' and match_id is not null))
  and (cast($from_day as date) is null or posted_on >= cast($from_day as date))
  and (cast($to_day as date) is null or posted_on <= cast($to_day as date))
order by posted_on, line_id
