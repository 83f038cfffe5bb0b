-- claim_choices · 报销可选项 · What can be chosen on a claim
-- grain: one row per category, kind of receipt, city, department, project or employee that can be chosen
-- area: claims
-- column kind: text · 种类 · Kind
-- value kind category · 费用类别 · Category
-- value kind receipt · 票据种类 · Receipt
-- value kind city · 城市 · City
-- value kind department · 部门 · Department
-- value kind project · 项目 · Project
-- value kind employee · 职员 · Employee
-- column code: text · 编码 · Code
-- column name_zh: text · 名称 · Name (Chinese)
-- column name_en: text · 英文名称 · Name
-- column detail: text · 说明 · Detail · 票据：计税方式；城市：等级；职员：部门 · receipts: how tax is found; cities: tier; employees: department
with latest as (
    select code, name_zh, name_en, tax, row_number() over (partition by code order by valid_from desc) as nth
    from rpt.claim_receipt
)
select kind, code, name_zh, name_en, detail from (
    select 'category' as kind, code, name_zh, name_en, '' as detail, position from rpt.claim_category where active
    union all select 'receipt', code, name_zh, name_en, tax, 0 from latest where nth = 1
    union all select 'city', city, city, city, tier, 0 from rpt.claim_city
    union all select 'department', code, name, name, parent, 0 from rpt.department where active
    union all select 'project', code, name, name, parent, 0 from rpt.project where active
    union all select 'employee', code, name, name, department, 0 from rpt.employee where active
) every_choice
order by kind, position, code
