"""Schemes of the close as data: recurring accruals and transfers (预提、自定义转账), amounts worked out."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, expressions

REST = "rest"
SIDES = ("debit", "credit")
LINE = {"line": pl.Int32, "side": pl.String, "account": pl.String, "source": pl.String, "amount": pl.String}
LINE |= dict.fromkeys(accounts.DIMENSIONS, pl.String)
PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class SchemeInvalid(Refusal):
    """Scheme {scheme}, line {line}: {field} cannot be {value}; {problem}."""


class SchemeUnknown(Refusal):
    """There is no scheme {scheme}."""


@verb("ledger.scheme.save")
def save(
    session: Session,
    *,
    scheme: str,
    name: str,
    lines: given.Given,
    summary: str = "",
    position: int = 100,
    months: str = "",
    from_period: str = "0000-00",
    to_period: str = "9999-99",
    active: bool = True,
) -> dict[str, Any]:
    """Add or change a scheme that the close books every month, or in the months given as '3,6,9,12'.

    lines: side (debit, credit), amount (an expression such as balance(1122) * 0.005, or rest for what balances the
    scheme), account, dimensions; with source the line stands for each balance below that account with its dimensions,
    times amount, on the account given or else on its own. Schemes run by position; each sees what earlier ones booked.
    """
    _check_head(scheme, name, position, months, from_period, to_period)
    frame = given.rows(lines, LINE, ("side", "amount"), "lines")
    frame = frame.with_columns(pl.col(pl.String).fill_null(""), line=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    _check_lines(session, scheme, frame)
    row = {
        "scheme": scheme, "name": name, "summary": summary.strip() or name, "position": position, "months": months,
        "from_period": from_period, "to_period": to_period, "active": active,
    }  # fmt: skip
    session.upsert("close_scheme", pl.DataFrame([row]).with_columns(pl.col("position").cast(pl.Int32)), ("scheme",))
    session.execute("delete from core.close_scheme_line where scheme = $scheme", scheme=scheme)
    session.insert("close_scheme_line", frame.select(pl.lit(scheme).alias("scheme"), *LINE))
    return {"scheme": scheme, "lines": frame.height}


@verb("ledger.scheme.set_active")
def set_active(session: Session, *, scheme: str, active: bool) -> dict[str, Any]:
    """Take a scheme out of the close from now on, or back into it."""
    if session.reference("close_scheme").filter(pl.col("scheme") == scheme).is_empty():
        raise SchemeUnknown(scheme=scheme)
    session.execute(
        "update core.close_scheme set active = $active where scheme = $scheme", active=active, scheme=scheme
    )
    return {"scheme": scheme, "active": active}


def _check_head(scheme: str, name: str, position: Any, months: Any, first: Any, last: Any) -> None:
    """Refuse a head that could not be read at the next close."""
    numbers = [part.strip() for part in str(months).split(",")] if months else []
    wrong_period = "write a month as 2026-01"
    for field, value, good, problem in (
        ("scheme", scheme, bool(str(scheme).strip()), "it needs a code"),
        ("name", name, bool(str(name).strip()), "it needs a name"),
        ("position", position, isinstance(position, int) and 0 <= position < 10**6, "0, 1, 2, …"),
        ("months", months, all(part.isdecimal() and 1 <= int(part) <= 12 for part in numbers), "3,6,9,12"),
        ("from_period", first, first == "0000-00" or bool(PERIOD.fullmatch(str(first))), wrong_period),
        ("to_period", last, last == "9999-99" or bool(PERIOD.fullmatch(str(last))), wrong_period),
    ):
        if not good:
            raise SchemeInvalid(scheme=scheme, line=0, field=field, value=value, problem=problem)


def _check_lines(session: Session, scheme: str, lines: pl.DataFrame) -> None:
    chart = {row["code"]: row for row in accounts.chart(session).to_dicts()}
    rests = lines.filter(pl.col("amount") == REST).height
    if lines.height < 2 or rests > 1:
        raise SchemeInvalid(scheme=scheme, line=0, field="lines", value=lines.height, problem="at least two, one rest")
    for row in lines.to_dicts():
        where = {"scheme": scheme, "line": row["line"]}
        if row["side"] not in SIDES:
            raise SchemeInvalid(**where, field="side", value=row["side"], problem=" | ".join(SIDES))
        if row["source"] and row["source"] not in chart:
            raise SchemeInvalid(**where, field="source", value=row["source"], problem="no such account")
        if not row["account"] and (not row["source"] or row["amount"] == REST):
            raise SchemeInvalid(**where, field="account", value="''", problem="a line needs an account or a source")
        if row["account"] and not chart.get(row["account"], {}).get("leaf"):
            raise SchemeInvalid(**where, field="account", value=row["account"], problem="no account without children")
        _check_amount(chart, where, row["amount"])
        for name in accounts.DIMENSIONS:
            if row[name] and row[name] not in session.reference(name)["code"]:
                raise SchemeInvalid(**where, field=name, value=row[name], problem="not known")


def _check_amount(chart: dict[str, Any], where: dict[str, Any], amount: str) -> None:
    if amount == REST:
        return
    for figure, account in expressions.asked(amount):
        if figure != "parameter" and account not in chart:
            raise SchemeInvalid(**where, field="amount", value=account, problem="no such account")
