-- voucher_paper · 记账凭证 · Vouchers as printed
-- grain: one row per line of the vouchers asked for
-- area: ledger
-- scope: whole
-- form: voucher
-- parameter period: period =  · 会计期间 · Accounting period
-- parameter word: text =  · 字 · Word
-- parameter from_number: integer =  · 起号 · From number
-- parameter to_number: integer =  · 止号 · To number
-- parameter vouchers: text =  · 凭证序号（逗号分开） · Voucher ids, with commas
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column period: text · 会计期间 · Period
-- column word: text · 字 · Word
-- column number: integer · 号 · Number
-- column voucher_on: date · 日期 · Date
-- column attachments: integer · 附件张数 · Attachments
-- column line: integer · 行号 · Line
-- column summary: text · 摘要 · Summary
-- column account: text · 科目编码 · Account
-- column account_name: text · 科目名称 · Account name
-- column account_name_en: text · 英文科目名称 · Account name (en)
-- column parent_name: text · 总账科目 · Ledger account
-- column parent_name_en: text · 英文总账科目 · Ledger account (en)
-- column dimensions: text · 辅助核算 · Dimensions
-- column quantity: quantity · 数量 · Quantity
-- column currency: text · 币种 · Currency
-- column amount_foreign: money · 原币金额 · Original amount
-- column rate: price · 汇率 · Rate
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column made_by: text · 制单 · Made by
-- column reviewed_by: text · 审核 · Reviewed by
-- column posted_by: text · 记账 · Posted by
-- column source: text · 来源 · Source
with asked as (
    select * from rpt.voucher
    where ($period = '' or period = $period) and ($word = '' or word = $word)
      and (cast($from_number as bigint) is null or number >= cast($from_number as bigint))
      and (cast($to_number as bigint) is null or number <= cast($to_number as bigint))
      and ($vouchers = '' or contains(',' || replace($vouchers, ' ', '') || ',', ',' || cast(voucher_id as varchar) || ','))
      and ($period <> '' or $vouchers <> '')
)
select v.voucher_id, v.period, v.word, v.number, v.voucher_on, v.attachments, l.line, l.summary, l.account,
       a.name_zh as account_name, a.name_en as account_name_en, coalesce(top.name_zh, '') as parent_name,
       coalesce(top.name_en, '') as parent_name_en,
       concat_ws(' ', nullif(coalesce(p.name, l.party), ''), nullif(coalesce(d.name, l.department), ''),
                 nullif(coalesce(e.name, l.employee), ''), nullif(coalesce(j.name, l.project), ''),
                 nullif(coalesce(i.name, l.item), '')) as dimensions,
       l.quantity, l.currency, l.amount_foreign, l.rate, l.debit, l.credit, v.made_by, v.reviewed_by, v.posted_by,
       case when v.kind = 'auto' then v.source_number else '' end as source
from asked v
join rpt.voucher_line l on l.voucher_id = v.voucher_id
join rpt.account a on a.code = l.account
left join (select up.account, t.name_zh, t.name_en from rpt.account_ancestor up join rpt.account t on t.code = up.ancestor
           where t.parent = '' and up.steps > 0) top on top.account = l.account
left join rpt.party p on p.code = l.party
left join rpt.department d on d.code = l.department
left join rpt.employee e on e.code = l.employee
left join rpt.project j on j.code = l.project
left join rpt.item i on i.code = l.item
order by v.period, v.word, v.number, v.voucher_id, l.line
