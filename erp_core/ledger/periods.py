"""Accounting periods: one per month, closed in order, reopened only from the last one."""

from __future__ import annotations

import calendar
import re
from datetime import date

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session

OPENING_PERIOD = "0000-00"
_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
# A year mistyped must not open a thousand months.
MONTHS_AHEAD_MAX = 120


class PeriodClosed(Refusal):
    """The period {period} is closed; {day} lies in it."""


class StockPeriodClosed(Refusal):
    """Stock of the period {period} is closed; {day} lies in it."""


class PeriodUnknown(Refusal):
    """The day {day} lies in no period of these books (they begin with {first})."""


class PeriodOrder(Refusal):
    """{period} cannot be {action}: {problem}."""


class PeriodTooFar(Refusal):
    """{period} lies more than {months} months after the last period {last}."""


class PeriodMalformed(Refusal):
    """{period} is no month; a month is written as 2026-01."""


def period_of(day: date) -> str:
    """The period a day belongs to, as 'YYYY-MM'."""
    return f"{day:%Y-%m}"


def carried_period(period: str) -> str:
    """The pseudo-period that holds the turnover of a year before a mid-year start."""
    return period[:5] + "00"


def require_period(period: object) -> None:
    """Refuse what is no month written as YYYY-MM."""
    if not isinstance(period, str) or not _MONTH.fullmatch(period):
        raise PeriodMalformed(period=period)


def previous_period(period: str) -> str:
    """The month before a period."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


def next_period(period: str) -> str:
    """The month after a period."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def month_row(period: str) -> dict[str, object]:
    """A row of core.period for a month, open."""
    year, month = int(period[:4]), int(period[5:])
    last = calendar.monthrange(year, month)[1]
    return {
        "period": period,
        "first_day": date(year, month, 1),
        "last_day": date(year, month, last),
        "status": "open",
        "stock_status": "open",
        "version": 0,
    }


def open_up_to(session: Session, period: str) -> None:
    """Make sure that every month up to and including this one exists; months come into being open."""
    require_period(period)
    last = session.reference("period")["period"].max()
    if _months(period) - _months(last) > MONTHS_AHEAD_MAX:
        raise PeriodTooFar(period=period, last=last, months=MONTHS_AHEAD_MAX)
    rows = []
    while last < period:
        last = next_period(last)
        rows.append(month_row(last))
    if rows:
        session.insert("period", pl.DataFrame(rows).with_columns(pl.col("version").cast(pl.Int32)))


def _months(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:])


def require_open(session: Session, days: pl.Series, *, stock: bool = False) -> None:
    """Refuse unless every day lies in an open period; a month not yet begun is opened on first use."""
    first_days = {period_of(day): day for day in sorted(days.unique(), reverse=True)}
    known = {row["period"]: row for row in session.reference("period").to_dicts()}
    first = min(known)
    for period, day in first_days.items():
        if period < first:
            raise PeriodUnknown(day=day, first=first)
        if period not in known:
            continue
        if known[period]["status"] != "open":
            raise PeriodClosed(period=period, day=day)
        if stock and known[period]["stock_status"] != "open":
            raise StockPeriodClosed(period=period, day=day)
    if first_days and max(first_days) > max(known):
        open_up_to(session, max(first_days))


def set_status(session: Session, period: str, *, status: str, stock_status: str, raise_version: bool) -> None:
    """Write the state of a period; the order of closing and reopening is the caller's check."""
    session.execute(
        "update core.period set status = $status, stock_status = $stock, version = version + $raised"
        " where period = $period",
        status=status,
        stock=stock_status,
        raised=int(raise_version),
        period=period,
    )


def next_to_close(session: Session) -> str:
    """The earliest period that is still open."""
    return session.reference("period").filter(pl.col("status") == "open")["period"].min()
