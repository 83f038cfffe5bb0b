"""Receipts: what came against an approved order, what of it was accepted; stock, value and estimate in one act."""

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
from erp_core.purchasing import bills, events

LIFECYCLE = papers.Lifecycle("purchase_receipt", papers.POSTED, (("send_back", papers.POSTED, papers.REVERSED),))
HEADER = {
    "order": pl.String,
    **{name: papers.HEADER[name] for name in ("document_on", "warehouse", "reference", "note")},
    "bill_reference": pl.String,
    "bill_due_on": pl.Date,
}
LINES = {
    "order_line": pl.Int32,
    **{name: papers.LINE[name] for name in ("quantity", "rejected", "warehouse", "bin", "reason")},
}
SHOWN = 20


class OverReceipt(Refusal):
    """Order {number} line {line} ({item}): {wanted} accepted, {open} open, {limit} allowed ({count} such lines)."""


class RejectedMore(Refusal):
    """Order {number} line {first} ({item}): {rejected} rejected of {received} received ({count} such lines)."""


class RejectedWithoutReason(Refusal):
    """Order {number} line {first} ({item}): {rejected} rejected without a reason ({count} such lines)."""


@verb("purchasing.receipt.receive")
def receive(
    session: Session,
    *,
    documents: given.Given,
    lines: given.Given | None = None,
    bill: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Receive goods of approved orders: all that is open, or the lines named, at order price.

    documents: key, order (number), document_on, warehouse, reference (delivery note), note, and bill_reference with
    bill_due_on where the supplier's bill came along. lines: key, order_line, quantity (received), rejected, reason,
    warehouse, bin; quantity less rejected goes into stock. bill: reference, due_on, for a single document.
    Without a bill the value stands as an estimate (220202) until it comes.
    """
    heads = given.documents(documents, HEADER, ("order", "document_on"))
    if bill:
        heads = heads.with_columns(
            bill_reference=pl.lit(str(bill["reference"])), bill_due_on=pl.lit(bill.get("due_on"), pl.Date)
        )
    asked = given.lines(lines, LINES, ("order_line",), heads).rename({"order_line": "source_line"})
    order_lines.refuse_unknown_places(session, heads)
    taken, found = _draw(session, heads, asked)
    heads = sources.inherit(heads.drop("order"), found)
    body = goods.placed(with_amounts(taken), heads)
    heads, body = papers.write(session, LIFECYCLE, heads, body)
    body = bills.with_cost(session, goods.of_goods(session, heads, body))
    goods.refuse_homeless(body)
    billed = bills.with_receipts(session, heads, body)
    moved = goods.move(session, "purchase", body.with_columns(amount="cost"), sign=1)
    _book_values(session, moved, billed)
    _progress(session, body, billed)
    posted = _post(session, heads, body, billed)
    result = papers.result(heads) | {"vouchers": dict(posted.select("number", "voucher").rows())}
    return result | {"bills": dict(billed.select("key", "number").rows()), "differences": _differences(taken)}


def _draw(session: Session, heads: pl.DataFrame, asked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    pairs = heads.select("key", source="order", place="warehouse")
    found, lines = sources.load(session, "purchase_order", pairs, "approved", "received")
    lines = lines.with_columns(open=pl.col("quantity") - pl.col("received"))
    taken = sources.draw(found, lines, asked.with_columns(source=pl.lit(None, pl.String)))
    taken = taken.with_columns(came=pl.col("quantity"), quantity=pl.col("quantity") - pl.col("rejected"))
    _refuse_rejected(taken.filter(pl.col("quantity") < 0), RejectedMore)
    _refuse_rejected(taken.filter((pl.col("rejected") > 0) & (pl.col("reason") == "")), RejectedWithoutReason)
    percent = session.parameter("purchasing.over_receipt_percent")
    allowed = order_lines.percent_above(pl.col("source_quantity"), percent) - pl.col("source_quantity") + pl.col("open")
    sources.refuse_over(taken, allowed, OverReceipt)
    return taken, found


def _refuse_rejected(wrong: pl.DataFrame, refusal: type[Refusal]) -> None:
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise refusal(
            number=row["source"], first=row["source_line"], item=row["item"], rejected=row["rejected"].normalize(),
            received=row["came"].normalize(), count=wrong.height,
        )  # fmt: skip


def _differences(taken: pl.DataFrame) -> list[dict[str, Any]]:
    """Where order and truck differ: one row per line, the first ones of a large set."""
    short = pl.col("open") - pl.col("quantity")
    odd = taken.with_columns(short=short).filter((pl.col("short") != 0) | (pl.col("rejected") != 0)).head(SHOWN)
    shown = odd.select(
        "key", "item", "rejected", "short", "reason",
        order="source", line="source_line", ordered="source_quantity", expected="open", received="came",
        accepted="quantity",
    )  # fmt: skip
    return shown.with_columns(pl.selectors.decimal().cast(pl.String).str.replace(r"\.?0+$", "")).to_dicts()


def _book_values(session: Session, moved: pl.DataFrame, billed: pl.DataFrame) -> None:
    with_bill = moved.drop("number").join(billed.select("key", "number"), on="key")
    goods.book_values(session, with_bill, "receipt", "purchase_bill")
    goods.book_values(session, moved.join(billed, on="key", how="anti"), "receipt", "purchase_receipt")


def _progress(session: Session, body: pl.DataFrame, billed: pl.DataFrame) -> None:
    own = body.select("key", "quantity", "cost", source_id="document_id", source_line="line")
    papers.advance(
        session,
        papers.done(body, "received"),
        papers.done(own.join(billed, on="key", how="semi"), "billed"),
        papers.done(own.join(billed, on="key", how="anti"), "unbilled", amount="cost"),
    )


def _post(session: Session, heads: pl.DataFrame, body: pl.DataFrame, billed: pl.DataFrame) -> pl.DataFrame:
    """Debit stock (or the cost of a service); credit the estimate, or tax and payable where the bill is here."""
    estimated = heads.join(billed, on="key", how="anti")
    lines = body.join(estimated, on="key", how="semi").join(
        heads.select("key", "party"), on="key", maintain_order="left"
    )
    lines = goods.borne_by(session, lines, heads, "key").with_columns(goods.stock_or_cost(), reference="number")
    named = order_lines.with_party_name(session, estimated)
    posted = [vouchers.book(session, events.RECEIPT.name, named, line=lines)] if named.height else []
    if not billed.is_empty():
        posted.append(bills.post_at_once(session, billed, body))
    return pl.concat(posted)
