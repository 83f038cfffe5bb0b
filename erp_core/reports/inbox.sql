-- inbox · 收件箱 · Inbox
-- grain: one row per message to a user, the newest first
-- area: people | masters | sales | purchasing | stock | ledger | claims | bank | operations
-- parameter login: text =  · 收件人 · To
-- parameter state: choice(unread|all) = all · 状态 · State
-- column message_id: integer · 编号 · Number
-- column login: text · 收件人 · To
-- column event: text · 事由 · Event
-- column subject: text · 主题 · Subject
-- column body: text · 内容 · Text
-- column made_at: timestamp · 时间 · Made · 账套时区 · in the zone of the books
-- column read_at: timestamp · 已读 · Read
select message_id, login, event, subject, body, made_at + interval 8 hour as made_at, read_at + interval 8 hour as read_at
from rpt.inbox where ($login = '' or login = $login) and ($state = 'all' or read_at is null)
order by message_id desc
