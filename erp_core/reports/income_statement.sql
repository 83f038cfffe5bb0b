-- income_statement · 利润表 · Income statement
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
-- column month: money · 本月金额 · This month · 不含结转损益凭证 · without the vouchers that carry profit forward
-- column year_to_date: money · 本年累计金额 · Year to date · 不含结转损益凭证 · without the vouchers that carry profit forward
with movements as (
    select up.ancestor as account,
           sum(case when b.period = $period then b.debit - b.credit else 0 end) as month,
           sum(b.debit - b.credit) as year_to_date
    from rpt.balance b join rpt.account_ancestor up on up.account = b.account
    where b.period between substr($period, 1, 4) || '-00' and $period and not b.closing
    group by up.ancestor
), amounts as (
    select f.line_no,
           sum(f.sign * case f.own_side when 'debit' then m.month else -m.month end) as month,
           sum(f.sign * case f.own_side when 'debit' then m.year_to_date else -m.year_to_date end) as year_to_date
    from rpt.statement_feed f join movements m on m.account = f.account
    where f.statement = 'income_statement' and $period >= f.from_period and $period < f.until_period
    group by f.line_no
)
select l.position, l.line_no, l.name_zh, l.name_en, l.kind,
       case when l.line_no is not null then coalesce(a.month, 0) end as month,
       case when l.line_no is not null then coalesce(a.year_to_date, 0) end as year_to_date
from rpt.statement_line l left join amounts a on a.line_no = l.line_no
where l.statement = 'income_statement' and $period >= l.from_period and $period < l.until_period
order by l.position
