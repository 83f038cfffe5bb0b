"""Purchase orders: what is wanted from a supplier whose card is complete, at prices with and without tax."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.amounts import with_amounts, with_basis
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import order_lines

LIFECYCLE = papers.Lifecycle(
    "purchase_order",
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
RULE = "purchasing.required_supplier_fields"


class SupplierIncomplete(Refusal):
    """Supplier {first} {name} lacks {fields} (rule {rule}; {count} missing fields in all)."""


def missing_fields(suppliers: pl.DataFrame, required: list[str]) -> pl.DataFrame:
    """What suppliers' cards lack before anything can be ordered: one row per party and field.

    suppliers: code, name and the fields. Returns party, name, field, in the order of suppliers and fields.
    """
    long = suppliers.select(
        "code", pl.col("name").alias("called"), *(pl.col(field).cast(pl.String) for field in required)
    )
    return (
        long.with_row_index("at")
        .unpivot(on=required, index=["at", "code", "called"], variable_name="field", value_name="value")
        .filter(pl.col("value").fill_null("").str.strip_chars() == "")
        .sort("at", maintain_order=True)
        .select(party="code", name="called", field="field")
    )


@verb("purchasing.order.place")
def place(session: Session, *, documents: given.Given, lines: given.Given) -> dict[str, Any]:
    """Write purchase orders as drafts; a supplier whose card lacks a required field is refused, naming each field.

    documents: key, document_on, party, due_on (wanted by), warehouse, department, employee, project, reference, note.
    lines: key, item, quantity, unit, unit_price (without tax) | gross_price (with), tax_code, promised_on, warehouse,
    bin, description, reason.
    """
    heads, body = reckoned(session, documents, lines)
    heads, _ = papers.write(session, LIFECYCLE, heads, body)
    return papers.result(heads)


def reckoned(session: Session, documents: given.Given, lines: given.Given) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Headers and lines of orders as they would be written: checked, supplier's card complete, amounts worked out."""
    heads = given.documents(documents, order_lines.HEADER, ("document_on", "party"))
    _refuse_incomplete(session, order_lines.parties_of(session, heads, "supplier"))
    body = given.lines(lines, order_lines.LINES, ("item", "quantity"), heads)
    order_lines.refuse_empty(heads, body)
    order_lines.refuse_unknown_places(session, heads)
    body = body.join(heads.select("key", "document_on"), on="key", how="left", maintain_order="left")
    body = order_lines.complete(session, body, "purchase")
    order_lines.refuse_unpriced(body)
    return heads, with_amounts(with_basis(body)).with_columns(price_trace=pl.lit("typed"))


def _refuse_incomplete(session: Session, heads: pl.DataFrame) -> None:
    required = [field.strip() for field in session.parameter(RULE).split(",") if field.strip()]
    if not required:
        return
    cards = (
        session.reference("party")
        .rename({"code": "party"})
        .join(heads.select("party").unique(), on="party", how="semi")
    )
    missing = missing_fields(cards.rename({"party": "code"}), required)
    if missing.is_empty():
        return
    party, name, _ = missing.row(0)
    fields = ", ".join(missing.filter(pl.col("party") == party)["field"])
    raise SupplierIncomplete(
        first=party, name=name, fields=fields, rule=RULE, count=missing.height, missing=missing.to_dicts()
    )
