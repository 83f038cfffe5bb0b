"""The gate of assets: cards and ledger say the same once the month's depreciation is booked."""

from __future__ import annotations

from erp_core.foundation.session import Session
from erp_core.ledger.gates import Offenders, gate

_UNTIED = """
    with held as (
        select a.asset_account as account, e.period, e.value as amount
        from core.asset_event e join core.asset a using (asset)
        union all
        select a.depreciation_account, e.period, -e.depreciation from core.asset_event e join core.asset a using (asset)
        union all
        select a.impairment_account, e.period, -e.impairment
        from core.asset_event e join core.asset a using (asset) where e.impairment <> 0
        union all
        select a.depreciation_account, p.period, -p.amount from core.asset_plan p join core.asset a using (asset)
    ), cards as (
        select account, sum(amount) as amount from held where period <= $period group by account
    ), ledger as (
        select account, sum(debit - credit) as amount from core.account_balance where period <= $period group by account
    )
    select c.account, coalesce(l.amount, 0) as ledger, c.amount as cards
    from cards c left join ledger l on l.account = c.account
    where c.amount <> coalesce(l.amount, 0) order by c.account
"""


@gate("G4")
def untied_assets(session: Session, period: str) -> Offenders:
    """G4: accounts that cards of assets name and that hold something else: account, ledger, cards.

    Checked when the charge of the month is booked. Accounts that no card names are not looked at, so books that keep
    their assets elsewhere pass.
    """
    found = session.frame(_UNTIED, period=period)
    return [{name: str(value) for name, value in row.items()} for row in found.iter_rows(named=True)]
