-- posting_rules · 凭证规则 · Rules of automatic vouchers
-- grain: one row per event, version and line of its rule
-- area: ledger
-- scope: whole
-- parameter event: text =  · 事项 · Event
-- parameter on_day: date =  · 某日有效的版本 · In force on a day
-- column event: text · 事项 · Event
-- column title_zh: text · 事项名称 · Name (zh)
-- column title_en: text · 英文名称 · Name
-- column valid_from: date · 起始日 · From
-- column valid_to: date · 截止日 · Until · 由后一版接续 · followed by the next version
-- column line: integer · 行号 · Line
-- column side: text · 方向 · Side
-- value side debit · 借 · Dr
-- value side credit · 贷 · Cr
-- column source: text · 取自 · Drawn from
-- value source paper · 单据 · Paper
-- value source line · 单据明细 · Its lines
-- column account: text · 科目取法 · Account · 第一个有值者为准 · the first that has one wins
-- column resolved: text · 当前科目 · Account now · 固定科目与用途科目 · of fixed accounts and roles
-- column amount: text · 金额 · Amount
-- column condition: text · 条件 · Condition
-- column dimensions: text · 辅助核算 · Dimensions
-- column summary: text · 摘要 · Summary
-- column tied: boolean · 不可改 · Tied · 库存、往来、税金以此为据 · stock, open items and tax rest on it
-- column used: integer · 已生成凭证 · Vouchers made
with dated as (
    select *, lead(valid_from) over (partition by event order by valid_from) as next_from from rpt.posting_event
), made as (
    select rule, count(*) as used from rpt.voucher where rule <> '' group by rule
)
select e.event, e.title_zh, e.title_en, e.valid_from, cast(e.next_from - interval 1 day as date) as valid_to, r.line, r.side,
       r.source, r.account, coalesce(role.account, nullif(regexp_extract(r.account, 'account:(\w+)', 1), ''), '') as resolved,
       r.amount, r.condition, r.dimensions, coalesce(nullif(r.summary, ''), e.summary_zh) as summary, r.tied,
       coalesce(m.used, 0) as used
from dated e
join rpt.posting_rule r on r.event = e.event and r.valid_from = e.valid_from
left join rpt.account_role role on role.role = regexp_extract(r.account, 'role:(\w+)', 1)
left join made m on m.rule = e.event || '/' || cast(e.valid_from as varchar)
where ($event = '' or e.event = $event)
  and (cast($on_day as date) is null
       or (e.valid_from <= cast($on_day as date) and (e.next_from is null or e.next_from > cast($on_day as date))))
order by e.event, e.valid_from, r.line
