-- open_items · 未核销往来 · Open items
-- grain: one row per line of a control account that still waits for money on the day
-- area: ledger | sales | purchasing
-- parameter as_of: date, required · 截止日期 · As of
-- parameter account: text =  · 科目 · Account (with its children)
-- parameter party: text =  · 往来单位 · Party
-- parameter role: text =  · 科目用途 · Role of the account, such as receivable
-- parameter overdue: boolean = false · 只看逾期 · Only what is late
-- total: all
-- column party: text · 往来单位 · Party
-- column name: text · 单位名称 · Name
-- column account: text · 科目 · Account
-- column reference: text · 业务编号 · Reference
-- column item_on: date · 发生日期 · Date
-- column due_on: date · 到期日 · Due
-- column days_overdue: integer · 逾期天数 · Days late · 未到期为零 · nil when not due yet
-- column amount: money · 原金额 · Amount · 按科目自身方向 · on the account's own side
-- column remaining: money · 未核销金额 · Remaining · 按科目自身方向 · on the account's own side
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column source_kind: text · 来源单据类型 · Source kind
-- column source_number: text · 来源单据号 · Source number
-- column open_item_id: integer · 往来序号 · Open item
with chosen as (
    select distinct up.account
    from rpt.account_ancestor up
    left join rpt.account_role r on r.account = up.ancestor
    where ($account = '' or up.ancestor = $account) and ($role = '' or r.role = $role)
), matched as (
    select open_item_id, sum(amount) as amount from rpt.open_item_match where matched_on <= $as_of group by open_item_id
), remaining as (
    select o.party, o.account, o.reference, o.item_on, o.due_on, o.voucher_id, o.open_item_id,
           greatest(date_diff('day', o.due_on, $as_of), 0) as days_overdue,
           case a.own_side when 'debit' then o.amount else -o.amount end as amount,
           case a.own_side when 'debit' then 1 else -1 end * (o.amount + coalesce(m.amount, 0)) as remaining
    from rpt.open_item o
    join chosen c on c.account = o.account
    join rpt.account a on a.code = o.account
    left join matched m on m.open_item_id = o.open_item_id
    where o.item_on <= $as_of and ($party = '' or o.party = $party)
)
select r.party, coalesce(p.name, r.party) as name, r.account, r.reference, r.item_on, r.due_on, r.days_overdue, r.amount,
       r.remaining, v.voucher, r.voucher_id, v.source_kind, v.source_number, r.open_item_id
from remaining r
left join rpt.voucher v on v.voucher_id = r.voucher_id
left join rpt.party p on p.code = r.party
where r.remaining <> 0 and (not $overdue or r.due_on < $as_of)
order by r.due_on, r.party, r.open_item_id
