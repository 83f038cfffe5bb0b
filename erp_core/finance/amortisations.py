"""Costs spread over months (待摊费用、长期待摊费用): written down once, charged by the close of every month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.finance.schemes import PERIOD
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, money
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts

ROW = {"code": pl.String, "name": pl.String, "account": pl.String, "cost_account": pl.String, "amount": MONEY}
ROW |= {"months": pl.Int32, "first_period": pl.String, **dict.fromkeys(accounts.DIMENSIONS, pl.String)}
REQUIRED = ("code", "name", "account", "cost_account", "amount", "months", "first_period")


class AmortisationInvalid(Refusal):
    """Row {first}: {field} cannot be {value}; {problem} ({count} such rows)."""


class AmortisationBegun(Refusal):
    """{code} has been charged in {period}, which is closed; end it and write the rest down as another."""


class AmortisationUnknown(Refusal):
    """There is no cost {code} that is spread over months."""


@verb("ledger.amortisation.save")
def save(session: Session, *, costs: given.Given) -> dict[str, Any]:
    """Write down costs that the close spreads over months, or correct those that no closed month has charged.

    costs: code, name, account (where the cost waits), cost_account, amount (CNY, the whole), months, first_period
    (YYYY-MM), dimensions. Every month bears amount / months rounded to the cent, the last one what is left.
    """
    frame = given.rows(costs, ROW, REQUIRED, "costs").with_columns(pl.col(pl.String).fill_null(""))
    _check(session, frame)
    _refuse_begun(session, frame["code"].to_list())
    part = [money(amount / months) for amount, months in frame.select("amount", "months").rows()]
    session.upsert("amortisation", frame.with_columns(part=pl.Series(part, dtype=MONEY)), ("code",))
    return {"saved": frame.height}


@verb("ledger.amortisation.end", reason=True)
def end(session: Session, *, code: str, period: str) -> dict[str, Any]:
    """Charge in one month all that is left of a cost, because what was paid for has come to an end."""
    found = session.reference("amortisation").filter(pl.col("code") == code)
    if found.is_empty():
        raise AmortisationUnknown(code=code)
    first = found["first_period"][0]
    if not PERIOD.fullmatch(str(period)) or period < max(first, _closed_until(session)):
        problem = f"an open month from {first} on"
        raise AmortisationInvalid(first=code, field="period", value=period, problem=problem, count=1)
    session.execute("update core.amortisation set ended_period = $period where code = $code", period=period, code=code)
    return {"code": code, "period": period}


def _check(session: Session, frame: pl.DataFrame) -> None:
    leaves = accounts.marked(session, "leaf")
    wrong = {
        "account": ~pl.col("account").is_in(list(leaves)),
        "cost_account": ~pl.col("cost_account").is_in(list(leaves)),
        "amount": pl.col("amount") <= Decimal(0),
        "months": ~pl.col("months").is_between(1, 1200),
        "first_period": ~pl.col("first_period").str.contains(f"^{PERIOD.pattern}$"),
        "code": pl.col("code").is_duplicated(),
    }
    wrong |= {
        name: (pl.col(name) != "") & ~pl.col(name).is_in(session.reference(name)["code"].implode())
        for name in accounts.DIMENSIONS
    }
    said = {
        "account": "no account without children", "cost_account": "no account without children",
        "amount": "it must be above zero", "months": "1 to 1200", "first_period": "write a month as 2026-01",
        "code": "it stands there twice",
    }  # fmt: skip
    for field, test in wrong.items():
        bad = frame.filter(test)
        if not bad.is_empty():
            facts = {"first": bad["code"][0], "field": field, "value": bad[field][0], "count": bad.height}
            raise AmortisationInvalid(**facts, problem=said.get(field, "not known"))


def _refuse_begun(session: Session, codes: list[str]) -> None:
    known = session.reference("amortisation").filter(pl.col("code").is_in(codes))
    begun = known.filter(pl.col("first_period") <= _closed_until(session))
    if not begun.is_empty():
        raise AmortisationBegun(code=begun["code"][0], period=_closed_until(session))


def _closed_until(session: Session) -> str:
    return session.reference("period").filter(pl.col("status") == "closed")["period"].max() or ""
