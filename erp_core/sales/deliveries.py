"""Deliveries: goods leave against an approved order, whole or in part; stock, cost and voucher in one act."""

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
from erp_core.ledger import papers as vouchers
from erp_core.masters import order_lines

LIFECYCLE = papers.Lifecycle("sales_delivery", papers.POSTED, (("take_back", papers.POSTED, papers.REVERSED),))
HEADER = {
    "order": pl.String,
    **{name: papers.HEADER[name] for name in ("document_on", "warehouse", "reference", "note")},
}
LINES = {
    "order_line": pl.Int32,
    **{name: papers.LINE[name] for name in ("quantity", "warehouse", "bin", "reason")},
}


class OverDelivery(Refusal):
    """Order {number} line {line} ({item}): {wanted} wanted, {open} open, {limit} allowed ({count} such lines)."""


@verb("sales.delivery.ship")
def ship(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Ship approved orders: all that is open, or the lines and quantities named; never more than the tolerance.

    documents: key, order (number), document_on, warehouse, reference (waybill), note (carrier).
    lines: key, order_line, quantity, warehouse, bin, reason. Returns numbers and the vouchers of the cost, if any.
    """
    heads = given.documents(documents, HEADER, ("order", "document_on"))
    asked = given.lines(lines, LINES, ("order_line",), heads).rename({"order_line": "source_line"})
    order_lines.refuse_unknown_places(session, heads)
    taken, found = _draw(session, heads, asked)
    heads = sources.inherit(heads.drop("order"), found)
    body = goods.placed(with_amounts(taken), heads)
    heads, body = papers.write(session, LIFECYCLE, heads, body)
    body = goods.of_goods(session, heads, body)
    goods.refuse_homeless(body)
    moved = goods.move(session, "sale", body, sign=-1)
    goods.book_values(session, moved, "issue", "sales_delivery")
    papers.advance(session, papers.done(body, "delivered"))
    return post_cost(session, "sales_delivery", heads, moved)


def post_cost(session: Session, kind: str, heads: pl.DataFrame, moved: pl.DataFrame) -> dict[str, Any]:
    """Post the cost of goods that left or came back, and say what was written."""
    named = order_lines.with_party_name(session, heads)
    posted = vouchers.book(session, kind, named, line=goods.costed(moved))
    return papers.result(heads) | {"vouchers": dict(posted.select("number", "voucher").rows())}


def _draw(session: Session, heads: pl.DataFrame, asked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    pairs = heads.select("key", source="order", place="warehouse")
    found, lines = sources.load(session, "sales_order", pairs, "approved", "delivered")
    lines = lines.with_columns(open=pl.col("quantity") - pl.col("delivered"))
    taken = sources.draw(found, lines, asked.with_columns(source=pl.lit(None, pl.String)))
    percent = session.parameter("sales.over_delivery_percent")
    allowed = order_lines.percent_above(pl.col("source_quantity"), percent) - pl.col("source_quantity") + pl.col("open")
    sources.refuse_over(taken, allowed, OverDelivery)
    return taken, found
