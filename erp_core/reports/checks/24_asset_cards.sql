-- asset_cards · 资产卡片等于总账 · Cards of assets equal the ledger at the end of the last closed month
with through as (
    select coalesce((select max(period) from core.period where status = 'closed'), '0000-00') as period
), held as (
    select a.asset_account as account, e.period, e.value as amount from core.asset_event e join core.asset a using (asset)
    union all
    select a.depreciation_account, e.period, -e.depreciation from core.asset_event e join core.asset a using (asset)
    union all
    select a.impairment_account, e.period, -e.impairment
    from core.asset_event e join core.asset a using (asset) where e.impairment <> 0
    union all
    select a.depreciation_account, p.period, -p.amount from core.asset_plan p join core.asset a using (asset)
), cards as (
    select account, sum(amount) as amount from held where period <= (select period from through) group by account
), ledger as (
    select account, sum(debit - credit) as amount from core.account_balance
    where period <= (select period from through) group by account
)
select c.account as offender, 'cards ' || c.amount || ', ledger ' || coalesce(l.amount, 0) as detail
from cards c left join ledger l on l.account = c.account
where c.amount <> coalesce(l.amount, 0)
order by c.account
