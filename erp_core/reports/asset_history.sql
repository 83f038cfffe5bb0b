-- asset_history · 资产变动记录 · What happened to an asset
-- grain: one row per thing that happened to a card
-- area: ledger
-- parameter asset: text =  · 卡片编号 · Card
-- column event_id: integer · 序号 · Event
-- column asset: text · 卡片编号 · Card
-- column happened_on: date · 日期 · Date
-- column kind: text · 变动 · Event kind
-- value kind acquire · 购入 · Bought
-- value kind opening · 期初 · Opening
-- value kind improve · 原值增加 · Value added
-- value kind impair · 计提减值 · Impaired
-- value kind estimate · 估计变更 · Estimate changed
-- value kind transfer · 部门转移 · Handed over
-- value kind split · 拆分 · Split
-- value kind dispose · 处置 · Disposed of
-- value kind found · 盘盈 · Found by count
-- column value: money · 原值变动 · Value
-- column depreciation: money · 累计折旧变动 · Accumulated depreciation
-- column impairment: money · 减值变动 · Impairment
-- column from_period: text · 生效期间 · Holds from
-- column method: text · 折旧方法 · Method
-- value method straight_line · 年限平均法 · Straight line
-- value method double_declining · 双倍余额递减法 · Double declining balance
-- value method sum_of_years · 年数总和法 · Sum of the years' digits
-- column life_months: integer · 使用月数 · Life in months
-- column residual: money · 预计净残值 · Residual value
-- column departments: text · 承担部门 · Departments
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column voucher: text · 凭证字号 · Voucher
-- column period: text · 会计期间 · Period
-- column reason: text · 原因 · Reason
with users as (
    select s.asset, s.estimate, string_agg(coalesce(nullif(s.department, ''), '—'), '、' order by s.line) as departments
    from rpt.asset_share s group by s.asset, s.estimate
)
select e.event_id, e.asset, e.happened_on, e.kind, e.value, e.depreciation, e.impairment, s.from_period, s.method, s.life_months,
       s.residual, coalesce(u.departments, '') as departments, v.voucher_id, v.voucher, e.period, e.reason
from rpt.asset_event e
left join rpt.asset_estimate s on s.asset = e.asset and s.event_id = e.event_id
left join users u on u.asset = s.asset and u.estimate = s.estimate
left join rpt.voucher v on v.event_key = e.event_key
where $asset = '' or e.asset = $asset
order by e.event_id
