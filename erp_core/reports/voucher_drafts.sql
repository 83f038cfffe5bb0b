-- voucher_drafts · 凭证草稿 · Vouchers in preparation
-- grain: one row per draft; posted ones name their voucher
-- area: ledger
-- scope: whole
-- parameter period: period =  · 会计期间 · Accounting period
-- parameter status: choice(all|live|draft|submitted|reviewed|posted|void) = live · 状态 · Status
-- parameter search: text =  · 查找 · Search · 摘要、科目、往来、金额或制单人
-- parameter draft: integer =  · 草稿 · Draft
-- column draft_id: integer · 草稿 · Draft
-- column period: text · 会计期间 · Period
-- column word: text · 字 · Word
-- column provisional: integer · 暂编号 · Provisional number
-- column voucher_on: date · 日期 · Date
-- column status: text · 状态 · Status
-- value status draft · 草稿 · Draft
-- value status submitted · 待审核 · To review
-- value status reviewed · 已审核 · Reviewed
-- value status posted · 已记账 · Posted
-- value status void · 作废 · Void
-- column summary: text · 摘要 · Summary
-- column debit: money · 金额 · Amount
-- column lines: integer · 分录数 · Lines
-- column attachments: integer · 附件张数 · Attachments
-- column made_by: text · 制单 · Made by
-- column reviewed_by: text · 审核 · Reviewed by
-- column changed_by: text · 最后修改 · Last changed by
-- column changed_at: timestamp · 修改时间 · Changed at
-- column version: integer · 版次 · Version
-- column note: text · 备注 · Note
-- column reverses: integer · 冲销凭证 · Reverses
-- column reversal_kind: text · 红蓝 · Red or blue
-- value reversal_kind red · 红字 · Red
-- value reversal_kind blue · 蓝字 · Blue
-- column voucher_id: integer · 凭证序号 · Voucher id
with summed as (
    select l.draft_id, sum(l.debit) as debit, count(*) as lines, min(case when l.line = 1 then l.summary end) as summary,
           max(case when $search = '' or contains(l.summary, $search) or starts_with(l.account, $search)
                         or contains(a.name_zh, $search) or l.party = $search or contains(coalesce(p.name, ''), $search)
                         or cast(l.debit + l.credit as varchar) = $search then 1 else 0 end) as found
    from rpt.voucher_draft_line l
    left join rpt.account a on a.code = l.account
    left join rpt.party p on p.code = l.party
    group by l.draft_id
)
select d.draft_id, d.period, d.word, d.provisional, d.voucher_on, d.status, s.summary, s.debit, s.lines, d.attachments,
       d.made_by, d.reviewed_by, d.changed_by, d.changed_at + interval 8 hour as changed_at, d.version, d.note, d.reverses,
       d.reversal_kind, d.voucher_id
from rpt.voucher_draft d
join summed s on s.draft_id = d.draft_id
where ($period = '' or d.period = $period)
  and ($status = 'all' or d.status = $status or ($status = 'live' and d.status in ('draft', 'submitted', 'reviewed')))
  and (s.found = 1 or d.made_by = $search)
  and (cast($draft as bigint) is null or d.draft_id = cast($draft as bigint))
order by d.period, d.word, d.provisional, d.draft_id
