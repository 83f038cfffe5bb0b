"""Gates over rates and costs that are spread: what a close could not work out, or only by guessing."""

from __future__ import annotations

from erp_core.foundation.session import Session
from erp_core.ledger.gates import BEFORE, Offenders, gate

_UNRATED = """
    select l.currency, count(*) as lines from core.voucher_line l
    join core.voucher v using (voucher_id) join rpt.monetary_account m on m.account = l.account
    where l.currency not in ('', 'CNY') and v.period <= $period
      and l.currency not in (select currency from core.exchange_rate where strftime(rate_on, '%Y-%m') = $period)
    group by l.currency
    having sum(sign(l.debit - l.credit) * abs(coalesce(l.amount_foreign, 0))) <> 0 order by l.currency
"""
_UNTIED = """
    with due as (
        select account, sum(amount) as amount from core.amortisation
        where first_period <= $period and (ended_period = '' or ended_period > $period) group by account
    ), ledger as (
        select account, sum(debit - credit) as amount from core.account_balance where period <= $period group by account
    )
    select d.account, coalesce(l.amount, 0) as ledger, d.amount as written_down, 'more_written_than_booked' as note
    from due d left join ledger l using (account) where coalesce(l.amount, 0) < 0 order by d.account
"""


@gate("G6", BEFORE)
def exchange_rates(session: Session, period: str) -> Offenders:
    """G6: currencies in which money is held or owed and that have no rate in the month: currency, lines."""
    return _dicts(session, _UNRATED, period)


@gate("G4")
def spread_costs(session: Session, period: str) -> Offenders:
    """G4: accounts that spread costs have drawn below nothing: account, ledger, written_down (a note)."""
    return _dicts(session, _UNTIED, period)


def _dicts(session: Session, query: str, period: str) -> Offenders:
    frame = session.frame(query, period=period)
    return [{name: str(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]
