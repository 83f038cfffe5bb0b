-- approvals · 审批申请 · Requests for approval
-- grain: one row per paper and revision that was put before a chain
-- parameter status: text =  · 状态 · Status
-- parameter subject: text =  · 类别 · Kind
-- parameter number: text =  · 编号 · Number
-- column approval_id: integer · 申请序号 · Request
-- column subject: text · 类别 · Kind
-- value subject sales_order · 销售订单 · Sales order
-- value subject purchase_order · 采购订单 · Purchase order
-- value subject voucher · 凭证 · Voucher
-- value subject claim · 费用报销 · Expense claim
-- value subject claim_advance · 备用金借款 · Staff advance
-- value subject budget · 预算 · Budget
-- value subject change · 资料修改 · Change of a card or setting
-- column number: text · 编号 · Number
-- column revision: integer · 版本 · Revision
-- column status: text · 状态 · Status
-- value status open · 审批中 · Open
-- value status approved · 已同意 · Approved
-- value status returned · 已退回 · Returned
-- value status withdrawn · 已撤回 · Withdrawn
-- column party_name: text · 往来单位 · Party
-- column amount: money · 金额 · Amount
-- column waiting_for: text · 等待 · Waiting for
-- column requested_by: text · 申请人 · Asked by
-- column requested_at: timestamp · 申请时间 · Asked at
-- column facts: text · 触发规则 · What the rules found, as JSON
with waiting as (
    select approval_id, string_agg(case when holder <> '' then holder else role end, ', ') as waiting_for
    from rpt.approval_task where status = 'open' group by approval_id
)
select a.approval_id, a.subject, a.number, a.revision, a.status, a.party_name, a.amount, coalesce(w.waiting_for, '') as waiting_for,
       a.requested_by, a.requested_at + interval 8 hour as requested_at, a.facts
from rpt.approval a left join waiting w on w.approval_id = a.approval_id
where ($status = '' or a.status = $status) and ($subject = '' or a.subject = $subject) and ($number = '' or a.number = $number)
order by a.approval_id desc
