"""Suppliers' bills, blue and red: matched with order and receipt, the estimate makes room for what is owed."""

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
from erp_core.ledger import accounts, settling
from erp_core.ledger import papers as vouchers
from erp_core.masters import order_lines
from erp_core.purchasing import events, matching

LIFECYCLE = papers.Lifecycle("purchase_bill", papers.POSTED, (("red", papers.POSTED, papers.REVERSED),))
_COMMON = {name: papers.HEADER[name] for name in ("document_on", "due_on", "reference", "note")}
HEADER = {"receipts": pl.List(pl.String), "receipt": pl.String, **_COMMON}
LINES = {
    "receipt": pl.String,
    "receipt_line": pl.Int32,
    **{name: papers.LINE[name] for name in ("quantity", "unit_price", "gross_price", "tax", "reason")},
}
RED_HEADER = {"bill": pl.String, **_COMMON}
RED_LINES = {"bill_line": pl.Int32, **{name: papers.LINE[name] for name in ("quantity", "reason")}}


class OverBill(Refusal):
    """Receipt {number} line {line} ({item}): {wanted} billed, only {open} received and unbilled ({count} lines)."""


class RedBillTooMuch(Refusal):
    """Bill {number} line {line} ({item}): {wanted} to take back, but only {open} are left ({count} such lines)."""


