-- asset_tie · 资产与总账核对 · Assets against the ledger
-- grain: one row per account that cards name, at the end of the period
-- area: ledger
-- scope: whole
-- parameter period: period, required · 会计期间 · Accounting period
-- column account: text · 科目 · Account
-- column account_name: text · 科目名称 · Account name
-- column cards: money · 卡片金额 · Cards · 借方为正，含本期应计提 · debit positive, the charge of the period included
-- column uncharged: money · 其中本期待计提 · Still to be charged · 本期结账时计提 · booked by the close of the period
-- column ledger: money · 总账余额 · Ledger · 借方为正 · debit positive
-- column difference: money · 差额 · Difference · 卡片减待计提减总账 · cards less what is still to be charged less ledger
with held as (
    select a.asset_account as account, e.value as amount, 0 as uncharged
    from rpt.asset_event e join rpt.asset a on a.asset = e.asset where e.period <= $period
    union all
    select a.depreciation_account, -e.depreciation, 0
    from rpt.asset_event e join rpt.asset a on a.asset = e.asset where e.period <= $period
    union all
    select a.impairment_account, -e.impairment, 0
    from rpt.asset_event e join rpt.asset a on a.asset = e.asset where e.period <= $period and e.impairment <> 0
    union all
    select c.depreciation_account, -c.amount, case when p.status = 'closed' then 0 else -c.amount end
    from rpt.asset_charge c left join rpt.period p on p.period = c.period where c.period <= $period
), cards as (
    select account, sum(amount) as cards, sum(uncharged) as uncharged from held group by account
), ledger as (
    select account, sum(debit - credit) as ledger from rpt.balance
    where period <= $period and account in (select account from cards) group by account
)
select c.account, n.name_zh as account_name, c.cards, c.uncharged, coalesce(l.ledger, 0) as ledger,
       c.cards - c.uncharged - coalesce(l.ledger, 0) as difference
from cards c join rpt.account n on n.account = c.account left join ledger l on l.account = c.account
order by c.account
