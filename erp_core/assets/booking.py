"""The vouchers of assets: one per event, its source the card, its summary from the words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.ledger import accounts, cash_flow, papers, posting

_LINE = {
    **dict.fromkeys(("key", "account", "party", "department", "project", "reference", "cash_flow"), pl.String),
    "debit": MONEY,
    "credit": MONEY,
    "due_on": pl.Date,
}


def line(key: str, account: str, *, debit: Decimal | int = 0, credit: Decimal | int = 0, **more: Any) -> dict[str, Any]:
    """One line of the voucher with this key; a line of nothing is left out when posted."""
    return {"key": key, "account": account, "debit": Decimal(debit), "credit": Decimal(credit), **more}


def head(key: str, asset: str, name: str, on: date, event: str) -> dict[str, Any]:
    """The head of a voucher; event names the words of its summary."""
    return {"key": key, "number": asset, "name": name, "voucher_on": on, "event": event}


def post(session: Session, heads: list[dict[str, Any]], lines: list[dict[str, Any]]) -> dict[str, str]:
    """Post the vouchers that have lines; returns key -> voucher, such as 记-12.

    A negative amount goes to the other side: vouchers of assets are never red. Dimensions that no account takes
    are left out.
    """
    body = pl.DataFrame(lines, schema=_LINE, orient="row") if lines else pl.DataFrame(schema=_LINE)
    net = pl.col("debit") - pl.col("credit")
    body = body.with_columns(debit=net.clip(lower_bound=0).cast(MONEY), credit=(-net).clip(lower_bound=0).cast(MONEY))
    body = fitting(session, body.filter(pl.col("debit") != pl.col("credit")))
    used = set(body["key"])
    kept = [one for one in heads if one["key"] in used]
    if not kept:
        return {}
    frame = pl.DataFrame(kept)
    said = pl.coalesce(
        pl.when(pl.col("event") == event).then(
            papers.summary(session, f"asset.{event}", number=pl.col("number"), name=pl.col("name"))
        )
        for event in frame["event"].unique()
    )
    vouchers = frame.select(
        "key", "voucher_on", summary=said, source_kind=pl.lit("asset"), source_number="number", event_key="key"
    )
    posted = posting.post(session, vouchers, body)
    return {key: f"{word}-{number}" for key, word, number in posted.select("key", "word", "number").rows()}


def fitting(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines without the departments, projects and parties that their accounts do not take."""
    chart = accounts.chart(session)
    for name in ("party", "department", "project"):
        without = chart.filter(pl.col(f"{name}_rule") == "none")["code"]
        takes = ~pl.col("account").is_in(without.implode())
        lines = lines.with_columns(pl.when(takes).then(name).otherwise(pl.lit("")).alias(name))
    return lines


def cash_line(session: Session, account: str, counterpart: str) -> str:
    """The cash-flow line of money that disposal brings or costs: both sides net in one line; empty if it is no cash."""
    if account not in accounts.marked(session, "cash"):
        return ""
    rules = cash_flow.lines_by_account(session)
    found = rules.filter((pl.col("account") == counterpart) & (pl.col("direction") == "in"))
    return found["found"][0] if found.height else ""
