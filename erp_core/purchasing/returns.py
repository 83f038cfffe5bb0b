"""Goods sent back to suppliers: against a receipt, at what they cost when they came."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation import documents as papers
from erp_core.foundation import given, sources
from erp_core.foundation.amounts import with_amounts
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import goods
from erp_core.ledger import papers as vouchers
from erp_core.masters import order_lines
from erp_core.purchasing import bills, events

LIFECYCLE = papers.Lifecycle("purchase_return", papers.POSTED, ())
HEADER = {
    "receipt": pl.String,
    **{name: papers.HEADER[name] for name in ("document_on", "warehouse", "reference", "note")},
}
LINES = {
    "receipt_line": pl.Int32,
    **{name: papers.LINE[name] for name in ("quantity", "warehouse", "bin", "reason")},
}


class SendBackTooMuch(Refusal):
    """Receipt {number} line {line} ({item}): {wanted} go back, but only {open} of it are left ({count} such lines)."""


@verb("purchasing.receipt.send_back")
def send_back(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Send received goods back at their original cost: all of a receipt, or the lines named.

    documents: key, receipt (number), document_on, warehouse, reference, note. lines: key, receipt_line, quantity,
    warehouse, bin, reason. What was billed already waits in the estimate for the red bill (purchasing.bill.red).
    """
    heads = given.documents(documents, HEADER, ("receipt", "document_on"))
    asked = given.lines(lines, LINES, ("receipt_line",), heads).rename({"receipt_line": "source_line"})
    order_lines.refuse_unknown_places(session, heads)
    pairs = heads.select("key", source="receipt", place="warehouse")
    found, received = sources.load(session, "purchase_receipt", pairs, papers.POSTED, "returned")
    sources.refuse_earlier(heads, found)
    received = received.with_columns(open=pl.col("quantity") - pl.col("returned"))
    taken = sources.draw(found, received, asked.with_columns(source=pl.lit(None, pl.String)))
    sources.refuse_over(taken, pl.col("open"), SendBackTooMuch)
    heads = sources.inherit(heads.drop("receipt"), found)
    heads, body = papers.write(session, LIFECYCLE, heads, goods.placed(with_amounts(taken), heads))
    body = _with_value(session, bills.with_cost(session, goods.of_goods(session, heads, body)))
    papers.advance(session, papers.done(body, "returned"), papers.done(body, "unbilled", sign=-1, amount="worth"))
    over = sources.reversed_now(found, sources.used_up(received, "returned", body))
    if not over.is_empty():
        papers.set_status(session, over, papers.REVERSED, "send_back")
    return _post(session, heads, body)


def _with_value(session: Session, body: pl.DataFrame) -> pl.DataFrame:
    """Move the goods out and add what they are worth; a service is worth what was agreed for it."""
    lines = body.join(
        goods.origins(session, body["source_id"]), on=["source_id", "source_line"], how="left", maintain_order="left"
    )
    moved = goods.move(session, "purchase_return", lines, sign=-1)
    goods.book_values(session, moved, "issue", "purchase_return")
    out = moved.select("document_id", "line", moved_out=-pl.col("amount"))
    joined = body.join(out, on=["document_id", "line"], how="left", maintain_order="left")
    return joined.with_columns(worth=pl.coalesce("moved_out", "cost").cast(MONEY))


def _post(session: Session, heads: pl.DataFrame, body: pl.DataFrame) -> dict[str, Any]:
    """The receipt's voucher in red: stock and estimate, negative on their own sides."""
    named = order_lines.with_party_name(session, heads)
    lines = body.with_columns(goods.stock_or_cost(), reference="number").join(
        heads.select("document_id", "party"), on="document_id", how="left", maintain_order="left"
    )
    posted = vouchers.book(session, events.RETURN.name, named, line=lines)
    return papers.result(heads) | {"vouchers": dict(posted.select("number", "voucher").rows())}