@verb("purchasing.bill.book")
def book(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Book suppliers' bills for receipts: all that is unbilled, or the lines, quantities and prices named.

    documents: key, receipt | receipts (numbers), document_on, due_on (default: date + credit days), reference (the
    supplier's number, once per supplier), note. lines: key, receipt, receipt_line, quantity, unit_price | gross_price
    (where it differs from the order), tax (as printed), reason (lets a price beyond the tolerance pass).
    """
    heads = given.documents(documents, HEADER, ("document_on", "reference"))
    asked = given.lines(lines, LINES, ("receipt_line",), heads).rename(
        {
            "receipt": "source",
            "receipt_line": "source_line",
            "unit_price": "typed_net",
            "gross_price": "typed_gross",
            "tax": "typed_tax",
        }
    )
    found, received = sources.load(
        session, "purchase_receipt", sources.pairs(heads, "receipt", "receipts"), papers.POSTED, "unbilled"
    )
    sources.refuse_earlier(heads, found)
    sources.refuse_mixed(found)
    received = received.with_columns(
        open=pl.col("unbilled"), **{name: pl.lit(None, kind) for name, kind in matching.TYPED.items()}
    )
    taken = sources.draw(found, received, asked)
    sources.refuse_over(taken, pl.col("open"), OverBill)
    priced = matching.priced(taken)
    matching.refuse_unlike(session, priced)
    heads = order_lines.with_terms(session, sources.inherit(heads.drop("receipts", "receipt"), found))
    heads, body = papers.write(session, LIFECYCLE, heads, priced)
    papers.claim_references(session, "purchase_bill", heads, per_party=True)
    body = matching.with_estimate(with_cost(session, goods.of_goods(session, heads, body)))
    papers.advance(session, papers.done(body, "billed"), papers.done(body, "unbilled", sign=-1, amount="estimate"))
    return _settle(session, heads, body, found)


def with_cost(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    """Add what the lines cost the company, and the tax it gets back: tax that may not be deducted is cost.

    lines: net, tax, tax_code, document_on. Adds cost, deducted, tax_account.
    """
    lines = order_lines.with_tax_account(session, lines)
    deducted = pl.when("deductible").then("tax").otherwise(pl.lit(0, MONEY))
    return lines.with_columns(
        deducted=deducted.cast(MONEY), cost=(pl.col("net") + pl.col("tax") - deducted).cast(MONEY)
    )


def _settle(session: Session, heads: pl.DataFrame, body: pl.DataFrame, found: pl.DataFrame) -> dict[str, Any]:
    """Bring a difference in price to stock or cost, post the vouchers, say what was written."""
    days = found.select("source_id", received_on="document_on").unique("source_id")
    body = (
        body.join(days, on="source_id", how="left", maintain_order="left")
        if "received_on" not in body.columns
        else body
    )
    body = matching.with_stock_share(session, body)
    _adjust_stock(session, body)
    lines = body.join(heads.select("number", "party"), on="number", how="left", maintain_order="left")
    lines = goods.borne_by(session, lines, heads, "number")
    named = order_lines.with_party_name(session, heads)
    posted = vouchers.book(session, events.BILL.name, named, paper=named, line=lines)
    return papers.result(heads) | {"vouchers": dict(posted.select("number", "voucher").rows())}


def _adjust_stock(session: Session, body: pl.DataFrame) -> None:
    changed = body.filter(pl.col("to_stock") != 0)
    if changed.is_empty():
        return
    moves = goods.origins(session, changed["source_id"])
    moved = changed.join(moves, on=["source_id", "source_line"], maintain_order="left").rename(
        {"origin_move": "move_id"}
    )
    goods.book_values(session, moved.with_columns(amount="to_stock"), "adjustment", "purchase_bill")


def with_receipts(session: Session, receipts: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Write the bills that came along with receipts as documents of their own; returns their headers."""
    along = receipts.filter(pl.col("bill_reference").fill_null("") != "")
    if along.is_empty():
        return along
    heads = order_lines.with_terms(
        session,
        along.select(
            "key", "document_on", "party", "department", "employee", "project",
            due_on="bill_due_on", reference="bill_reference", source_id="document_id",
        ),
    )  # fmt: skip
    body = lines.join(along.select("key"), on="key", how="semi", maintain_order="left").filter(pl.col("quantity") != 0)
    drawn = body.drop("number").with_columns(source_id="document_id", source_line="line").drop("document_id", "line")
    heads, _ = papers.write(session, LIFECYCLE, heads, drawn)
    papers.claim_references(session, "purchase_bill", heads, per_party=True)
    return heads


def post_at_once(session: Session, heads: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Post the vouchers of bills that came with the goods: stock and tax against what is owed."""
    own = lines.drop("number").join(heads.select("key", "number"), on="key", maintain_order="left")
    own = goods.borne_by(session, own, heads, "number").with_columns(goods.stock_or_cost())
    named = order_lines.with_party_name(session, heads)
    return vouchers.book(session, events.BILLED.name, named, kind=LIFECYCLE.kind, paper=named, line=own)


@verb("purchasing.bill.red")
def red(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Book red bills that take back a blue one, whole or in part, linked both ways and set off against it.

    documents: key, bill (number), document_on, reference (the supplier's number of the red bill), note.
    lines: key, bill_line, quantity (how much is taken back, above zero), reason.
    """
    heads = given.documents(documents, RED_HEADER, ("bill", "document_on", "reference"))
    asked = given.lines(lines, RED_LINES, ("bill_line",), heads).rename({"bill_line": "source_line"})
    found, blue = sources.load(session, "purchase_bill", heads.select("key", source="bill"), papers.POSTED, "red")
    sources.refuse_earlier(heads, found)
    blue = blue.with_columns(open=pl.col("quantity") - pl.col("red"))
    taken = sources.draw(found, blue, asked.with_columns(source=pl.lit(None, pl.String)))
    sources.refuse_over(taken, pl.col("open"), RedBillTooMuch)
    heads = sources.inherit(heads.drop("bill"), found).with_columns(due_on=pl.coalesce("due_on", "document_on"))
    # Line n of a red bill takes back line n of the blue one; what it draws on is the receipt, as that one did.
    turned = with_amounts(taken.with_columns(-pl.col("quantity"))).with_columns(
        line="source_line", blue_id="source_id", source_id="earlier_id", source_line="earlier_line"
    )
    heads, body = papers.write(session, LIFECYCLE, heads, turned)
    papers.claim_references(session, "purchase_bill", heads, per_party=True)
    body = _red_estimate(session, with_cost(session, goods.of_goods(session, heads, body)))
    back = body.select(document_id="blue_id", line="line", step=pl.lit("red"), quantity=-pl.col("quantity"))
    papers.advance(
        session, papers.done(body, "billed"), papers.done(body, "unbilled", sign=-1, amount="estimate"), back
    )
    result = _settle(session, heads, body, found)
    _settle_red(session, heads, found, blue, taken)
    return result


def _red_estimate(session: Session, body: pl.DataFrame) -> pl.DataFrame:
    lines = papers.lines_of(session, body["source_id"].unique(), "unbilled")
    days = papers.days_of(session, body["source_id"].unique()).rename(
        {"document_id": "source_id", "document_on": "received_on"}
    )
    known = lines.select(
        "unbilled", "unbilled_amount", source_id="document_id", source_line="line", received="quantity",
        received_net="net",
        received_tax="tax",
    )  # fmt: skip
    joined = body.join(known, on=["source_id", "source_line"], how="left", maintain_order="left").join(
        days, on="source_id", how="left", maintain_order="left"
    )
    cost = pl.col("received_net") + pl.when("deductible").then(pl.lit(0, MONEY)).otherwise("received_tax")
    positive = joined.with_columns(-pl.col("quantity"), received_cost=cost.cast(MONEY))
    return matching.with_red_estimate(positive).with_columns(-pl.col("quantity"))


def _settle_red(
    session: Session, heads: pl.DataFrame, found: pl.DataFrame, blue: pl.DataFrame, taken: pl.DataFrame
) -> None:
    """Set the red bills off against the blue ones; a blue one of which nothing is left is reversed."""
    pairs = heads.join(found.select("key", "source"), on="key", maintain_order="left").select(
        "party", event_key=pl.format("purchase_bill/{}", "source"), red_event=pl.format("purchase_bill/{}", "number")
    )
    settling.set_off(session, accounts.account_for(session, "payable"), pairs)
    over = sources.reversed_now(found, sources.used_up(blue, "red", taken))
    if not over.is_empty():
        papers.set_status(session, over, papers.REVERSED, "red")
