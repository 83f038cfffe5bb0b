-- document_flow · 单据流转 · Document flow
-- grain: one row per document or voucher connected with the document, itself included
-- area: sales | purchasing | stock | ledger | claims
-- parameter number: text, required · 单据号 · Number
-- column what: text · 种类 · What
-- value what document · 单据 · Document
-- value what voucher · 凭证 · Voucher
-- column kind: text · 类型 · Kind
-- column number: text · 编号 · Number
-- column document_on: date · 日期 · Date
-- column status: text · 状态 · Status
-- column party_name: text · 往来单位 · Party
-- column amount: money · 金额 · Amount · 单据价税合计或凭证借方合计 · gross of the document or debit total of the voucher
-- column steps: integer · 步数 · Steps · 负数在前，正数在后 · negative came before, positive came after
-- column voucher_id: integer · 凭证序号 · Voucher id
with recursive edges as (
    select document_id as later, source_id as earlier from rpt.document where source_id is not null
    union
    select document_id, source_id from rpt.document_line where source_id is not null
    union
    select money.document_id, paper.document_id
    from rpt.open_item_match m
    join rpt.open_item o on o.open_item_id = m.open_item_id
    join rpt.voucher paying on paying.voucher_id = o.voucher_id and paying.source_kind in ('receipt', 'payment')
    join rpt.open_item other on other.open_item_id = case when m.open_item_id = m.debit_item then m.credit_item else m.debit_item end
    join rpt.voucher paid on paid.voucher_id = other.voucher_id
    join rpt.document money on money.event_key = paying.event_key
    join rpt.document paper on paper.event_key = paid.event_key
), start as (
    select document_id from rpt.document where number = $number
), before as (
    select document_id, 0 as steps from start
    union
    select e.earlier, b.steps - 1 from before b join edges e on e.later = b.document_id where b.steps > -8
), after as (
    select document_id, 0 as steps from start
    union
    select e.later, a.steps + 1 from after a join edges e on e.earlier = a.document_id where a.steps < 8
), reached as (
    select document_id, min(steps) as steps from (select * from before union all select * from after) group by document_id
), papers as (
    select d.kind, d.number, d.document_on, d.status, coalesce(p.name, '') as party_name, d.gross as amount, r.steps
    from reached r join rpt.document d on d.document_id = r.document_id left join rpt.party p on p.code = d.party
), totals as (
    select l.voucher_id, sum(l.debit) as debit
    from rpt.voucher_line l join papers p on p.kind = l.source_kind and p.number = l.source_number
    group by l.voucher_id
)
select 'document' as what, kind, number, document_on, status, party_name, amount, steps, cast(null as bigint) as voucher_id
from papers
union all
select 'voucher', v.source_kind, v.period || ' ' || v.voucher, v.voucher_on, 'posted', p.party_name, t.debit, p.steps, v.voucher_id
from papers p
join rpt.voucher v on v.source_kind = p.kind and v.source_number = p.number
join totals t on t.voucher_id = v.voucher_id
order by steps, document_on, what, number
