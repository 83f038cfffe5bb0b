"""The close of a month's stock, before the ledger's own: from then on no move reaches that month any more."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import periods

_UNTIED = """
    with stock as (
        select account, sum(amount) as amount from core.stock_value where period <= $period group by account
    ), ledger as (
        select account, sum(debit - credit) as amount from core.account_balance
        where period <= $period and account in (select account from stock) group by account
    )
    select account, coalesce(ledger.amount, 0) as ledger, coalesce(stock.amount, 0) as stock
    from stock left join ledger using (account)
    where coalesce(ledger.amount, 0) <> coalesce(stock.amount, 0) order by account
"""
_UNVALUED = """
    select m.move_id, m.item, m.moved_on from core.stock_move m join core.item i on i.code = m.item
    anti join core.stock_value v using (move_id)
    where m.period = $period and m.kind not in ('transfer_out', 'transfer_in') and i.cost_method <> 'month_average'
    order by m.move_id
"""
_NEGATIVE = """
    select item, warehouse, bin, moved_on, balance from (
        select item, warehouse, bin, moved_on, period, move_id,
               sum(quantity) over (partition by item, warehouse, bin order by moved_on, move_id) as balance
        from core.stock_move where period <= $period
    ) where balance < 0 order by moved_on, move_id
"""
_UNLIKE = """
    select item, warehouse, bin, sum(quantity) as moved, max(held) as held from (
        select item, warehouse, bin, quantity, 0 as held from core.stock_move
        union all select item, warehouse, bin, 0, quantity from core.stock_now
    ) group by all having sum(quantity) <> sum(held) order by item, warehouse, bin
"""
_EMPTY_WITH_VALUE = """
    with moved as (select item, sum(quantity) as quantity from core.stock_move where period <= $period group by item),
    valued as (select item, sum(amount) as amount from core.stock_value where period <= $period group by item)
    select item, quantity, amount from moved join valued using (item) join core.item i on i.code = item
    where quantity = 0 and amount <> 0 and i.cost_method <> 'month_average' order by item
"""
# Each check: what it is called, its query, and how its first offender reads.
_CHECKS = (
    ("stock_value", _UNTIED, "{account}: {ledger} / {stock}"),
    ("move_value", _UNVALUED, "{item} {moved_on} #{move_id}"),
    ("negative", _NEGATIVE, "{item} {warehouse} {moved_on}: {balance}"),
    ("on_hand", _UNLIKE, "{item} {warehouse}: {moved} / {held}"),
    ("empty_value", _EMPTY_WITH_VALUE, "{item}: {amount}"),
)


class StockCloseRefused(Refusal):
    """Stock of {period} cannot be closed: check {check} fails, first at {first} ({count} such cases)."""


class StockCloseOrder(Refusal):
    """Stock of {period} cannot be {action}; {other} comes first."""


class StockAlreadyClosed(Refusal):
    """Stock of {period} is {status} already."""


@verb("inventory.period.close")
def close(session: Session, *, period: str) -> dict[str, Any]:
    """Close a month's stock after checking quantity, value and ledger against each other; returns what is under way.

    Months close in order. The month average is costed by the ledger's close, which comes after this.
    """
    periods.open_up_to(session, period)
    row = _row(session, period)
    if row["stock_status"] == "closed":
        raise StockAlreadyClosed(period=period, status="closed")
    known = session.reference("period")
    earlier = known.filter((pl.col("period") < period) & (pl.col("stock_status") == "open"))
    if not earlier.is_empty():
        raise StockCloseOrder(period=period, action="closed", other=earlier["period"].min())
    for check, query, reading in _CHECKS:
        wrong = session.frame(query, **({"period": period} if "$period" in query else {}))
        if not wrong.is_empty():
            first = reading.format(**wrong.row(0, named=True))
            raise StockCloseRefused(period=period, check=check, first=first, count=wrong.height)
    periods.set_status(session, period, status=row["status"], stock_status="closed", raise_version=False)
    return {"period": period, "under_way": _under_way(session)}


@verb("inventory.period.reopen", reason=True)
def reopen(session: Session, *, period: str) -> dict[str, Any]:
    """Open the last closed month's stock again while its ledger is still open."""
    row = _row(session, period)
    if row["stock_status"] == "open":
        raise StockAlreadyClosed(period=period, status="open")
    later = session.reference("period").filter((pl.col("period") > period) & (pl.col("stock_status") == "closed"))
    if not later.is_empty():
        raise StockCloseOrder(period=period, action="reopened", other=later["period"].max())
    if row["status"] == "closed":
        raise StockCloseOrder(period=period, action="reopened", other="ledger.close.reopen")
    periods.set_status(session, period, status=row["status"], stock_status="open", raise_version=False)
    return {"period": period}


def _row(session: Session, period: str) -> dict[str, Any]:
    found = session.reference("period").filter(pl.col("period") == period)
    if found.is_empty():
        raise periods.PeriodUnknown(day=period, first=session.reference("period")["period"].min())
    return found.row(0, named=True)


def _under_way(session: Session) -> list[dict[str, str]]:
    rows = session.rows(
        "select n.item, n.warehouse, n.quantity from core.stock_now n join core.warehouse w on w.code = n.warehouse"
        " where w.kind = 'transit' and n.quantity <> 0 order by n.item, n.warehouse"
    )
    return [{"item": item, "warehouse": warehouse, "quantity": str(quantity)} for item, warehouse, quantity in rows]
