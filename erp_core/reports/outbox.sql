-- outbox · 发件箱 · Outbox
-- grain: one row per message
-- area: people
-- parameter state: choice(waiting|sent|all) = all · 状态 · State
-- column message_id: integer · 编号 · Number
-- column event: text · 事由 · Event
-- value event reset · 重置密码 · New password
-- value event welcome · 账号开通 · Account opened
-- value event rejected · 申请未通过 · Request turned down
-- value event review · 权限复核 · Review of rights
-- column login: text · 收件人 · To
-- column address: text · 地址 · Address
-- column subject: text · 主题 · Subject
-- column made_at: timestamp · 写入时间 · Made · 账套时区 · in the zone of the books
-- column sent_at: timestamp · 发出时间 · Sent
-- column tries: integer · 尝试次数 · Tries
-- column problem: text · 问题 · Problem
select message_id, event, login, address, subject, made_at + interval 8 hour as made_at, sent_at + interval 8 hour as sent_at,
       tries, problem
from rpt.outbox where $state = 'all' or ($state = 'sent') = (sent_at is not null) order by message_id desc
