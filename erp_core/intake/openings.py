"""Openings: balances with the open items behind them, and stock, each accepted only as a whole."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import first_and_count
from erp_core.foundation.session import Session
from erp_core.intake.lineage import LINKS, Entered
from erp_core.inventory import openings as stock
from erp_core.ledger import openings

BALANCE_COLUMNS = (
    "account", "debit", "credit", "ytd_debit", "ytd_credit", "party", "department", "employee", "project", "item",
    "reference", "item_on", "due_on",
)  # fmt: skip
STOCK_NEEDS = ("item", "warehouse", "quantity", "amount")


def enter_balances(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> Entered:
    """Load the opening balances; control accounts come as one row per open item."""
    del run
    given = rows.select("row", *[name for name in BALANCE_COLUMNS if name in rows.columns])
    result, links = openings.enter(session, given)
    return Entered(
        result,
        links.select("row", "line", "fields", kind=pl.lit("voucher_line"), target_id="voucher_id").select(*LINKS),
    )


def enter_stock(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> Entered:
    """Load the opening stock by item, warehouse and bin with its value; batches of one place count together.

    former: the code a row had before its item was merged into another, by which it may stand beside that one.
    The batches are kept beside it, each with its days, quantity and value, so that none is lost.
    """
    del run
    rows = rows.with_columns(_text(rows, "bin"), _text(rows, "batch"))
    places = ["item", "warehouse", "bin"]
    days = [_day(rows, name) for name in ("produced_on", "expires_on")]
    twice = rows.filter(pl.struct(*places, "batch", *days, _text(rows, "former")).is_duplicated())
    if twice.height:
        raise stock.OpeningPlaceTwice(warehouse=twice["warehouse"][0], **first_and_count(twice["item"].to_list()))
    together = rows.group_by(places, maintain_order=True).agg(pl.col("quantity").sum(), pl.col("amount").sum())
    done = stock.load(session, stock=together)
    batches = rows.filter(pl.col("batch") != "")
    session.insert(
        "opening_batch",
        batches.select(*places, "batch", *days, "quantity", "amount", act_id=pl.lit(session.act_id, pl.Int64)),
    )
    return Entered(done | {"batches": batches.height}, _moves(session, rows))


def _moves(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Which move each row is part of: one place is one move."""
    moved = session.frame(
        "select move_id, item, warehouse, bin from core.stock_move where act_id = $act and kind = 'opening'",
        act=session.act_id,
    )
    return rows.join(moved, on=["item", "warehouse", "bin"], maintain_order="left").select(
        "row", kind=pl.lit("stock_move"), target_id="move_id", line=pl.lit(0), fields=pl.lit("quantity amount")
    )


def _text(rows: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name).fill_null("") if name in rows.columns else pl.lit("")).alias(name)


def _day(rows: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name) if name in rows.columns else pl.lit(None)).cast(pl.Date).alias(name)
