-- statement_coverage · 报表覆盖 · Coverage of a statement
-- grain: one row per leaf account that stands on no line of a statement or on several
-- area: ledger
-- scope: whole
-- parameter statement: text, required · 报表 · Statement
-- parameter period: period, required · 会计期间 · Accounting period
-- column account: text · 科目编码 · Account
-- column name: text · 科目名称 · Name
-- column name_en: text · 英文名称 · English name
-- column category: text · 类别 · Category
-- column lines: integer · 行数 · Lines
-- column places: text · 行次 · On lines
-- column balance: money · 余额 · Balance
with own as (
    select s.line_no, s.account, s.rule, s.sign * case f.own_side when 'debit' then 1 else -1 end as sign
    from rpt.statement_account s join rpt.account f on f.code = s.account
    join rpt.statement_line l on l.statement = s.statement and l.line_no = s.line_no and l.from_period = s.from_period
    where s.statement = $statement and l.kind <> 'of_which' and s.rule <> 'opening'
      and $period >= s.from_period and $period < s.until_period
    union all
    -- Lines that stand for lines of another statement cover what those cover.
    select t.line_no, f.account, f.rule, t.sign * f.sign * case f.own_side when 'debit' then 1 else -1 end
    from rpt.statement_term t
    join rpt.statement_feed f on f.statement = t.term_statement and f.line_no = t.term_line
    where t.statement = $statement and t.term_statement <> t.statement
      and $period >= t.from_period and $period < t.until_period
      and $period >= f.from_period and $period < f.until_period
), placed as (
    select up.account, o.line_no, case when o.rule in ('debit_balance', 'credit_balance') then 'sides'
                                       when o.rule in ('due_within', 'due_beyond') then 'due' else o.rule end as shares
    from own o join rpt.account_ancestor up on up.ancestor = o.account
    group by up.account, o.line_no, o.rule having sum(o.sign) <> 0
), counted as (
    -- A balance that is shared between two lines by its side or by what is due counts once.
    select account, count(*) - coalesce(sum(case when shares in ('sides', 'due') then 1 else 0 end), 0)
               + count(distinct case when shares in ('sides', 'due') then shares end) as lines,
           string_agg(cast(line_no as varchar), ', ' order by line_no) as places
    from placed group by account
), balances as (
    select account, sum(debit - credit) as balance from rpt.balance where period <= $period group by account
)
select a.account, a.name_zh as name, a.name_en, a.category, cast(coalesce(c.lines, 0) as integer) as lines,
       coalesce(c.places, '') as places, coalesce(b.balance, 0) as balance
from rpt.account a left join counted c on c.account = a.account left join balances b on b.account = a.account
where a.leaf and coalesce(c.lines, 0) <> 1
order by a.account
