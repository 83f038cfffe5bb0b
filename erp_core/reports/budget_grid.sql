-- budget_grid · 预算表 · Budget grid
-- grain: one row per account, department and project of the version
-- area: ledger
-- parameter number: text =  · 版本号 · Version
-- parameter year: integer · 年度 · Year
-- column account: text · 科目编码 · Account
-- column account_name: text · 科目名称 · Account name
-- column department: text · 部门 · Department
-- column project: text · 项目 · Project
-- column m01: money · 1月 · Month 1
-- column m02: money · 2月 · Month 2
-- column m03: money · 3月 · Month 3
-- column m04: money · 4月 · Month 4
-- column m05: money · 5月 · Month 5
-- column m06: money · 6月 · Month 6
-- column m07: money · 7月 · Month 7
-- column m08: money · 8月 · Month 8
-- column m09: money · 9月 · Month 9
-- column m10: money · 10月 · Month 10
-- column m11: money · 11月 · Month 11
-- column m12: money · 12月 · Month 12
-- column total: money · 合计 · Total
-- column number: text · 版本号 · Version
select c.account, a.name_zh as account_name, c.department, c.project,
       sum(case when substr(c.period, 6, 2) = '01' then c.amount else 0 end) as m01,
       sum(case when substr(c.period, 6, 2) = '02' then c.amount else 0 end) as m02,
       sum(case when substr(c.period, 6, 2) = '03' then c.amount else 0 end) as m03,
       sum(case when substr(c.period, 6, 2) = '04' then c.amount else 0 end) as m04,
       sum(case when substr(c.period, 6, 2) = '05' then c.amount else 0 end) as m05,
       sum(case when substr(c.period, 6, 2) = '06' then c.amount else 0 end) as m06,
       sum(case when substr(c.period, 6, 2) = '07' then c.amount else 0 end) as m07,
       sum(case when substr(c.period, 6, 2) = '08' then c.amount else 0 end) as m08,
       sum(case when substr(c.period, 6, 2) = '09' then c.amount else 0 end) as m09,
       sum(case when substr(c.period, 6, 2) = '10' then c.amount else 0 end) as m10,
       sum(case when substr(c.period, 6, 2) = '11' then c.amount else 0 end) as m11,
       sum(case when substr(c.period, 6, 2) = '12' then c.amount else 0 end) as m12,
       sum(c.amount) as total, c.number
from rpt.budget_cell c join rpt.account a on a.account = c.account
where (c.number = $number or ($number = '' and c.status = 'approved' and ($year is null or c.year = $year)))
group by c.account, a.name_zh, c.department, c.project, c.number
order by c.account, c.department, c.project
