-- statement · 报表对比 · Statement with comparisons
-- grain: one row per line of an official statement or one of the company's own
-- area: ledger
-- scope: whole
-- form: statement
-- parameter statement: text, required · 报表 · Statement
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter span: choice(month|quarter|half_year|year) = month · 跨度 · Span
-- column position: integer · 顺序 · Position
-- column line_no: integer · 行次 · Line
-- column name_zh: text · 项目 · Item (zh)
-- column name_en: text · 英文项目 · Item
-- column kind: text · 类别 · Kind
-- column amount: money · 本期 · This period · 发生额类为本月、本季、本半年或本年至所选月份，余额类为期末 · turnover of the month, quarter, half year or year up to the month chosen, or the balance at its end
-- column previous: money · 上期 · Period before · 整个上一跨度，或其期末余额 · the whole span before, or the balance at its end
-- column last_year: money · 上年同期 · Same period last year
-- column year_to_date: money · 本年累计 · Year to date · 余额类为年初余额 · of balances: at the opening of the year
-- column last_year_to_date: money · 上年累计 · Last year to date · 余额类为上年年初 · of balances: at the opening of last year
-- column change: money · 比上期 · Change on the period before
with asked as (
    select cast(substr($period, 1, 4) as integer) as y, cast(substr($period, 6, 2) as integer) as m,
           case $span when 'month' then 1 when 'quarter' then 3 when 'half_year' then 6 else 12 end as months
), bounds as (
    select y, m, months, case months when 12 then 0 else m - (m - 1) % months end as first_month,
           case when m - (m - 1) % months = 1 then y - 1 else y end as before_year,
           case when m - (m - 1) % months = 1 then 12 else m - (m - 1) % months - 1 end as before_last
    from asked
), span as (
    select cast(y as varchar) || '-' || lpad(cast(first_month as varchar), 2, '0') as first_period,
           cast(before_year as varchar) || '-'
               || lpad(cast(case months when 12 then 0 else before_last - months + 1 end as varchar), 2, '0') as before_first,
           cast(before_year as varchar) || '-' || lpad(cast(before_last as varchar), 2, '0') as before_last,
           cast(y - 1 as varchar) || '-' || lpad(cast(first_month as varchar), 2, '0') as earlier_first,
           cast(y - 1 as varchar) || '-' || lpad(cast(m as varchar), 2, '0') as earlier_last,
           cast(y as varchar) || '-00' as this_year, cast(y - 1 as varchar) || '-00' as last_year,
           cast(y - 1 as varchar) || '-12' as year_end, cast(y - 2 as varchar) || '-12' as earlier_year_end
    from bounds
), turnover as (
    select up.ancestor as account, b.period, b.closing, sum(b.debit - b.credit) as amount
    from rpt.balance b join rpt.account_ancestor up on up.account = b.account
    where b.period <= $period
    group by up.ancestor, b.period, b.closing
), figures as (
    select t.account, sum(t.amount) as balance,
           sum(case when t.period <= s.before_last then t.amount else 0 end) as balance_before,
           sum(case when t.period <= s.earlier_last then t.amount else 0 end) as balance_earlier,
           sum(case when t.period < s.this_year then t.amount else 0 end) as balance_year,
           sum(case when t.period < s.last_year then t.amount else 0 end) as balance_last_year,
           sum(case when not t.closing and t.period >= s.first_period then t.amount else 0 end) as moved,
           sum(case when not t.closing and t.period between s.before_first and s.before_last then t.amount else 0 end) as moved_before,
           sum(case when not t.closing and t.period between s.earlier_first and s.earlier_last then t.amount else 0 end)
               as moved_earlier,
           sum(case when not t.closing and t.period >= s.this_year then t.amount else 0 end) as moved_year,
           sum(case when not t.closing and t.period between s.last_year and s.earlier_last then t.amount else 0 end)
               as moved_last_year
    from turnover t cross join span s
    group by t.account
), due as (
    select up.ancestor as account, sum(case when w.period = $period then w.amount else 0 end) as due,
           sum(case when w.period = s.before_last then w.amount else 0 end) as due_before,
           sum(case when w.period = s.earlier_last then w.amount else 0 end) as due_earlier,
           sum(case when w.period = s.year_end then w.amount else 0 end) as due_year,
           sum(case when w.period = s.earlier_year_end then w.amount else 0 end) as due_last_year
    from rpt.due_within w join rpt.account_ancestor up on up.account = w.account cross join span s
    group by up.ancestor
), fed as (
    select f.line_no, f.sign, f.rule, f.own_side, c.column_no,
           case c.column_no when 1 then g.balance when 2 then g.balance_before when 3 then g.balance_earlier
                            when 4 then g.balance_year else g.balance_last_year end as balance,
           case c.column_no when 1 then g.moved when 2 then g.moved_before when 3 then g.moved_earlier
                            when 4 then g.moved_year else g.moved_last_year end as moved,
           coalesce(case c.column_no when 1 then d.due when 2 then d.due_before when 3 then d.due_earlier
                                     when 4 then d.due_year else d.due_last_year end, 0) as due
    from rpt.statement_feed f join figures g on g.account = f.account left join due d on d.account = f.account
    cross join (values (1), (2), (3), (4), (5)) as c (column_no)
    where f.statement = $statement and f.statement <> 'cash_flow' and $period >= f.from_period and $period < f.until_period
), flows as (
    select cast(l.cash_flow as integer) as line_no, l.period, sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.account a on a.code = l.account
    where $statement = 'cash_flow' and a.cash and l.cash_flow <> '' and l.period <= $period
    group by l.cash_flow, l.period
), cash as (
    select coalesce(sum(case when t.period < s.first_period then t.amount else 0 end), 0) as opening,
           coalesce(sum(case when t.period < s.before_first then t.amount else 0 end), 0) as opening_before,
           coalesce(sum(case when t.period < s.earlier_first then t.amount else 0 end), 0) as opening_earlier,
           coalesce(sum(case when t.period <= s.this_year then t.amount else 0 end), 0) as opening_year,
           coalesce(sum(case when t.period <= s.last_year then t.amount else 0 end), 0) as opening_last_year
    from turnover t cross join span s join rpt.account a on a.code = t.account
    where a.cash and a.leaf and $statement = 'cash_flow'
), cash_line as (
    select f.line_no, case l.kind when 'deduction' then -1 else 1 end as sign,
           case when f.period >= s.first_period then f.amount else 0 end as amount,
           case when f.period between s.before_first and s.before_last then f.amount else 0 end as previous,
           case when f.period between s.earlier_first and s.earlier_last then f.amount else 0 end as last_year,
           case when f.period >= s.this_year then f.amount else 0 end as year_to_date,
           case when f.period between s.last_year and s.earlier_last then f.amount else 0 end as last_year_to_date
    from flows f cross join span s
    join rpt.statement_line l on l.statement = 'cash_flow' and l.line_no = f.line_no
        and $period >= l.from_period and $period < l.until_period
), cash_base as (
    select line_no, sum(sign * amount) as amount, sum(sign * previous) as previous, sum(sign * last_year) as last_year,
           sum(sign * year_to_date) as year_to_date, sum(sign * last_year_to_date) as last_year_to_date
    from cash_line group by line_no
    union all
    select o.line_no, c.opening, c.opening_before, c.opening_earlier, c.opening_year, c.opening_last_year
    from cash c cross join (
        select distinct line_no from rpt.statement_account
        where statement = 'cash_flow' and rule = 'opening' and $period >= from_period and $period < until_period
    ) o
    where $statement = 'cash_flow'
), signed as (
    select line_no, column_no,
           sum(sign * case rule when 'debit_balance' then greatest(balance, 0)
                                when 'credit_balance' then greatest(-balance, 0)
                                else case own_side when 'debit' then 1 else -1 end
                                     * case rule when 'movement' then moved when 'due_within' then due
                                                 when 'due_beyond' then balance - due else balance end end) as amount
    from fed group by line_no, column_no
), amounts as (
    select line_no, sum(case column_no when 1 then amount else 0 end) as amount,
           sum(case column_no when 2 then amount else 0 end) as previous,
           sum(case column_no when 3 then amount else 0 end) as last_year,
           sum(case column_no when 4 then amount else 0 end) as year_to_date,
           sum(case column_no when 5 then amount else 0 end) as last_year_to_date
    from signed group by line_no
    union all
    select line_no, amount, previous, last_year, year_to_date, last_year_to_date from cash_base
    union all
    select t.line_no, sum(t.sign * b.amount), sum(t.sign * b.previous), sum(t.sign * b.last_year),
           sum(t.sign * b.year_to_date), sum(t.sign * b.last_year_to_date)
    from rpt.statement_term t join cash_base b on b.line_no = t.term_line
    where t.statement = 'cash_flow' and $statement = 'cash_flow' and $period >= t.from_period and $period < t.until_period
    group by t.line_no
)
select l.position, l.line_no, l.name_zh, l.name_en, l.kind,
       case when l.line_no is not null then coalesce(a.amount, 0) end as amount,
       case when l.line_no is not null then coalesce(a.previous, 0) end as previous,
       case when l.line_no is not null then coalesce(a.last_year, 0) end as last_year,
       case when l.line_no is not null then coalesce(a.year_to_date, 0) end as year_to_date,
       case when l.line_no is not null then coalesce(a.last_year_to_date, 0) end as last_year_to_date,
       case when l.line_no is not null then coalesce(a.amount, 0) - coalesce(a.previous, 0) end as change
from rpt.statement_line l left join amounts a on a.line_no = l.line_no
where l.statement = $statement and $period >= l.from_period and $period < l.until_period
order by l.position
