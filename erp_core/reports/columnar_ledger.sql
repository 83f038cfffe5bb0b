-- columnar_ledger · 多栏账 · Columnar ledger
-- grain: one row per voucher line of the account; sums of a month and of the year one row per column
-- area: ledger
-- scope: whole
-- form: columnar
-- parameter account: text, required · 科目 · Account (with its children)
-- parameter from_period: period, required · 起始期间 · From period
-- parameter to_period: period, required · 截止期间 · To period
-- parameter by: choice(account|party|department|employee|project|item) = account · 栏目 · Columns
-- column position: integer · 行 · Row
-- column posted_on: date · 日期 · Date
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column summary: text · 摘要 · Summary
-- column debit: money · 借方 · Debit
-- column credit: money · 贷方 · Credit
-- column direction: text · 方向 · Side
-- value direction debit · 借 · Dr
-- value direction credit · 贷 · Cr
-- value direction flat · 平 · –
-- column balance: money · 余额 · Balance
-- column row_kind: text · 行别 · Row
-- value row_kind opening · 期初余额 · Opening balance
-- value row_kind month · 本期合计 · Month total
-- value row_kind year · 本年累计 · Year to date
-- column column_code: text · 栏目编码 · Column
-- column column_name: text · 栏目 · Column name
-- column amount: money · 分析金额 · Amount analysed · 反方向为负 · the other side is negative
with chosen as (
    select up.account, coalesce(child.account, up.account) as child
    from rpt.account_ancestor up
    left join (select c.account, c.ancestor from rpt.account_ancestor c join rpt.account a on a.code = c.ancestor
               where a.parent = $account) own on own.account = up.account
    left join (select code as account from rpt.account) child on child.account = own.ancestor
    where up.ancestor = $account
), side as (
    select own_side from rpt.account where code = $account
), keyed as (
    select l.period, l.voucher_on, l.voucher, l.voucher_id, l.word, l.number, l.line, l.summary, l.debit, l.credit,
           case $by when 'account' then c.child when 'party' then l.party when 'department' then l.department
                    when 'employee' then l.employee when 'project' then l.project else l.item end as column_code,
           case when s.own_side = 'debit' then l.debit - l.credit else l.credit - l.debit end as amount
    from rpt.voucher_line l join chosen c on c.account = l.account cross join side s
    where l.period between substr($from_period, 1, 4) || '-00' and $to_period
), opening as (
    select coalesce(sum(b.debit - b.credit), 0) as amount
    from rpt.balance b join chosen c on c.account = b.account where b.period < $from_period
), running as (
    select k.*, (select amount from opening)
                + sum(k.debit - k.credit) over (order by k.period, k.voucher_on, k.word, k.number, k.line
                                                rows between unbounded preceding and current row) as balance
    from keyed k where k.period >= $from_period
), turnover as (
    select b.period, sum(b.debit) as debit, sum(b.credit) as credit
    from rpt.balance b join chosen c on c.account = b.account where b.period <= $to_period group by b.period
), months as (
    select p.period, p.last_day,
           coalesce(sum(case when t.period = p.period then t.debit else 0 end), 0) as debit,
           coalesce(sum(case when t.period = p.period then t.credit else 0 end), 0) as credit,
           coalesce(sum(case when t.period >= substr(p.period, 1, 4) || '-00' then t.debit else 0 end), 0) as ytd_debit,
           coalesce(sum(case when t.period >= substr(p.period, 1, 4) || '-00' then t.credit else 0 end), 0) as ytd_credit,
           coalesce(sum(t.debit - t.credit), 0) as balance
    from rpt.period p left join turnover t on t.period <= p.period
    where p.period between $from_period and $to_period
    group by p.period, p.last_day
), month_columns as (
    select m.period, k.column_code, sum(case when k.period = m.period then k.amount else 0 end) as amount,
           sum(k.amount) as ytd_amount
    from months m join keyed k on k.period <= m.period and k.period >= substr(m.period, 1, 4) || '-00'
    group by m.period, k.column_code
), every_row as (
    select p.period, p.first_day as posted_on, '' as voucher, cast(null as bigint) as voucher_id, '' as word, 0 as number,
           0 as line, '' as summary, cast(null as decimal(38, 2)) as debit, cast(null as decimal(38, 2)) as credit,
           (select amount from opening) as balance, 'opening' as row_kind, 0 as rank, '' as column_code,
           cast(null as decimal(38, 2)) as amount
    from rpt.period p where p.period = $from_period
    union all
    select period, voucher_on, voucher, voucher_id, word, number, line, summary, debit, credit, balance, 'line', 1, column_code,
           amount
    from running
    union all
    select m.period, m.last_day, '', null, '', 0, 0, '', m.debit, m.credit, m.balance, 'month', 2, coalesce(c.column_code, ''),
           c.amount
    from months m left join month_columns c on c.period = m.period
    union all
    select m.period, m.last_day, '', null, '', 0, 0, '', m.ytd_debit, m.ytd_credit, m.balance, 'year', 3,
           coalesce(c.column_code, ''), c.ytd_amount
    from months m left join month_columns c on c.period = m.period
), names as (
    select 'account' as kind, code, name_zh as name from rpt.account
    union all select 'party', code, name from rpt.party
    union all select 'department', code, name from rpt.department
    union all select 'employee', code, name from rpt.employee
    union all select 'project', code, name from rpt.project
    union all select 'item', code, name from rpt.item
)
select dense_rank() over (order by e.period, e.rank, e.posted_on, e.word, e.number, e.line) as position, e.posted_on, e.voucher,
       e.voucher_id, e.summary, e.debit, e.credit, case when e.balance = 0 then 'flat' else s.own_side end as direction,
       case when s.own_side = 'debit' then e.balance else -e.balance end as balance, e.row_kind, e.column_code,
       coalesce(n.name, e.column_code) as column_name, e.amount
from every_row e cross join side s left join names n on n.kind = $by and n.code = e.column_code
order by position, e.column_code
