-- sign_in_attempts · 登录尝试 · Attempts to sign in
-- grain: one row per attempt, unlocking or question at the door
-- area: people | audit
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- parameter login: text =  · 登录名 · Login
-- parameter address: text =  · 地址 · Address
-- column attempt_id: integer · 序号 · Number
-- column happened_at: timestamp · 时间 · Instant · 账套时区 · in the zone of the books
-- column login: text · 登录名 · Login
-- column address: text · 地址 · Address
-- column outcome: text · 结果 · Outcome
-- value outcome entered · 登录成功 · Entered
-- value outcome wrong · 失败 · Wrong
-- value outcome locked · 已锁定 · Locked
-- value outcome address · 网段不允许 · Address not allowed
-- value outcome unlocked · 解锁 · Unlocked
-- value outcome asked · 申请重置密码 · Asked for a new password
-- value outcome applied · 申请账号 · Asked for an account
-- column reason: text · 说明 · Reason
-- column client: text · 客户端 · Client
select attempt_id, happened_at + interval 8 hour as happened_at, login, address, outcome, reason, client
from rpt.sign_in_attempt
where happened_on between $from_day and $to_day and ($login = '' or login = $login) and ($address = '' or address = $address)
order by attempt_id desc
