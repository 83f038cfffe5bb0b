-- balance_sheet · 资产负债表 · Balance sheet
-- grain: one row per line of the official form
-- area: ledger
-- scope: whole
-- form: two_sided
-- parameter period: period, required · 会计期间 · Accounting period
-- column position: integer · 顺序 · Position
-- column line_no: integer · 行次 · Line
-- column name_zh: text · 项目 · Item (zh)
-- column name_en: text · 英文项目 · Item
-- column kind: text · 类别 · Kind
-- column closing: money · 期末余额 · Closing balance
-- column opening_of_year: money · 年初余额 · Opening of year
with balances as (
    select up.ancestor as account, sum(b.debit - b.credit) as closing,
           sum(case when b.period < substr($period, 1, 4) || '-00' then b.debit - b.credit else 0 end) as opening_of_year
    from rpt.balance b join rpt.account_ancestor up on up.account = b.account
    where b.period <= $period
    group by up.ancestor
), due as (
    select up.ancestor as account, sum(case when w.period = $period then w.amount else 0 end) as closing,
           sum(case when w.period < $period then w.amount else 0 end) as opening_of_year
    from rpt.due_within w join rpt.account_ancestor up on up.account = w.account
    where w.period = $period or w.period = cast(cast(substr($period, 1, 4) as integer) - 1 as varchar) || '-12'
    group by up.ancestor
), amounts as (
    select f.line_no,
           sum(f.sign * case f.rule
               when 'debit_balance' then greatest(b.closing, 0)
               when 'credit_balance' then greatest(-b.closing, 0)
               else case f.own_side when 'debit' then 1 else -1 end
                    * case f.rule when 'due_within' then coalesce(d.closing, 0)
                                  when 'due_beyond' then b.closing - coalesce(d.closing, 0) else b.closing end end) as closing,
           sum(f.sign * case f.rule
               when 'debit_balance' then greatest(b.opening_of_year, 0)
               when 'credit_balance' then greatest(-b.opening_of_year, 0)
               else case f.own_side when 'debit' then 1 else -1 end
                    * case f.rule when 'due_within' then coalesce(d.opening_of_year, 0)
                                  when 'due_beyond' then b.opening_of_year - coalesce(d.opening_of_year, 0)
                                  else b.opening_of_year end end) as opening_of_year
    from rpt.statement_feed f join balances b on b.account = f.account left join due d on d.account = f.account
    where f.statement = 'balance_sheet' and $period >= f.from_period and $period < f.until_period
    group by f.line_no
)
select l.position, l.line_no, l.name_zh, l.name_en, l.kind,
       case when l.line_no is not null then coalesce(a.closing, 0) end as closing,
       case when l.line_no is not null then coalesce(a.opening_of_year, 0) end as opening_of_year
from rpt.statement_line l left join amounts a on a.line_no = l.line_no
where l.statement = 'balance_sheet' and $period >= l.from_period and $period < l.until_period
order by l.position
