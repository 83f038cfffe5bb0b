-- intake_runs · 导入批次 · Runs of the intake
-- grain: one row per run that wrote something, the latest first
-- area: intake
-- scope: whole
-- column run_id: text · 批次 · Run
-- column started_at: timestamp · 时间 · Time
-- column actor: text · 操作员 · Actor
-- column target: text · 内容 · Target
-- column place: text · 文件与工作表 · File and sheet
-- column layout: text · 版式 · Layout
-- column rows_read: integer · 读取 · Read
-- column rows_loaded: integer · 装入 · Loaded
-- column rows_rejected: integer · 拒绝 · Rejected
-- column rows_dropped: integer · 剔除 · Dropped
-- column state: text · 状态 · State
-- value state open · 可撤回 · can be taken back
-- value state posted · 已记账 · posted
-- value state undone · 已撤回 · taken back
select r.run_id, r.started_at, r.actor, r.target,
       coalesce((select string_agg(p.file || case when p.sheet = '' then '' else ' [' || p.sheet || ']' end, ' + ' order by p.part)
                 from rpt.intake_part p where p.run_id = r.run_id), '') as place,
       r.layout, r.rows_read, r.rows_loaded, r.rows_rejected, r.rows_dropped,
       case when r.undone_by is not null then 'undone'
            when r.target in ('accounts', 'item_units', 'opening_balances', 'opening_stock', 'vouchers') then 'posted'
            else 'open' end as state
from rpt.intake_run r
order by r.act_id desc
