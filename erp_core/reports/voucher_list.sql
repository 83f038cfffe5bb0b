-- voucher_list · 凭证列表 · Vouchers
-- grain: one row per posted voucher
-- area: ledger
-- scope: whole
-- parameter period: period =  · 会计期间 · Accounting period
-- parameter from_day: date =  · 起始日期 · From
-- parameter to_day: date =  · 截止日期 · To
-- parameter account: text =  · 科目 · Account (with its children)
-- parameter source: text =  · 来源类型或单号 · Source kind or number
-- parameter search: text =  · 查找 · Search · 摘要、科目、往来或金额
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column period: text · 会计期间 · Period
-- column word: text · 字 · Word
-- column number: integer · 号 · Number
-- column voucher_on: date · 日期 · Date
-- column summary: text · 摘要 · Summary
-- column debit: money · 借方合计 · Debit total
-- column kind: text · 类别 · Kind
-- value kind manual · 手工 · Manual
-- value kind auto · 自动 · Automatic
-- value kind close · 结转 · Close
-- value kind opening · 期初 · Opening
-- column source_kind: text · 来源单据类型 · Source kind
-- column source_number: text · 来源单据号 · Source number
-- column made_by: text · 制单 · Made by
-- column reviewed_by: text · 审核 · Reviewed by
-- column posted_by: text · 记账 · Posted by
-- column reverses: integer · 冲销凭证 · Reverses
-- column reversed_by: integer · 被冲销于 · Reversed by
with chosen as (
    select * from rpt.voucher
    where ($period = '' or period = $period)
      and (cast($from_day as date) is null or voucher_on >= cast($from_day as date))
      and (cast($to_day as date) is null or voucher_on <= cast($to_day as date))
      and ($source = '' or source_kind = $source or source_number = $source)
), totals as (
    select l.voucher_id, sum(l.debit) as debit,
           max(case when $account = '' or up.ancestor = $account then 1 else 0 end) as touches,
           max(case when $search = '' or contains(l.summary, $search) or starts_with(l.account, $search)
                         or contains(a.name_zh, $search) or l.party = $search or contains(coalesce(p.name, ''), $search)
                         or cast(l.debit + l.credit as varchar) = $search then 1 else 0 end) as found
    from rpt.voucher_line l
    join chosen c on c.voucher_id = l.voucher_id
    join rpt.account a on a.code = l.account
    left join rpt.party p on p.code = l.party
    left join rpt.account_ancestor up on $account <> '' and up.account = l.account and up.ancestor = $account
    group by l.voucher_id
), reversed as (
    select reverses as voucher_id, min(voucher_id) as reversed_by from rpt.voucher
    where reverses is not null and reversal_kind = 'red' group by reverses
)
select c.voucher_id, c.period, c.word, c.number, c.voucher_on, c.summary, t.debit, c.kind, c.source_kind, c.source_number,
       c.made_by, c.reviewed_by, c.posted_by, c.reverses, r.reversed_by
from chosen c
join totals t on t.voucher_id = c.voucher_id and t.touches = 1 and t.found = 1
left join reversed r on r.voucher_id = c.voucher_id
order by c.period, c.word, c.number
