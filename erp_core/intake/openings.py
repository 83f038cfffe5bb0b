"""Openings: balances with the open items behind them, and stock, each accepted only as a whole."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import first_and_count
from erp_core.foundation.session import Session
from erp_core.inventory import openings as stock
from erp_core.ledger import openings

BALANCE_COLUMNS = (
    "account", "debit", "credit", "ytd_debit", "ytd_credit", "party", "department", "employee", "project", "item",
    "reference", "item_on", "due_on",
)  # fmt: skip
STOCK_NEEDS = ("item", "warehouse", "quantity", "amount")


def enter_balances(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, object]:
    """Load the opening balances; control accounts come as one row per open item."""
    del run
    given = rows.select([name for name in BALANCE_COLUMNS if name in rows.columns])
    return openings.load(session, balances=given)


def enter_stock(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, object]:
    """Load the opening stock by item, warehouse and bin with its value; batches of one place count together.

    The batches are kept beside it, each with its days, quantity and value, so that none is lost.
    """
    del run
    rows = rows.with_columns(_text(rows, "bin"), _text(rows, "batch"))
    places = ["item", "warehouse", "bin"]
    days = [_day(rows, name) for name in ("produced_on", "expires_on")]
    twice = rows.filter(pl.struct(*places, "batch", *days).is_duplicated())
    if twice.height:
        raise stock.OpeningPlaceTwice(warehouse=twice["warehouse"][0], **first_and_count(twice["item"].to_list()))
    together = rows.group_by(places, maintain_order=True).agg(pl.col("quantity").sum(), pl.col("amount").sum())
    done = stock.load(session, stock=together)
    batches = rows.filter(pl.col("batch") != "")
    session.insert(
        "opening_batch",
        batches.select(*places, "batch", *days, "quantity", "amount", act_id=pl.lit(session.act_id, pl.Int64)),
    )
    return done | {"batches": batches.height}


def _text(rows: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name).fill_null("") if name in rows.columns else pl.lit("")).alias(name)


def _day(rows: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name) if name in rows.columns else pl.lit(None)).cast(pl.Date).alias(name)
