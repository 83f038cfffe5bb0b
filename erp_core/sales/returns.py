"""Goods that customers send back: against a delivery, at what they cost when they left."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation import documents as papers
from erp_core.foundation import given, sources
from erp_core.foundation.amounts import with_amounts
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import goods
from erp_core.masters import order_lines
from erp_core.sales import deliveries

LIFECYCLE = papers.Lifecycle("sales_return", papers.POSTED, ())
HEADER = {
    "delivery": pl.String,
    **{name: papers.HEADER[name] for name in ("document_on", "warehouse", "reference", "note")},
}
LINES = {
    "delivery_line": pl.Int32,
    **{name: papers.LINE[name] for name in ("quantity", "warehouse", "bin", "reason")},
}


class ReturnTooMuch(Refusal):
    """Delivery {number} line {line} ({item}): {wanted} come back, only {open} are still out ({count} such lines)."""


@verb("sales.delivery.take_back")
def take_back(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Take delivered goods back into stock at their original issue cost: all of a delivery, or the lines named.

    documents: key, delivery (number), document_on, warehouse (default: where they left), reference, note.
    lines: key, delivery_line, quantity, warehouse, bin, reason. The red invoice is sales.invoice.red.
    """
    heads = given.documents(documents, HEADER, ("delivery", "document_on"))
    asked = given.lines(lines, LINES, ("delivery_line",), heads).rename({"delivery_line": "source_line"})
    order_lines.refuse_unknown_places(session, heads)
    pairs = heads.select("key", source="delivery", place="warehouse")
    found, delivered = sources.load(session, "sales_delivery", pairs, papers.POSTED, "returned")
    sources.refuse_earlier(heads, found)
    taken = _draw(found, delivered, asked)
    heads = sources.inherit(heads.drop("delivery"), found)
    body = goods.placed(with_amounts(taken), heads)
    heads, body = papers.write(session, LIFECYCLE, heads, body)
    moved = _move_back(session, heads, body)
    papers.advance(session, papers.done(body, "returned"))
    _mark_reversed(session, found, delivered, body)
    return deliveries.post_cost(session, "sales_return", heads, moved)


def _draw(found: pl.DataFrame, delivered: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    delivered = delivered.with_columns(open=pl.col("quantity") - pl.col("returned"))
    taken = sources.draw(found, delivered, asked.with_columns(source=pl.lit(None, pl.String)))
    sources.refuse_over(taken, pl.col("open"), ReturnTooMuch)
    return taken


def _move_back(session: Session, heads: pl.DataFrame, body: pl.DataFrame) -> pl.DataFrame:
    lines = goods.of_goods(session, heads, body).join(
        goods.origins(session, body["source_id"]), on=["source_id", "source_line"], how="left", maintain_order="left"
    )
    moved = goods.move(session, "sale_return", lines, sign=1)
    goods.book_values(session, moved, "receipt", "sales_return")
    return moved


def _mark_reversed(session: Session, found: pl.DataFrame, delivered: pl.DataFrame, body: pl.DataFrame) -> None:
    """A delivery of which everything came back is reversed."""
    over = sources.reversed_now(found, sources.used_up(delivered, "returned", body))
    if not over.is_empty():
        papers.set_status(session, over, papers.REVERSED, "take_back")
