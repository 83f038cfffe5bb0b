"""Open the last closed month again, by red vouchers and never by deleting; and seal a year so that it stays closed."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.finance import close_result
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import moves
from erp_core.ledger import periods, posting
from erp_core.ledger.gates import REOPENED

MONTHS = 12


class NotLastClosed(Refusal):
    """{period} cannot be reopened: the last closed period is {last}."""


class YearSealed(Refusal):
    """The year {year} was sealed by {by} and is not opened again."""


class YearNotClosed(Refusal):
    """The year {year} cannot be sealed: {period} is not closed."""


class YearUnknown(Refusal):
    """{year} is no year of these books."""


@verb("ledger.close.reopen", reason=True)
def reopen(session: Session, *, period: str) -> dict[str, Any]:
    """Open the last closed period again: red vouchers in it annul the close, its stock values are taken back."""
    periods.require_period(period)
    known = session.reference("period")
    last = known.filter(pl.col("status") == "closed")["period"].max()
    if period != last:
        raise NotLastClosed(period=period, last=last or "-")
    _refuse_sealed(session, period[:4])
    version = known.filter(pl.col("period") == period)["version"][0]
    # The version is what a company protects that wants a second person to agree to every reopening.
    periods.set_status(session, period, status="open", stock_status="open", raise_version=True)
    ids = session.rows(
        "select voucher_id from core.close_step where period = $period and version = $version"
        " and voucher_id is not null order by voucher_id",
        period=period,
        version=version,
    )
    last_day = periods.month_row(period)["last_day"]
    if ids:
        posting.reverse(session, [row[0] for row in ids], on=last_day, event_suffix="/red", kind="close")
    values = _take_back_values(session, period, version)
    for tell in REOPENED:
        tell(session, period, version)
    return {"period": period, "version": version + 1, "reversed": len(ids), "stock_values": values}


def _take_back_values(session: Session, period: str, version: int) -> int:
    values = session.frame(
        "select move_id, item, account, period, valued_on, event_key, -amount as amount from core.stock_value"
        " where period = $period and event_key like $event order by value_id",
        period=period,
        event=close_result.event(period, "%", version),
    )
    if not values.is_empty():
        values = values.with_columns(
            pl.col("amount").cast(MONEY), kind=pl.lit("reversal"), event_key=pl.col("event_key") + "/red"
        )
        moves.value(session, values)
    return values.height


@verb("ledger.year.seal", reason=True)
def seal_year(session: Session, *, year: str) -> dict[str, Any]:
    """Seal a year whose months are all closed, after its audit; none of them is ever opened again."""
    year = str(year)
    known = session.reference("period").filter(pl.col("period").str.starts_with(f"{year}-"))
    if len(year) != len("2026") or known.is_empty():
        raise YearUnknown(year=year)
    _refuse_sealed(session, year)
    if known["period"].max() != f"{year}-{MONTHS}":
        raise YearNotClosed(year=year, period=f"{year}-{MONTHS}")
    open_ones = known.filter(pl.col("status") != "closed")
    if not open_ones.is_empty():
        raise YearNotClosed(year=year, period=open_ones["period"].min())
    row = {"year": year, "sealed_by": session.actor.login, "sealed_at": session.now, "act_id": session.act_id}
    session.insert("year_seal", pl.DataFrame([row]))
    return {"year": year, "months": known.height}


def _refuse_sealed(session: Session, year: str) -> None:
    found = session.one("select sealed_by from core.year_seal where year = $year", year=year)
    if found:
        raise YearSealed(year=year, by=found[0])
