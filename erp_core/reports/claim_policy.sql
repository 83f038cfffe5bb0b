-- claim_policy · 报销标准 · Limits of the claims policy
-- grain: one row per limit and day from which it holds
-- area: claims
-- column category: text · 类别编码 · Category code
-- column category_zh: text · 费用类别 · Category (Chinese)
-- column category_en: text · 英文类别 · Category
-- column grade: text · 职级 · Grade
-- column place: text · 城市或等级 · City or tier
-- column per: text · 口径 · Per
-- value per unit · 每晚/天/人 · Night, day or person
-- value per line · 每笔 · Line
-- value per claim · 每单 · Claim
-- value per month · 每月 · Month
-- column amount: money · 标准 · Limit
-- column action: text · 超标处理 · Above it
-- value action warn · 提醒 · Warning
-- value action approve · 需审批 · Needs a yes
-- value action block · 不予报销 · Blocked
-- column valid_from: date · 起始日期 · From
-- column active: boolean · 启用 · In force
select l.category, coalesce(c.name_zh, l.category) as category_zh, coalesce(c.name_en, l.category) as category_en, l.grade, l.place,
       l.per, l.amount, l.action, l.valid_from, l.active
from rpt.claim_limit l left join rpt.claim_category c on c.code = l.category
order by l.category, l.grade, l.place, l.per, l.valid_from
