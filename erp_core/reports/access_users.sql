-- access_users · 用户 · Users
-- grain: one row per user
-- area: people
-- column login: text · 登录名 · Login
-- column name: text · 姓名 · Name
-- column active: boolean · 启用 · Active
-- column roles: text · 角色 · Roles
-- column scope: text · 数据范围 · Rows · 空为全部 · empty: all
-- column employee: text · 职员 · Employee
-- column email: text · 邮箱 · E-mail
-- column phone: text · 电话 · Phone
-- column language: text · 语言 · Language
-- column password: boolean · 已设密码 · Has a password
-- column must_change: boolean · 须改密码 · Must choose a password
-- column settled: boolean · 已完成首次设置 · Settled in
-- column entered_at: timestamp · 最近登录 · Last entered · 账套时区 · in the zone of the books
-- column passes: integer · 有效会话 · Living passes
select login, name, active, roles, scope, employee, email, phone, language, password, must_change, settled,
       entered_at + interval 8 hour as entered_at, passes
from rpt.person order by active desc, login
