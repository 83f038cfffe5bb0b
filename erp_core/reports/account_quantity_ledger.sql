-- account_quantity_ledger · 科目数量金额账 · Quantity and amount ledger of an account
-- grain: one row per voucher line of the account, with the opening and two sums a month
-- area: ledger
-- scope: whole
-- parameter account: text, required · 科目 · Account (with its children)
-- parameter from_period: period, required · 起始期间 · From period
-- parameter to_period: period, required · 截止期间 · To period
-- parameter item: text =  · 存货 · Item
-- column posted_on: date · 日期 · Date
-- column voucher: text · 凭证字号 · Voucher
-- column voucher_id: integer · 凭证序号 · Voucher id
-- column summary: text · 摘要 · Summary
-- column quantity_in: quantity · 借方数量 · Debit quantity
-- column price_in: price · 借方单价 · Debit price · 金额为零时为空 · empty when the amount is nil
-- column debit: money · 借方金额 · Debit
-- column quantity_out: quantity · 贷方数量 · Credit quantity
-- column price_out: price · 贷方单价 · Credit price · 金额为零时为空 · empty when the amount is nil
-- column credit: money · 贷方金额 · Credit
-- column direction: text · 方向 · Side
-- value direction debit · 借 · Dr
-- value direction credit · 贷 · Cr
-- value direction flat · 平 · –
-- column quantity: quantity · 结存数量 · Balance quantity
-- column price: price · 结存单价 · Balance price
-- column balance: money · 结存金额 · Balance
-- column row_kind: text · 行别 · Row
-- value row_kind opening · 期初余额 · Opening balance
-- value row_kind month · 本期合计 · Month total
-- value row_kind year · 本年累计 · Year to date
with side as (
    select own_side from rpt.account where code = $account
), lines as (
    select l.period, l.voucher_on, l.voucher, l.voucher_id, l.word, l.number, l.line, l.summary, l.debit, l.credit,
           case when l.debit <> 0 then coalesce(l.quantity, 0) else 0 end as quantity_in,
           case when l.credit <> 0 then coalesce(l.quantity, 0) else 0 end as quantity_out
    from rpt.voucher_line l
    join rpt.account_ancestor up on up.account = l.account and up.ancestor = $account
    where l.period <= $to_period and ($item = '' or l.item = $item)
), running as (
    select *, sum(debit - credit) over (order by period, voucher_on, word, number, line
                                        rows between unbounded preceding and current row) as balance,
           sum(quantity_in - quantity_out) over (order by period, voucher_on, word, number, line
                                                 rows between unbounded preceding and current row) as balance_quantity
    from lines
), months as (
    select p.period, p.last_day,
           coalesce(sum(case when l.period = p.period then l.debit else 0 end), 0) as debit,
           coalesce(sum(case when l.period = p.period then l.credit else 0 end), 0) as credit,
           coalesce(sum(case when l.period = p.period then l.quantity_in else 0 end), 0) as quantity_in,
           coalesce(sum(case when l.period = p.period then l.quantity_out else 0 end), 0) as quantity_out,
           coalesce(sum(case when l.period >= substr(p.period, 1, 4) || '-00' then l.debit else 0 end), 0) as ytd_debit,
           coalesce(sum(case when l.period >= substr(p.period, 1, 4) || '-00' then l.credit else 0 end), 0) as ytd_credit,
           coalesce(sum(case when l.period >= substr(p.period, 1, 4) || '-00' then l.quantity_in else 0 end), 0) as ytd_in,
           coalesce(sum(case when l.period >= substr(p.period, 1, 4) || '-00' then l.quantity_out else 0 end), 0) as ytd_out,
           coalesce(sum(l.debit - l.credit), 0) as balance,
           coalesce(sum(l.quantity_in - l.quantity_out), 0) as balance_quantity
    from rpt.period p left join lines l on l.period <= p.period
    where p.period between $from_period and $to_period
    group by p.period, p.last_day
), every_row as (
    select p.period, p.first_day as posted_on, '' as voucher, cast(null as bigint) as voucher_id, '' as word, 0 as number,
           0 as line, '' as summary, cast(null as decimal(38, 6)) as quantity_in, cast(null as decimal(38, 2)) as debit,
           cast(null as decimal(38, 6)) as quantity_out, cast(null as decimal(38, 2)) as credit,
           coalesce((select sum(quantity_in - quantity_out) from lines where period < $from_period), 0) as quantity,
           coalesce((select sum(debit - credit) from lines where period < $from_period), 0) as balance,
           'opening' as row_kind, 0 as rank
    from rpt.period p where p.period = $from_period
    union all
    select period, voucher_on, voucher, voucher_id, word, number, line, summary, quantity_in, debit, quantity_out, credit,
           balance_quantity, balance, 'line', 1
    from running where period >= $from_period
    union all
    select period, last_day, '', null, '', 0, 0, '', quantity_in, debit, quantity_out, credit, balance_quantity, balance,
           'month', 2 from months
    union all
    select period, last_day, '', null, '', 0, 0, '', ytd_in, ytd_debit, ytd_out, ytd_credit, balance_quantity, balance,
           'year', 3 from months
)
select e.posted_on, e.voucher, e.voucher_id, e.summary, e.quantity_in,
       case when e.quantity_in <> 0 and e.debit <> 0
            then round(cast(cast(e.debit as double) / cast(e.quantity_in as double) as decimal(38, 10)), 6) end as price_in,
       e.debit, e.quantity_out,
       case when e.quantity_out <> 0 and e.credit <> 0
            then round(cast(cast(e.credit as double) / cast(e.quantity_out as double) as decimal(38, 10)), 6) end as price_out,
       e.credit, case when e.balance = 0 then 'flat' else s.own_side end as direction,
       case when s.own_side = 'debit' then e.quantity else -e.quantity end as quantity,
       case when e.quantity <> 0 and e.balance <> 0
            then round(cast(cast(e.balance as double) / cast(e.quantity as double) as decimal(38, 10)), 6) end as price,
       case when s.own_side = 'debit' then e.balance else -e.balance end as balance, e.row_kind
from every_row e cross join side s
order by e.period, e.rank, e.posted_on, e.word, e.number, e.line
