-- statement_detail · 报表项目构成 · Accounts behind a statement line
-- grain: one row per account that feeds the line; the amounts add up to the line
-- area: ledger
-- scope: whole
-- parameter statement: text, required · 报表 · Statement
-- parameter line_no: integer, required · 行次 · Line
-- parameter period: period, required · 会计期间 · Accounting period
-- total: all
-- column account: text · 科目编码 · Account
-- column name: text · 科目名称 · Name
-- column name_en: text · 英文名称 · English name
-- column amount: money · 金额 · Amount · 期末余额或本月金额 · closing balance, or this month's amount
-- column comparison: money · 对比金额 · Comparison · 年初余额或本年累计 · opening of year, or year to date
with feed as (
    select account, name_zh, name_en, sign, rule, own_side
    from rpt.statement_feed
    where statement = $statement and line_no = $line_no and $period >= from_period and $period < until_period
), balances as (
    select up.ancestor as account, sum(b.debit - b.credit) as closing,
           sum(case when b.period < substr($period, 1, 4) || '-00' then b.debit - b.credit else 0 end) as opening_of_year,
           sum(case when b.period = $period and not b.closing then b.debit - b.credit else 0 end) as month,
           sum(case when b.period >= substr($period, 1, 4) || '-00' and not b.closing
                    then b.debit - b.credit else 0 end) as year_to_date
    from rpt.balance b join rpt.account_ancestor up on up.account = b.account
    where b.period <= $period
    group by up.ancestor
), due as (
    select up.ancestor as account, sum(case when w.period = $period then w.amount else 0 end) as closing,
           sum(case when w.period < $period then w.amount else 0 end) as opening_of_year
    from rpt.due_within w join rpt.account_ancestor up on up.account = w.account
    where w.period = $period or w.period = cast(cast(substr($period, 1, 4) as integer) - 1 as varchar) || '-12'
    group by up.ancestor
), chosen as (
    select f.account, f.name_zh, f.name_en, f.sign, f.rule, f.own_side,
           case f.rule when 'movement' then b.month when 'due_within' then coalesce(d.closing, 0)
                when 'due_beyond' then b.closing - coalesce(d.closing, 0) else b.closing end as amount,
           case f.rule when 'movement' then b.year_to_date when 'due_within' then coalesce(d.opening_of_year, 0)
                when 'due_beyond' then b.opening_of_year - coalesce(d.opening_of_year, 0) else b.opening_of_year end as comparison
    from feed f join balances b on b.account = f.account left join due d on d.account = f.account
    where $statement <> 'cash_flow'
), by_account as (
    select account, name_zh, name_en,
           sign * case rule when 'debit_balance' then greatest(amount, 0) when 'credit_balance' then greatest(-amount, 0)
                  else case own_side when 'debit' then amount else -amount end end as amount,
           sign * case rule when 'debit_balance' then greatest(comparison, 0)
                  when 'credit_balance' then greatest(-comparison, 0)
                  else case own_side when 'debit' then comparison else -comparison end end as comparison
    from chosen
), cash_lines as (
    select cast(t.term_line as varchar) as cash_flow, t.sign * case l.kind when 'deduction' then -1 else 1 end as sign
    from rpt.statement_term t
    join rpt.statement_line l on l.statement = t.statement and l.line_no = t.term_line
    where t.statement = 'cash_flow' and t.line_no = $line_no and $period >= t.from_period and $period < t.until_period
      and l.from_period = t.from_period
    union all
    select cast(line_no as varchar), case kind when 'deduction' then -1 else 1 end
    from rpt.statement_line
    where statement = 'cash_flow' and line_no = $line_no and $period >= from_period and $period < until_period
), by_cash_account as (
    select a.code as account, a.name_zh, a.name_en,
           sum(case when l.period = $period then c.sign * (l.debit - l.credit) else 0 end) as amount,
           sum(c.sign * (l.debit - l.credit)) as comparison
    from rpt.voucher_line l
    join rpt.account a on a.code = l.account and a.cash
    join cash_lines c on c.cash_flow = l.cash_flow
    where $statement = 'cash_flow' and l.period between substr($period, 1, 4) || '-00' and $period
    group by a.code, a.name_zh, a.name_en
), every_row as (
    select * from by_account union all select * from by_cash_account
)
select account, name_zh as name, name_en, sum(amount) as amount, sum(comparison) as comparison
from every_row
group by account, name_zh, name_en
having sum(amount) <> 0 or sum(comparison) <> 0
order by account
