-- access_conflicts · 不相容职务 · Conflicts of duties
-- grain: one row per user and rule both sides of which that user holds
-- area: people
-- parameter as_of: date, required · 日期 · Day
-- column login: text · 登录名 · Login
-- column rule: text · 规则 · Rule
-- column name_zh: text · 不相容职务 · Duties
-- column name_en: text · 英文 · Duties in English
-- column first: text · 权限一 · First
-- column first_roles: text · 来自角色 · Through
-- column second: text · 权限二 · Second
-- column second_roles: text · 来自角色 · Through
-- column state: text · 状态 · State
-- value state open · 未签批 · Not signed
-- value state signed · 已签批例外 · Exception signed
-- value state expired · 例外已过期 · Exception expired
-- value state nature · 全权用户 · May do everything
-- column signed_by: text · 签批人 · Signed by
-- column valid_to: date · 有效至 · Until
-- column reason: text · 理由 · Reason
select login, rule, name_zh, name_en, first, first_roles, second, second_roles,
       case when everything then 'nature' when valid_to is null then 'open' when valid_to < $as_of then 'expired'
            else 'signed' end as state,
       signed_by, valid_to, reason
from rpt.access_conflict order by everything, login, rule
