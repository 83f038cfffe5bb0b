-- access_passes · 登录会话 · Sessions and tokens
-- grain: one row per session, token or ticket
-- area: people | masters | sales | purchasing | stock | ledger | claims | bank
-- parameter login: text =  · 登录名 · Login
-- parameter state: choice(alive|all) = alive · 状态 · State
-- column pass_id: integer · 编号 · Number
-- column login: text · 登录名 · Login
-- column kind: text · 种类 · Kind
-- value kind browser · 浏览器 · Browser
-- value kind token · 令牌 · Token
-- value kind ticket · 一次性链接 · One-use link
-- column name: text · 名称 · Name
-- column address: text · 地址 · Address
-- column client: text · 客户端 · Client
-- column made_at: timestamp · 建立 · Made · 账套时区 · in the zone of the books
-- column seen_at: timestamp · 最近使用 · Last seen · 精确到分钟 · to the minute
-- column ends_at: timestamp · 到期 · Ends
-- column ended_at: timestamp · 结束 · Ended
-- column ended_why: text · 结束原因 · Why
-- value ended_why left · 退出登录 · Signed out
-- value ended_why used · 已使用 · Used
-- value ended_why replaced · 已重发 · Replaced
-- value ended_why password · 密码已改 · Password changed
-- value ended_why revoked · 被撤销 · Revoked
-- value ended_why suspended · 用户停用 · User suspended
-- value ended_why withdrawn · 权限收回 · Rights withdrawn
-- value ended_why too_many · 会话过多 · Too many sessions
select pass_id, login, kind, name, address, client, made_at + interval 8 hour as made_at, seen_at + interval 8 hour as seen_at,
       ends_at + interval 8 hour as ends_at, ended_at + interval 8 hour as ended_at, ended_why
from rpt.access_pass
where ($login = '' or login = $login)
  and ($state = 'all' or (ended_at is null and ends_at > make_timestamp(epoch_us(now()))))
order by pass_id desc
