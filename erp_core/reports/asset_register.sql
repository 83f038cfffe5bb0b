-- asset_register · 资产台账 · Register of assets
-- grain: one row per card, as it stands at the end of the period
-- area: ledger
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter state: choice(in_use|disposed|all) = in_use · 状态 · State
-- parameter category: text =  · 类别 · Category
-- parameter department: text =  · 部门 · Department
-- total: asset <> ''
-- column asset: text · 卡片编号 · Card
-- column name: text · 名称 · Name
-- column category: text · 类别编码 · Category
-- column category_name: text · 类别 · Category name
-- column kind: text · 性质 · Kind
-- value kind fixed · 固定资产 · Fixed asset
-- value kind intangible · 无形资产 · Intangible asset
-- value kind deferred · 长期待摊费用 · Deferred expense
-- column specification: text · 规格型号 · Specification
-- column quantity: quantity · 数量 · Quantity
-- column department: text · 使用部门 · Department
-- column department_name: text · 部门名称 · Department name
-- column users: integer · 使用部门数 · Departments
-- column location: text · 存放地点 · Location
-- column custodian: text · 保管人 · Custodian
-- column custodian_name: text · 保管人姓名 · Custodian name
-- column supplier: text · 供应商 · Supplier
-- column status: text · 状态 · State
-- value status in_use · 在用 · In use
-- value status disposed · 已处置 · Disposed of
-- column started_on: date · 启用日期 · In use since
-- column method: text · 折旧方法 · Method
-- value method straight_line · 年限平均法 · Straight line
-- value method double_declining · 双倍余额递减法 · Double declining balance
-- value method sum_of_years · 年数总和法 · Sum of the years' digits
-- column life_months: integer · 使用月数 · Life in months
-- column months_used: integer · 已计提月数 · Months charged
-- column months_left: integer · 剩余月数 · Months left
-- column value: money · 原值 · Original value · 期末原值 · original value at the end of the period
-- column accumulated: money · 累计折旧 · Accumulated depreciation · 含本期计提 · the charge of the period included
-- column impairment: money · 减值准备 · Impairment
-- column carrying: money · 账面价值 · Carrying amount · 原值减累计折旧减减值准备 · value less depreciation less impairment
-- column residual: money · 预计净残值 · Residual value
-- column charge: money · 本期折旧 · Charge of the period
-- column asset_account: text · 资产科目 · Asset account
-- column depreciation_account: text · 折旧科目 · Depreciation account
-- column external_code: text · 旧编号 · Former number
-- column below_tax_life: boolean · 短于税法最低年限 · Shorter than the least life for tax
-- column origin: text · 来源 · Origin
-- value origin acquired · 购入 · Bought
-- value origin bill · 采购发票 · Supplier's bill
-- value origin voucher · 已记凭证 · Posted voucher
-- value origin opening · 期初 · Opening
-- value origin split · 拆分 · Split
-- value origin count · 盘盈 · Found by count
with sums as (
    select asset, sum(value) as value, sum(depreciation) as depreciation, sum(impairment) as impairment,
           sum(case when kind = 'dispose' then 1 else 0 end) as disposals
    from rpt.asset_event where period <= $period group by asset
), charged as (
    select asset, sum(amount) as amount, sum(case when period = $period then amount else 0 end) as month
    from rpt.asset_charge where period <= $period group by asset
), latest as (
    select asset, max(estimate) as estimate from rpt.asset_estimate where from_period <= $period group by asset
), months as (
    select l.asset, l.estimate, count(distinct c.period) as months
    from latest l left join rpt.asset_charge c on c.asset = l.asset and c.estimate = l.estimate and c.period <= $period
    group by l.asset, l.estimate
), used as (
    select e.asset, e.months_used + coalesce(m.months, 0) as months
    from rpt.asset_estimate e
    left join months m on m.asset = e.asset
    where e.estimate = coalesce(m.estimate, 1)
), stood as (
    select a.asset, a.name, a.category, k.name as category_name, a.kind, a.specification, a.quantity, a.department,
           coalesce(d.name, '') as department_name, a.users, a.location, a.custodian, coalesce(e.name, '') as custodian_name,
           a.supplier, case when s.disposals > 0 then 'disposed' else 'in_use' end as status, a.started_on, a.method,
           a.life_months, u.months as months_used, greatest(a.life_months - u.months, 0) as months_left, s.value,
           s.depreciation + coalesce(c.amount, 0) as accumulated, s.impairment,
           s.value - s.depreciation - coalesce(c.amount, 0) - s.impairment as carrying, a.residual,
           coalesce(c.month, 0) as charge, a.asset_account, a.depreciation_account, a.external_code,
           a.life_months < k.tax_life_months as below_tax_life, a.origin
    from rpt.asset a
    join sums s on s.asset = a.asset
    join rpt.asset_category k on k.code = a.category
    join used u on u.asset = a.asset
    left join charged c on c.asset = a.asset
    left join rpt.department d on d.code = a.department
    left join rpt.employee e on e.code = a.custodian
)
select * from stood
where ($state = 'all' or status = $state) and ($category = '' or category = $category)
  and ($department = '' or department = $department)
order by asset
