"""Surplus and loss of stock: moves, values and the voucher, by way of 待处理财产损溢 to gains and losses."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.session import Session
from erp_core.inventory import moves
from erp_core.inventory.goods import with_item
from erp_core.ledger import papers


def post(session: Session, kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Move, value and book surpluses and losses, one voucher per document.

    kind: of the documents. rows: number, document_id, line, document_on, item, warehouse, bin, quantity (positive is
    a surplus), amount (value of a surplus, null: at the unit cost of the stock). Items valued by month average are
    booked by the close unless their amount is given. Returns number, item, quantity, amount (null: by the close).
    """
    moved = moves.move(
        session,
        rows.select(
            "item", "warehouse", "bin", "quantity", "document_id",
            kind=pl.when(pl.col("quantity") > 0).then(pl.lit("gain")).otherwise(pl.lit("loss")),
            moved_on="document_on", amount=pl.when(pl.col("quantity") > 0).then("amount"), document_line="line",
            reference="number",
        ),
    )  # fmt: skip
    way = pl.when(pl.col("quantity") > 0).then(pl.lit("receipt")).otherwise(pl.lit("issue"))
    # A transfer may arrive in parts, each with a voucher of its own.
    event = pl.format(kind + "/{}/{}", "number", pl.col("move_id").min().over("number"))
    done = rows.drop("amount").with_columns(moved["move_id"], moved["amount"]).with_columns(event_key=event)
    valued = done.filter(pl.col("amount").is_not_null())
    if not valued.is_empty():
        moves.value(
            session,
            valued.select(
                "move_id", "item", "amount", period=pl.col("document_on").dt.strftime("%Y-%m"), valued_on="document_on",
                kind=way, event_key="event_key",
            ),
        )  # fmt: skip
        _book(session, kind, valued.filter(pl.col("amount") != 0))
    return done.select("number", "item", "quantity", "amount")


def _book(session: Session, kind: str, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    rows = with_item(session, rows).with_columns(
        gain=pl.col("amount").clip(lower_bound=0), loss=(-pl.col("amount")).clip(lower_bound=0)
    )
    # Pending is passed through and not kept: posting the sheet is the decision that it waits for.
    heads = rows.unique("number", maintain_order=True).select("number", "document_on", "event_key")
    papers.book(session, kind, heads, line=rows)
