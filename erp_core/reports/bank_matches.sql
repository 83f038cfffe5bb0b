-- bank_matches · 勾对记录 · Matchings of bank and books
-- grain: one row per line of either side in a matching, undone ones included
-- area: bank
-- scope: whole
-- parameter bank_account: text, required · 银行账户 · Account at the bank
-- parameter match: integer =  · 勾对号 · Matching
-- column match_id: integer · 勾对号 · Matching
-- column rule: text · 规则 · Rule
-- value rule reference · 金额与编号 · Amount and number
-- value rule amount · 金额与日期 · Amount and day
-- value rule counterparty · 金额与户名 · Amount and counterparty
-- value rule several · 合并对应 · Several lines
-- value rule hand · 手工 · By hand
-- value rule booked · 流水入账 · Booked from the line
-- column side: text · 一侧 · Side
-- value side bank · 银行 · Bank
-- value side book · 账面 · Books
-- column known_on: date · 日期 · Day
-- column amount: money · 金额 · Amount
-- column summary: text · 摘要 · Text
-- column number: text · 编号 · Number
-- column matched_by: text · 勾对人 · Matched by
-- column matched_at: timestamp · 勾对时间 · Matched at
-- column undone_by: text · 撤销人 · Undone by
-- column undone_at: timestamp · 撤销时间 · Undone at
-- column reason: text · 撤销原因 · Undone because
select m.match_id, m.rule, o.side, o.known_on, o.amount, o.summary, o.number, m.matched_by,
       m.matched_at + interval 8 hour as matched_at, m.undone_by, m.undone_at + interval 8 hour as undone_at, m.reason
from rpt.bank_match m
join rpt.bank_match_item i on i.match_id = m.match_id
left join rpt.bank_outstanding o on o.item = i.item
where m.bank_account = $bank_account and (cast($match as bigint) is null or m.match_id = $match)
order by m.match_id desc, o.side, o.known_on
