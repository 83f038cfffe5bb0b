-- security_checklist · 安全检查清单 · Security checklist
-- grain: one row per finding of the quarterly look: who or what, and since when
-- area: people
-- scope: whole
-- parameter from_day: date, required · 起始日期 · From
-- parameter to_day: date, required · 截止日期 · To
-- column item: text · 检查项 · Item
-- value item stale_user · 90 天未使用的账号 · Account not used for 90 days
-- value item no_password · 从未设置密码 · Never chose a password
-- value item conflict · 未签批的不相容职务 · Conflict of duties not signed
-- value item failures · 多次登录失败 · Many failed sign-ins
-- value item denied · 被拒绝的操作 · Acts that were denied
-- value item long_token · 一年以上的令牌 · Token of more than a year
-- value item not_reviewed · 本月权限未复核 · Rights not reviewed this month
-- value item drift · 期间内权限变更（需要审计权限才列出） · Rights changed in these days (told to who may read the audit)
-- column subject: text · 对象 · Subject
-- column detail: text · 说明 · Detail
-- column severity: text · 级别 · Severity
-- value severity notice · 提示 · Notice
-- value severity warning · 警告 · Warning
with person as (
    select p.login, p.entered_at, p.password, u.used_at
    from rpt.person p left join rpt.last_use u on u.login = p.login where p.active
), found as (
    select 'stale_user' as item, login as subject, coalesce(cast(used_at as varchar), '-') as detail, 'notice' as severity
    from person where coalesce(greatest(used_at, entered_at), used_at, entered_at, timestamp '2000-01-01')
                      < cast($to_day as timestamp) - interval 90 day
    union all
    select 'no_password', login, '', 'notice' from person where not password
    union all
    select 'conflict', login, name_zh || ' · ' || name_en, 'warning' from rpt.access_conflict
    where not everything and (valid_to is null or valid_to < $to_day)
    union all
    select 'failures', login, count(*) || ' / ' || count(distinct address), 'warning' from rpt.sign_in_attempt
    where outcome in ('wrong', 'locked', 'address') and happened_on between $from_day and $to_day
    group by login having count(*) >= 10
    union all
    select 'denied', login, cast(denied as varchar), 'notice' from rpt.last_use where denied >= 10
    union all
    select 'long_token', login, name, 'notice' from rpt.access_pass
    where kind = 'token' and ended_at is null and ends_at > made_at + interval 366 day
    union all
    select 'not_reviewed', p.login, strftime($to_day, '%Y-%m'), 'notice' from person p
    where p.login not in (select r.login from rpt.access_review r where r.period = strftime($to_day, '%Y-%m'))
    union all
    select 'drift', table_name || ' ' || split_part(row_key, ' / ', 1), max(actor) || ' ' || count(*), 'notice' from rpt.change
    where table_name in ('role_permission', 'user_role', 'user_scope') and happened_on between $from_day and $to_day
      and verb <> 'company.establish'
    group by table_name, split_part(row_key, ' / ', 1)
)
select item, subject, detail, severity from found order by severity desc, item, subject
