"""Charge the month's part of costs that are spread over months."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.ledger.accounts import DIMENSIONS
from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher
from pipelines.closing.words import summary

STEP = "amortisation"
_COSTS = """
    select code, name, account, cost_account, amount, months, part, first_period, ended_period,
           party, department, employee, project, item
    from rpt.amortisation where first_period <= $period order by code
"""


def read_costs(books: Any, period: str) -> pl.DataFrame:
    """Costs that are spread and have begun, as rpt.amortisation."""
    return books.sql(_COSTS, period=period)


def charge(month: Month) -> Outcome:
    """Book each cost's part of the month: cost account against the account where it waits, dimensions kept."""
    rows = []
    for cost in month.given.get("amortisation", pl.DataFrame()).sort("code", maintain_order=True).to_dicts():
        part = part_of(cost, month.period)
        dimensions = {name: cost[name] for name in DIMENSIONS}
        said = f"{summary(STEP, month.language)} {cost['name']}"
        rows.append({"account": cost["cost_account"], "debit": part, "credit": ZERO, "summary": said, **dimensions})
        rows.append({"account": cost["account"], "debit": ZERO, "credit": part, "summary": said, **dimensions})
    if not rows:
        return nothing()
    lines = pl.DataFrame(rows, schema_overrides={"debit": MONEY, "credit": MONEY})
    return voucher(month, STEP, summary(STEP, month.language), lines)


def part_of(cost: dict[str, Any], period: str) -> Decimal:
    """What one month bears of a cost: an equal part to the cent, the last month what is left; nothing outside."""
    last = cost["months"] - 1
    ended = _apart(cost["first_period"], cost["ended_period"]) if cost["ended_period"] else last
    now, final = _apart(cost["first_period"], period), min(last, ended)
    if not 0 <= now <= final:
        return ZERO
    return cost["amount"] - cost["part"] * now if now == final else cost["part"]


def _apart(first: str, second: str) -> int:
    return (int(second[:4]) - int(first[:4])) * 12 + int(second[5:]) - int(first[5:])
