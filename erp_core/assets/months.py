"""Months as the books write them, 'YYYY-MM', reckoned with."""

from __future__ import annotations

from datetime import date

from erp_core.ledger import periods


def plus(period: str, months: int) -> str:
    """The month so many months later, or earlier."""
    at = _number(period) + months
    return f"{at // 12:04d}-{at % 12 + 1:02d}"


def between(first: str, last: str) -> int:
    """How many months later one month is than another; negative where it is earlier."""
    return _number(last) - _number(first)


def first_charged(kind: str, started_on: date) -> str:
    """The first month of depreciation: the one after a fixed asset is put to use, of other assets that month itself.

    小企业会计准则 §31 and §41, 企业会计准则第4号应用指南: fixed assets are charged from the month after they come, and
    for the month in which they go; intangible assets from the month in which they come.
    """
    return plus(periods.period_of(started_on), 1 if kind == "fixed" else 0)


def after_change(kind: str, changed_on: date) -> str:
    """The first month that is no longer charged as before when something happens to an asset on a day."""
    return first_charged(kind, changed_on)


def _number(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:]) - 1
