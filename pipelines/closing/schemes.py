"""Book the recurring schemes of the company: accruals and transfers whose amounts are expressions over the month."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from erp_core.finance.close_result import LINES, VALUES, VOUCHERS, shaped
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, money
from erp_core.ledger import expressions
from erp_core.ledger.accounts import DIMENSIONS
from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher

_TEXTS = dict.fromkeys(DIMENSIONS, pl.String)
STEP, REST = "accruals", "rest"
_SCHEMES = """
    select scheme, name, summary, position, months from rpt.close_scheme
    where active and $period between from_period and to_period
"""
_LINES = """
    select l.scheme, l.line, l.side, l.account, l.source, l.amount, l.party, l.department, l.employee, l.project, l.item
    from rpt.close_scheme_line l join rpt.close_scheme s on s.scheme = l.scheme where s.active
"""


class SchemeUnbalanced(Refusal):
    """Scheme {scheme} books debits of {debit} and credits of {credit} in {period}."""


class SchemeParameter(Refusal):
    """Scheme {scheme} asks for the parameter {parameter}, which holds no number in {period}."""


def read_schemes(books: Any, period: str) -> dict[str, pl.DataFrame]:
    """schemes: those in force in the month; scheme_lines: their lines."""
    return {"schemes": books.sql(_SCHEMES, period=period), "scheme_lines": books.sql(_LINES)}


def sources(given: dict[str, pl.DataFrame]) -> list[str]:
    """The accounts whose balances are moved with their dimensions, so that the month has to know them."""
    return sorted(set(given["scheme_lines"]["source"].to_list()) - {""})


def book(month: Month) -> Outcome:
    """Work out the schemes by position, each on the month as the one before left it; a voucher for each."""
    schemes = month.given.get("schemes")
    if schemes is None or schemes.is_empty():
        return nothing()
    outcomes = []
    for scheme in schemes.sort("position", "scheme").to_dicts():
        if _is_due(scheme["months"], month.period):
            outcome = _booked(month, scheme)
            month = month.after(outcome)
            outcomes.append(outcome)
    if not outcomes:
        return nothing()
    return Outcome(
        pl.concat([shaped(None, VOUCHERS), *(one.vouchers for one in outcomes)]),
        pl.concat([shaped(None, LINES), *(one.lines for one in outcomes)]),
        shaped(None, VALUES),
    )


def _is_due(months: str, period: str) -> bool:
    return not months or int(period[5:]) in {int(part) for part in months.split(",")}


def _booked(month: Month, scheme: dict[str, Any]) -> Outcome:
    lines = month.given["scheme_lines"].filter(pl.col("scheme") == scheme["scheme"]).sort("line")
    rows = [row for line in lines.to_dicts() for row in _rows(month, scheme["scheme"], line)]
    short = sum((row["debit"] - row["credit"] for row in rows), ZERO)
    rest = lines.filter(pl.col("amount") == REST).to_dicts()
    if rest:
        rows.append(_row(rest[0], rest[0]["account"], -short if rest[0]["side"] == "debit" else short, rest[0]))
    elif short:
        debit, credit = (sum((row[side] for row in rows), ZERO) for side in ("debit", "credit"))
        raise SchemeUnbalanced(scheme=scheme["scheme"], debit=debit, credit=credit, period=month.period)
    frame = pl.DataFrame(rows, schema={"account": pl.String, "debit": MONEY, "credit": MONEY} | _TEXTS)
    return voucher(month, f"{STEP}/{scheme['scheme']}", scheme["summary"], frame)


def _rows(month: Month, scheme: str, line: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines a line of a scheme stands for: one, or one per balance below its source."""
    if line["amount"] == REST:
        return []
    factor = expressions.evaluate(line["amount"], lambda figure, of: _look(month, scheme, figure, of))
    if not line["source"]:
        return [_row(line, line["account"], money(factor), line)]
    rows = []
    for found in month.balances_below(line["source"]).to_dicts():
        # A balance is moved away on the side against its own: what stands in debit is credited.
        amount = money(found["amount"] * factor)
        kept = {name: line[name] or found[name] for name in DIMENSIONS}
        rows.append(_row(line, line["account"] or found["account"], amount, kept))
    return rows


def _row(line: dict[str, Any], account: str, amount: Decimal, dimensions: dict[str, Any]) -> dict[str, Any]:
    sides = {"debit": ZERO, "credit": ZERO} | {line["side"]: amount}
    return {"account": account, **sides, **{name: dimensions[name] for name in DIMENSIONS}}


def _look(month: Month, scheme: str, figure: str, of: str) -> Decimal:
    if figure != "parameter":
        return month.figure(figure, of)
    try:
        return Decimal(month.parameters[of])
    except (KeyError, InvalidOperation) as problem:
        raise SchemeParameter(scheme=scheme, parameter=of, period=month.period) from problem
