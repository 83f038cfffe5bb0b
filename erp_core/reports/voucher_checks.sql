-- voucher_checks · 凭证审核提示 · What to look at when reviewing
-- grain: one row per voucher and reason to look at it twice
-- area: ledger
-- scope: whole
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter stage: choice(waiting|posted) = waiting · 范围 · Which
-- column reason: text · 提示 · Reason
-- value reason round_sum · 整数大额 · Large round sum
-- value reason weekend · 周末日期 · Dated on a weekend
-- value reason double · 疑似重复 · Same day, account and amount twice
-- value reason no_attachment · 没有附件 · No attachment
-- value reason odd_pair · 罕见对应科目 · Pair of accounts seen once only
-- value reason same_person · 制单审核同一人 · Prepared and reviewed by one person
-- column id: integer · 草稿或凭证序号 · Draft or voucher id
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_on: date · 日期 · Date
-- column summary: text · 摘要 · Summary
-- column amount: money · 金额 · Amount
-- column made_by: text · 制单 · Made by
with lines as (
    select v.voucher_id as id, v.period, v.word || '-' || v.number as voucher, v.voucher_on, v.attachments, v.made_by,
           v.reviewed_by, l.line, l.summary, l.account, l.debit, l.credit, v.kind = 'manual' as manual, 'posted' as stage,
           v.reversal_kind
    from rpt.voucher v join rpt.voucher_line l on l.voucher_id = v.voucher_id
    union all
    select d.draft_id, d.period, d.word || '-(' || d.provisional || ')', d.voucher_on, d.attachments, d.made_by,
           d.reviewed_by, l.line, l.summary, l.account, l.debit, l.credit, true, 'waiting', d.reversal_kind
    from rpt.voucher_draft d join rpt.voucher_draft_line l on l.draft_id = d.draft_id
    where d.status in ('submitted', 'reviewed')
), asked as (
    select * from lines where period = $period and stage = $stage and manual
), heads as (
    select id, voucher, voucher_on, attachments, made_by, reviewed_by, reversal_kind, min(case when line = 1 then summary end) as summary,
           sum(debit) as amount, max(abs(debit)) as largest
    from asked group by id, voucher, voucher_on, attachments, made_by, reviewed_by, reversal_kind
), pairs as (
    select distinct d.id, d.stage, d.account as debit_account, c.account as credit_account
    from lines d join lines c on c.id = d.id and c.stage = d.stage and c.credit <> 0
    where d.debit <> 0 and d.period <= $period
), seen as (
    select debit_account, credit_account, count(*) as times from pairs group by debit_account, credit_account
), found as (
    select 'round_sum' as reason, h.* from heads h where h.largest >= 10000 and h.largest % 1000 = 0
    union all
    select 'weekend', h.* from heads h where strftime(h.voucher_on, '%w') in ('0', '6')
    union all
    select 'no_attachment', h.* from heads h where h.attachments = 0 and h.reversal_kind = ''
    union all
    select 'same_person', h.* from heads h where h.made_by = h.reviewed_by
    union all
    select distinct 'double', h.* from heads h
    join asked one on one.id = h.id
    join asked other on other.id <> one.id and other.account = one.account and other.voucher_on = one.voucher_on
                        and other.debit = one.debit and other.credit = one.credit
    union all
    select distinct 'odd_pair', h.* from heads h
    join pairs p on p.id = h.id and p.stage = $stage
    join seen s on s.debit_account = p.debit_account and s.credit_account = p.credit_account and s.times = 1
)
select reason, id, voucher, voucher_on, coalesce(summary, '') as summary, amount, made_by from found
order by voucher_on, voucher, reason
