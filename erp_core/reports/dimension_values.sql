-- dimension_values · 核算项目 · Values of a dimension
-- grain: one row per value that a voucher line may name now
-- area: masters | ledger
-- parameter kind: choice(party|department|employee|project|item), required · 核算项目 · Dimension
-- column code: text · 编码 · Code
-- column name: text · 名称 · Name
select code, name from rpt.party where $kind = 'party' and status <> 'blocked'
union all select code, name from rpt.department where $kind = 'department' and active
union all select code, name from rpt.employee where $kind = 'employee' and active
union all select code, name from rpt.project where $kind = 'project' and active
union all select code, name from rpt.item where $kind = 'item' and active
order by code
