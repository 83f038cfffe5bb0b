-- asset_categories · 资产类别 · Categories of assets
-- grain: one row per category
-- area: ledger
-- column code: text · 编码 · Code
-- column name: text · 名称 · Name
-- column name_en: text · 英文名称 · Name (en)
-- column kind: text · 性质 · Kind
-- value kind fixed · 固定资产 · Fixed asset
-- value kind intangible · 无形资产 · Intangible asset
-- value kind deferred · 长期待摊费用 · Deferred expense
-- column method: text · 折旧方法 · Method
-- value method straight_line · 年限平均法 · Straight line
-- value method double_declining · 双倍余额递减法 · Double declining balance
-- value method sum_of_years · 年数总和法 · Sum of the years' digits
-- column life_months: integer · 使用月数 · Life in months
-- column tax_life_months: integer · 税法最低月数 · Least life for tax
-- column residual_rate: percent · 净残值率 · Residual rate
-- column asset_account: text · 资产科目 · Asset account
-- column depreciation_account: text · 折旧科目 · Depreciation account
-- column impairment_account: text · 减值科目 · Impairment account
-- column expense_account: text · 费用科目 · Expense account
-- column cards: integer · 在用卡片 · Cards in use
-- column active: boolean · 启用 · In use
with counted as (select category, count(*) as cards from rpt.asset where status = 'in_use' group by category)
select c.code, c.name, c.name_en, c.kind, c.method, c.life_months, c.tax_life_months, c.residual_rate, c.asset_account,
       c.depreciation_account, c.impairment_account, c.expense_account, coalesce(n.cards, 0) as cards, c.active
from rpt.asset_category c left join counted n on n.category = c.code
order by c.code
