"""Sales invoices, blue and red: what was delivered becomes revenue, output tax and a receivable."""

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
from erp_core.ledger import accounts, settling
from erp_core.ledger import papers as vouchers
from erp_core.masters import order_lines
from erp_core.sales import events

LIFECYCLE = papers.Lifecycle("sales_invoice", papers.POSTED, (("red", papers.POSTED, papers.REVERSED),))
_COMMON = {name: papers.HEADER[name] for name in ("document_on", "due_on", "reference", "note")}
HEADER = {"deliveries": pl.List(pl.String), "delivery": pl.String, **_COMMON}
LINES = {"delivery": pl.String, "delivery_line": pl.Int32, "quantity": papers.LINE["quantity"]}
RED_HEADER = {"invoice": pl.String, **_COMMON}
RED_LINES = {"invoice_line": pl.Int32, **{name: papers.LINE[name] for name in ("quantity", "reason")}}


class InvoiceNumber(Refusal):
    """{first} is no number of an electronic invoice: it has 20 digits ({count} such numbers)."""


class OverInvoice(Refusal):
    """Delivery {number} line {line} ({item}): {wanted} to invoice, but only {open} are open ({count} such lines)."""


class RedTooMuch(Refusal):
    """Invoice {number} line {line} ({item}): {wanted} to take back, but only {open} are left ({count} such lines)."""


@verb("sales.invoice.issue")
def issue(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Invoice deliveries of one customer per document: all that is open, or the lines and quantities named.

    documents: key, delivery | deliveries (numbers), document_on, due_on (default: date + credit days), reference (the
    20-digit number of the electronic invoice, once only), note. lines: key, delivery, delivery_line, quantity.
    """
    heads = given.documents(documents, HEADER, ("document_on",))
    _refuse_odd_numbers(heads)
    asked = given.lines(lines, LINES, ("delivery_line",), heads).rename(
        {"delivery": "source", "delivery_line": "source_line"}
    )
    pairs = sources.pairs(heads, "delivery", "deliveries")
    taken, found = _open_lines(session, pairs, asked)
    sources.refuse_earlier(heads, found)
    sources.refuse_mixed(found)
    heads = order_lines.with_terms(session, sources.inherit(heads.drop("deliveries", "delivery"), found))
    heads, body = papers.write(session, LIFECYCLE, heads, with_amounts(taken))
    papers.claim_references(session, "sales_invoice", heads, per_party=False)
    papers.advance(session, papers.done(body, "invoiced"))
    return _post(session, heads, body)


def _refuse_odd_numbers(heads: pl.DataFrame) -> None:
    odd = heads.filter((pl.col("reference").fill_null("") != "") & ~pl.col("reference").str.contains(r"^\d{20}$"))
    if not odd.is_empty():
        raise InvoiceNumber(first=odd["reference"][0], count=odd.height)


def _open_lines(session: Session, pairs: pl.DataFrame, asked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    found, lines = sources.load(session, "sales_delivery", pairs, papers.POSTED, "returned", "invoiced")
    lines = lines.with_columns(open=pl.col("quantity") - pl.col("returned") - pl.col("invoiced"))
    taken = sources.draw(found, lines, asked)
    sources.refuse_over(taken, pl.col("open"), OverInvoice)
    return taken, found


def _post(session: Session, heads: pl.DataFrame, body: pl.DataFrame) -> dict[str, Any]:
    """Debit the receivable; credit revenue and output tax. A red invoice does the same with negative amounts."""
    named = order_lines.with_party_name(session, heads).with_columns(
        reference=pl.when(pl.col("reference").fill_null("") != "").then("reference").otherwise("number")
    )
    lines = goods.with_item(session, body).join(
        named.select("document_id", "document_on", "party", *vouchers.DIMENSIONS),
        on="document_id",
        how="left",
        maintain_order="left",
    )
    lines = order_lines.with_tax_account(session, lines)
    posted = vouchers.book(session, events.INVOICE.name, named, paper=named, line=lines)
    return papers.result(heads) | {"vouchers": dict(posted.select("number", "voucher").rows())}


@verb("sales.invoice.red")
def red(session: Session, *, documents: given.Given, lines: given.Given | None = None) -> dict[str, Any]:
    """Issue red invoices that take back a blue one, whole or in part, linked both ways and set off against it.

    documents: key, invoice (number), document_on, reference (the 20-digit number of the red invoice), note.
    lines: key, invoice_line, quantity (how much is taken back, above zero), reason.
    """
    heads = given.documents(documents, RED_HEADER, ("invoice", "document_on"))
    _refuse_odd_numbers(heads)
    asked = given.lines(lines, RED_LINES, ("invoice_line",), heads).rename({"invoice_line": "source_line"})
    found, blue = sources.load(session, "sales_invoice", heads.select("key", source="invoice"), papers.POSTED, "red")
    sources.refuse_earlier(heads, found)
    blue = blue.with_columns(open=pl.col("quantity") - pl.col("red"))
    taken = sources.draw(found, blue, asked.with_columns(source=pl.lit(None, pl.String)))
    sources.refuse_over(taken, pl.col("open"), RedTooMuch)
    heads = sources.inherit(heads.drop("invoice"), found).with_columns(due_on=pl.coalesce("due_on", "document_on"))
    # Line n of a red invoice takes back line n of the blue one; what it draws on is the delivery, as that one did.
    turned = with_amounts(taken.with_columns(-pl.col("quantity"))).with_columns(
        line="source_line", blue_id="source_id", source_id="earlier_id", source_line="earlier_line"
    )
    heads, body = papers.write(session, LIFECYCLE, heads, turned)
    papers.claim_references(session, "sales_invoice", heads, per_party=False)
    back = body.select(document_id="blue_id", line="line", step=pl.lit("red"), quantity=-pl.col("quantity"))
    papers.advance(session, papers.done(body, "invoiced"), back)
    result = _post(session, heads, body)
    _settle_red(session, heads, found, blue, taken)
    return result


def _settle_red(
    session: Session, heads: pl.DataFrame, found: pl.DataFrame, blue: pl.DataFrame, taken: pl.DataFrame
) -> None:
    """Set the red invoices off against the blue ones; a blue one of which nothing is left is reversed."""
    pairs = heads.join(found.select("key", "source"), on="key", maintain_order="left").select(
        "party", event_key=pl.format("sales_invoice/{}", "source"), red_event=pl.format("sales_invoice/{}", "number")
    )
    settling.set_off(session, accounts.account_for(session, "receivable"), pairs)
    over = sources.reversed_now(found, sources.used_up(blue, "red", taken))
    if not over.is_empty():
        papers.set_status(session, over, papers.REVERSED, "red")
