-- cash_flow · 现金流量表 · Cash flow statement
-- grain: one row per line of the official form
-- area: ledger
-- scope: whole
-- form: statement
-- parameter period: period, required · 会计期间 · Accounting period
-- column position: integer · 顺序 · Position
-- column line_no: integer · 行次 · Line
-- column name_zh: text · 项目 · Item (zh)
-- column name_en: text · 英文项目 · Item
-- column kind: text · 类别 · Kind
-- column month: money · 本月金额 · This month
-- column year_to_date: money · 本年累计金额 · Year to date
with form as (
    select l.position, l.line_no, l.name_zh, l.name_en, l.kind, coalesce(o.opening_cash, false) as opening_cash
    from rpt.statement_line l
    left join (
        select distinct line_no, true as opening_cash from rpt.statement_account
        where statement = 'cash_flow' and rule = 'opening' and $period >= from_period and $period < until_period
    ) o on o.line_no = l.line_no
    where l.statement = 'cash_flow' and $period >= l.from_period and $period < l.until_period
), flows as (
    select l.cash_flow,
           sum(case when l.period = $period then l.debit - l.credit else 0 end) as month,
           sum(l.debit - l.credit) as year_to_date
    from rpt.voucher_line l join rpt.account a on a.code = l.account
    where a.cash and l.cash_flow <> '' and l.period between substr($period, 1, 4) || '-00' and $period
    group by l.cash_flow
), cash_before as (
    select coalesce(sum(case when b.period < $period then b.debit - b.credit else 0 end), 0) as month,
           coalesce(sum(case when b.period <= substr($period, 1, 4) || '-00' then b.debit - b.credit else 0 end), 0)
               as year_to_date
    from rpt.balance b join rpt.account a on a.code = b.account
    where a.cash and b.period < $period
), base as (
    select f.line_no,
           case when f.opening_cash then c.month when f.kind = 'deduction' then -w.month else w.month end as month,
           case when f.opening_cash then c.year_to_date when f.kind = 'deduction' then -w.year_to_date
                else w.year_to_date end as year_to_date
    from form f
    left join flows w on w.cash_flow = cast(f.line_no as varchar)
    cross join cash_before c
    where f.line_no is not null
), computed as (
    select t.line_no, sum(t.sign * coalesce(b.month, 0)) as month, sum(t.sign * coalesce(b.year_to_date, 0)) as year_to_date
    from rpt.statement_term t join base b on b.line_no = t.term_line
    where t.statement = 'cash_flow' and $period >= t.from_period and $period < t.until_period
    group by t.line_no
)
select f.position, f.line_no, f.name_zh, f.name_en, f.kind,
       case when f.line_no is not null then coalesce(c.month, b.month, 0) end as month,
       case when f.line_no is not null then coalesce(c.year_to_date, b.year_to_date, 0) end as year_to_date
from form f
left join base b on b.line_no = f.line_no
left join computed c on c.line_no = f.line_no
order by f.position
