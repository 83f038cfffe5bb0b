-- bank_reconciliation · 银行存款余额调节表 · Bank reconciliation statement
-- grain: one row per line of the statement: balances, the four kinds of outstanding items and each of them
-- area: bank
-- scope: whole
-- parameter bank_account: text, required · 银行账户 · Account at the bank
-- parameter as_of: date, required · 截止日期 · As of
-- column position: integer · 序 · No.
-- column row_kind: text · 行别 · Row
-- value row_kind book · 企业银行存款日记账余额 · Balance of the books
-- value row_kind bank_in · 加：银行已收、企业未收 · Add: received by the bank, not in the books
-- value row_kind bank_out · 减：银行已付、企业未付 · Less: paid by the bank, not in the books
-- value row_kind adjusted_book · 调节后的存款余额（企业） · Adjusted balance of the books
-- value row_kind bank · 银行对账单余额 · Balance of the bank statement
-- value row_kind book_in · 加：企业已收、银行未收 · Add: received in the books, not by the bank
-- value row_kind book_out · 减：企业已付、银行未付 · Less: paid in the books, not by the bank
-- value row_kind adjusted_bank · 调节后的存款余额（银行） · Adjusted balance of the bank
-- value row_kind item · 　未达账项 · 　Outstanding item
-- column known_on: date · 日期 · Day
-- column number: text · 凭证或流水 · Voucher or line
-- column summary: text · 摘要 · Text
-- column counterparty: text · 对方户名 · Counterparty
-- column amount: money · 金额 · Amount
-- column days: integer · 未达天数 · Days outstanding
with books as (
    select b.bank_opening, b.book_opening + coalesce((select sum(k.amount) from rpt.bank_book k
                                      where k.bank_account = b.bank_account and k.voucher_on <= $as_of), 0) as book,
           b.bank_opening + coalesce((select sum(l.amount) from rpt.bank_line l
                                      where l.bank_account = b.bank_account and l.posted_on <= $as_of), 0) as bank
    from rpt.bank_balance b where b.bank_account = $bank_account
), items as (
    select case when side = 'bank' and amount > 0 then 'bank_in' when side = 'bank' then 'bank_out'
                when amount > 0 then 'book_in' else 'book_out' end as kind,
           known_on, number, summary, counterparty, amount, item
    from rpt.bank_outstanding
    where bank_account = $bank_account and known_on <= $as_of and (cleared_on is null or cleared_on > $as_of)
), sums as (
    select coalesce(sum(case when kind = 'bank_in' then amount end), 0) as bank_in,
           coalesce(sum(case when kind = 'bank_out' then -amount end), 0) as bank_out,
           coalesce(sum(case when kind = 'book_in' then amount end), 0) as book_in,
           coalesce(sum(case when kind = 'book_out' then -amount end), 0) as book_out
    from items
), statement as (
    select 1 as position, 'book' as row_kind, b.book as amount from books b
    union all select 2, 'bank_in', s.bank_in from sums s
    union all select 3, 'bank_out', s.bank_out from sums s
    union all select 4, 'adjusted_book', b.book + s.bank_in - s.bank_out from books b cross join sums s
    union all select 5, 'bank', b.bank from books b
    union all select 6, 'book_in', s.book_in from sums s
    union all select 7, 'book_out', s.book_out from sums s
    union all select 8, 'adjusted_bank', b.bank + s.book_in - s.book_out from books b cross join sums s
), every_row as (
    select position, 0 as nth, row_kind, cast(null as date) as known_on, '' as number, '' as summary, '' as counterparty, amount,
           cast(null as bigint) as days
    from statement where exists (select 1 from books)
    union all
    select case kind when 'bank_in' then 2 when 'bank_out' then 3 when 'book_in' then 6 else 7 end,
           row_number() over (partition by kind order by known_on, item), 'item', known_on, number, summary, counterparty,
           case when kind in ('bank_out', 'book_out') then -amount else amount end,
           date_diff('day', known_on, cast($as_of as date))
    from items
)
select position, row_kind, known_on, number, summary, counterparty, amount, days from every_row order by position, nth
