-- bank_rules · 对账与入账规则 · Rules of matching and of booking
-- grain: one row per rule
-- area: bank
-- column what: text · 用途 · Use
-- value what match · 对账 · Matching
-- value what book · 入账 · Booking
-- column position: integer · 顺序 · Position
-- column rule: text · 规则 · Rule
-- column kind: text · 方式 · Kind
-- value kind reference · 金额与编号相符 · Amount and number
-- value kind amount · 金额相同、日期相近 · Amount within days
-- value kind counterparty · 金额与户名相符 · Amount and counterparty
-- value kind several · 多笔合计相等 · Several lines add up
-- value kind in · 收入 · Money in
-- value kind out · 支出 · Money out
-- column contains: text · 摘要包含 · Text holds
-- column account: text · 对方科目 · Account
-- column days: integer · 天数 · Days
-- column confidence: ratio · 把握 · Confidence
-- column automatic: boolean · 自动确认 · Without a person
-- column active: boolean · 启用 · In force
select 'match' as what, position, rule, kind, '' as contains, '' as account, days, cast(confidence as double) as confidence,
       automatic, active
from rpt.bank_rule
union all
select 'book', position, rule, direction, contains, account, null, null, false, active from rpt.bank_booking
order by what desc, position, rule
