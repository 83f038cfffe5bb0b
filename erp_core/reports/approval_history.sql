-- approval_history · 审批经过 · Course of approvals
-- grain: one row per thing that happened to a chain
-- parameter number: text =  · 编号 · Number of the paper
-- parameter approval: integer =  · 申请序号 · Request
-- column approval_id: integer · 申请序号 · Request
-- column subject: text · 类别 · Kind
-- column number: text · 编号 · Number
-- column happened_at: timestamp · 时间 · Instant
-- column actor: text · 操作人 · Actor
-- column action: text · 动作 · Action
-- value action requested · 提交 · Asked
-- value action approved · 同意 · Approved
-- value action returned · 退回 · Returned
-- value action withdrawn · 撤回 · Withdrawn
-- value action delegated · 转交 · Handed on
-- value action escalated · 上报 · Escalated
-- column step: integer · 步骤 · Step
-- column role: text · 角色 · Role
-- column comment: text · 意见 · Comment
select approval_id, subject, number, happened_at + interval 8 hour as happened_at, actor, action, step, role, comment
from rpt.approval_event
where ($number = '' or number = $number)
  and (cast($approval as bigint) is null or approval_id = cast($approval as bigint))
order by approval_id, act_id, step, role
