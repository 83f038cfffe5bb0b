-- account_requests · 账号申请 · Requests for accounts
-- grain: one row per request
-- area: people
-- parameter status: choice(applied|approved|rejected|all) = applied · 状态 · Status
-- column request_id: integer · 编号 · Number
-- column login: text · 登录名 · Login
-- column name: text · 姓名 · Name
-- column contact: text · 联系方式 · Contact
-- column department: text · 部门 · Department
-- column wanted_role: text · 希望的角色 · Role wished for
-- column status: text · 状态 · Status
-- value status applied · 待审批 · Waiting
-- value status approved · 已批准 · Approved
-- value status rejected · 已拒绝 · Turned down
-- column made_at: timestamp · 申请时间 · Made · 账套时区 · in the zone of the books
-- column decided_by: text · 审批人 · Decided by
-- column decided_at: timestamp · 审批时间 · Decided
-- column note: text · 说明 · Note
select request_id, login, name, contact, department, wanted_role, status, made_at + interval 8 hour as made_at, decided_by,
       decided_at + interval 8 hour as decided_at, note
from rpt.account_request where $status = 'all' or status = $status order by request_id desc
