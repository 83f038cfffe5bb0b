-- statement_coverage · 报表覆盖全部末级科目 · Every leaf account stands on exactly one statement line
with mapped as (
    select s.statement, s.from_period, s.line_no, s.account, s.rule, s.sign * case f.own_side when 'credit' then -1 else 1 end as sign
    from rpt.statement_account s join rpt.account f on f.code = s.account
    join rpt.statement_line l
        on l.statement = s.statement and l.line_no = s.line_no and l.from_period = s.from_period
    join rpt.statement_format o on o.statement = s.statement and o.from_period = s.from_period and not o.own
    -- The formats in force in the last month there is.
    where s.rule <> 'opening' and l.kind <> 'of_which'
      and (select max(period) from rpt.period) >= s.from_period and (select max(period) from rpt.period) < s.until_period
), placed as (
    select up.account, m.statement, m.line_no, m.rule
    from rpt.account_ancestor up join mapped m on m.account = up.ancestor
    group by up.account, m.statement, m.line_no, m.rule having sum(m.sign) <> 0
), counted as (
    select account, count(*) filter (where rule in ('balance', 'movement')) as plain,
           count(*) filter (where rule in ('debit_balance', 'due_within')) as debits,
           count(*) filter (where rule in ('credit_balance', 'due_beyond')) as credits,
           string_agg(statement || ':' || line_no, ', ' order by statement, line_no) as places
    from placed group by account
)
select a.code as offender, a.name_zh || ': ' || coalesce(c.places, '-') as detail
from core.account a left join counted c on c.account = a.code
where a.leaf and not coalesce(c.plain = 1 and c.debits = 0 and c.credits = 0, false)
  and not coalesce(c.plain = 0 and c.debits = 1 and c.credits = 1, false)
order by a.code
