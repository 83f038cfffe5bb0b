"""Sales orders: what a customer wants, at what price and why that price; approved, it reserves stock."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.approval import rules
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.amounts import with_amounts, with_basis
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import QUANTITY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import order_lines
from erp_core.sales import pricing

LIFECYCLE = papers.Lifecycle(
    "sales_order",
    "draft",
    (
        ("submit", "draft", "submitted"),
        ("approve", "submitted", "approved"),
        ("return", "submitted", "draft"),
        ("close", "approved", "closed"),
        ("reopen", "closed", "approved"),
        ("cancel", "draft", "cancelled"),
        ("cancel", "submitted", "cancelled"),
        ("revise", "draft", "draft"),
        ("revise", "submitted", "submitted"),
        ("revise", "approved", "submitted"),
    ),
)
LINES = order_lines.LINES | {"discount": QUANTITY}


class PriceBelowFloor(Refusal):
    """Item {first}: {price} is below its floor price {floor} ({count} such lines)."""


@verb("sales.order.place")
def place(session: Session, *, documents: given.Given, lines: given.Given) -> dict[str, Any]:
    """Write sales orders as drafts, each line priced by the policy unless a price is typed.

    documents: key, document_on, party, due_on (wanted by), warehouse, department, employee, project, reference, note.
    lines: key, item, quantity, unit, unit_price | gross_price | discount (percent), tax_code, promised_on, warehouse,
    bin, description, reason.
    """
    heads, body = reckoned(session, documents, lines)
    heads, _ = papers.write(session, LIFECYCLE, heads, body)
    return papers.result(heads)


def reckoned(session: Session, documents: given.Given, lines: given.Given) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Headers and lines of orders as they would be written: checked, priced by the policy, amounts worked out."""
    heads = given.documents(documents, order_lines.HEADER, ("document_on", "party"))
    heads = order_lines.parties_of(session, heads, "customer")
    body = given.lines(lines, LINES, ("item", "quantity"), heads)
    order_lines.refuse_empty(heads, body)
    order_lines.refuse_unknown_places(session, heads)
    body = body.join(heads.select("key", "document_on", "party", "party_level"), on="key", maintain_order="left")
    body = _priced(session, order_lines.complete(session, body, "sales"))
    heads = heads.with_columns(
        employee=pl.coalesce(pl.when(pl.col("employee") != "").then("employee"), "party_employee")
    )
    return heads, body


def _priced(session: Session, body: pl.DataFrame) -> pl.DataFrame:
    asked = body.with_columns(level="party_level", priced_on="document_on", list_price="item_list_price")
    priced = pricing.settle(pricing.policy_price(asked, session.reference("price_rule")))
    order_lines.refuse_unpriced(priced)
    reckoned = with_amounts(with_basis(priced))
    low = reckoned.filter(pl.col("unit_price") < pl.col("item_floor_price"))
    # Where a rule sends such orders before a chain, they may be written; otherwise nobody could agree to them.
    if not low.is_empty() and not (rules.active(session, LIFECYCLE.kind)["condition"] == "below_floor").any():
        row = low.row(0, named=True)
        raise PriceBelowFloor(
            first=row["item"],
            price=row["unit_price"].normalize(),
            floor=row["item_floor_price"].normalize(),
            count=low.height,
        )
    return reckoned
