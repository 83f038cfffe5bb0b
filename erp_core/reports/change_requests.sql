-- change_requests · 资料修改申请 · Changes that wait for approval
-- grain: one row per request to change a protected card or setting
-- parameter status: text =  · 状态 · Status
-- column request_id: integer · 申请序号 · Request
-- column status: text · 状态 · Status
-- value status open · 审批中 · Open
-- value status applied · 已生效 · Applied
-- value status returned · 已退回 · Returned
-- value status withdrawn · 已撤回 · Withdrawn
-- column verb: text · 操作 · Verb
-- column reason: text · 原因 · Reason
-- column diff: text · 修改内容 · What would change, as JSON
-- column requested_by: text · 申请人 · Asked by
-- column requested_at: timestamp · 申请时间 · Asked at
-- column applied_act: integer · 生效操作 · Act that applied it
select request_id, status, verb, reason, diff, requested_by, requested_at + interval 8 hour as requested_at, applied_act
from rpt.change_request where $status = '' or status = $status order by request_id desc
