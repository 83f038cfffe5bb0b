-- bank_accounts · 银行账户 · Accounts at banks
-- grain: one row per account at a bank
-- area: bank
-- scope: whole
-- column code: text · 账户编码 · Code
-- column name: text · 账户名称 · Name
-- column bank: text · 开户行 · Bank
-- column number: text · 账号 · Number
-- column account: text · 对应科目 · Ledger account
-- column begins_on: date · 对账起点 · Reconciled from
-- column bank_balance: money · 银行余额 · Balance at the bank
-- column loaded_to: date · 对账单至 · Statements up to
-- column open_bank: integer · 未达（银行流水） · Open lines of the bank
-- column open_book: integer · 未达（账面） · Open lines of the books
-- column proposals: integer · 待确认建议 · Proposals that wait
-- column kept_on: date · 最近调节表 · Last reconciliation kept
-- column active: boolean · 启用 · In use
with lines as (
    select bank_account, sum(amount) as amount, count(*) filter (where match_id is null) as open from rpt.bank_line
    group by bank_account
), books as (
    select bank_account, count(*) filter (where match_id is null) as open from rpt.bank_book group by bank_account
), loaded as (
    select bank_account, max(to_on) as to_on from rpt.bank_statement group by bank_account
), waiting as (
    select bank_account, count(*) as proposals from rpt.bank_proposal group by bank_account
), kept as (
    select bank_account, max(as_of) as as_of from rpt.bank_reconciliation group by bank_account
)
select b.code, b.name, b.bank, b.number, b.account, b.begins_on, b.bank_opening + coalesce(l.amount, 0) as bank_balance,
       s.to_on as loaded_to, coalesce(l.open, 0) as open_bank, coalesce(k.open, 0) as open_book, coalesce(w.proposals, 0) as proposals,
       r.as_of as kept_on, b.active
from rpt.bank_account b
left join lines l on l.bank_account = b.code
left join books k on k.bank_account = b.code
left join loaded s on s.bank_account = b.code
left join waiting w on w.bank_account = b.code
left join kept r on r.bank_account = b.code
order by b.code
