-- approval_tasks · 待我审批 · Waiting for a decision
-- grain: one row per open task and person who may decide it
-- parameter login: text =  · 审批人 · Who decides; nothing means everybody one may see
-- column approval_id: integer · 申请序号 · Request
-- column login: text · 审批人 · Decides
-- column instead_of: text · 代 · Instead of
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
-- column party_name: text · 往来单位 · Party
-- column amount: money · 金额 · Amount · 价税合计 · gross
-- column step: integer · 步骤 · Step
-- column role: text · 角色 · Role
-- column facts: text · 触发规则 · What the rules found, as JSON
-- column requested_by: text · 申请人 · Asked by
-- column requested_at: timestamp · 申请时间 · Asked at
-- column due_at: timestamp · 期限 · Due
select y.approval_id, y.login, y.instead_of, a.subject, a.number, a.revision, a.party_name, a.amount, y.step, y.role, a.facts,
       a.requested_by, a.requested_at + interval 8 hour as requested_at, t.due_at + interval 8 hour as due_at
from rpt.approval_duty y
join rpt.approval a on a.approval_id = y.approval_id
join rpt.approval_task t on t.approval_id = y.approval_id and t.step = y.step and t.role = y.role
where ($login = '' or y.login = $login) and a.requested_by not in (y.login, y.instead_of)
  and (y.from_on is null or cast(make_timestamp(epoch_us(now())) + interval 8 hour as date) between y.from_on and y.to_on)
order by a.requested_at, y.approval_id, y.step, y.role, y.login
