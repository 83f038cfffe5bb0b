-- bank_proposals · 对账建议 · Proposals of the last search
-- grain: one row per line of either side in a proposal that waits to be confirmed
-- area: bank
-- scope: whole
-- parameter bank_account: text, required · 银行账户 · Account at the bank
-- column proposal_id: integer · 建议 · Proposal
-- column rule: text · 规则 · Rule
-- value rule reference · 金额与编号 · Amount and number
-- value rule amount · 金额与日期 · Amount and day
-- value rule counterparty · 金额与户名 · Amount and counterparty
-- value rule several · 合并对应 · Several lines
-- column confidence: ratio · 把握 · Confidence
-- column side: text · 一侧 · Side
-- value side bank · 银行 · Bank
-- value side book · 账面 · Books
-- column item: text · 行 · Line
-- column known_on: date · 日期 · Day
-- column amount: money · 金额 · Amount
-- column counterparty: text · 对方户名 · Counterparty
-- column summary: text · 摘要 · Text
-- column number: text · 编号 · Number
select p.proposal_id, p.rule, cast(p.confidence as double) as confidence, o.side, o.item, o.known_on, o.amount, o.counterparty,
       o.summary, o.number
from rpt.bank_proposal p
join rpt.bank_outstanding o on o.bank_account = p.bank_account and contains(p.items, '"' || o.item || '"')
where p.bank_account = $bank_account
order by p.confidence desc, p.proposal_id, o.side, o.known_on, o.item
