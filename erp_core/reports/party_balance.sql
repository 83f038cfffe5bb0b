-- party_balance · 往来余额表 · Party balance
-- grain: one row per account and party
-- area: ledger
-- parameter period: period, required · 会计期间 · Accounting period
-- parameter account: text, required · 科目 · Account (with its children)
-- column account: text · 科目编码 · Account
-- column party: text · 往来单位 · Party
-- column name: text · 单位名称 · Name
-- column opening: money · 期初余额 · Opening · 借方为正 · debit is positive
-- column debit: money · 本期借方 · Debit
-- column credit: money · 本期贷方 · Credit
-- column closing: money · 期末余额 · Closing · 借方为正 · debit is positive
with chosen as (
    select account from rpt.account_ancestor where ancestor = $account
), turnover as (
    select b.account, b.party,
           sum(case when b.period < $period then b.debit - b.credit else 0 end) as opening,
           sum(case when b.period = $period then b.debit else 0 end) as debit,
           sum(case when b.period = $period then b.credit else 0 end) as credit
    from rpt.balance b join chosen c on c.account = b.account
    where b.period <= $period
    group by b.account, b.party
)
select t.account, t.party, coalesce(p.name, '') as name, t.opening, t.debit, t.credit,
       t.opening + t.debit - t.credit as closing
from turnover t left join rpt.party p on p.code = t.party
where t.opening <> 0 or t.debit <> 0 or t.credit <> 0
order by t.account, t.party
