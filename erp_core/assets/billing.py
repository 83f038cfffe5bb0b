"""Cards made out of suppliers' bills: a line of a bill that was no stock becomes one asset or several."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import acquiring, booking, cards, refusals
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import first_and_count
from erp_core.foundation.money import MONEY, QUANTITY, money
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import goods
from erp_core.masters import order_lines

EXTRA = {"acquired_on": pl.Date, "bill": pl.String, "bill_line": pl.Int32, "bill_quantity": QUANTITY}
_USED = "select bill, bill_line, sum(bill_quantity) as used from core.asset where bill <> '' group by bill, bill_line"


@verb("assets.card.from_bill")
def from_bill(session: Session, *, cards: given.Given, shares: given.Given | None = None) -> dict[str, Any]:
    """Make cards out of lines of suppliers' bills; what is on cards already is not taken again.

    cards: bill (number), bill_line, bill_quantity (default: all that is left), acquired_on (default: the day of the
    bill), name (default: what the line says), value (default: net and tax that is not deducted, by quantity), and the
    other columns of assets.card.acquire. Where the bill was booked to another account than the asset's, a voucher moves
    the value. Returns count, numbers by key, vouchers by number of the card.
    """
    heads, users = _from_lines(session, cards, shares)
    return acquiring.bring_in(session, heads, users, _moved(heads))


def _from_lines(
    session: Session, given_cards: given.Given, shares: given.Given | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    asked = given.documents(given_cards, {**cards.CARD, **EXTRA}, ("bill", "bill_line", "category", "started_on"))
    bills = papers.find(session, "purchase_bill", asked["bill"])
    lines = papers.lines_of(session, bills["document_id"], "red")
    lines = lines.join(bills.select("document_id", "document_on", "party", bill="number"), on="document_id")
    lines = _with_cost(session, lines).select(
        "bill", "cost", "item_kind", "cost_account", "description", "party", "item", "document_on",
        bill_line="line", open_quantity=pl.col("quantity") - pl.col("red"), line_quantity="quantity",
    )  # fmt: skip
    joined = asked.join(lines, on=["bill", "bill_line"], how="left", maintain_order="left")
    _refuse_lines(joined)
    taken = _with_amounts(session, joined).with_columns(
        name=pl.coalesce(pl.when(pl.col("name") != "").then("name"), "description"),
        supplier=pl.coalesce(pl.when(pl.col("supplier") != "").then("supplier"), "party"),
        quantity=pl.coalesce("quantity", "bill_quantity"),
        acquired_on=pl.coalesce("acquired_on", "document_on"),
    )
    columns = [*cards.CARD, *EXTRA, "key"]
    heads, users = cards.complete(session, taken.select(columns), shares, EXTRA, ("acquired_on", "value"))
    more = taken.select("key", "cost_account")
    return heads.with_columns(origin=pl.lit("bill")).join(more, on="key", maintain_order="left"), users


def _with_cost(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    """What the lines cost the company: tax that may not be deducted is part of it."""
    lines = goods.with_item(session, order_lines.with_tax_account(session, lines))
    deducted = pl.when("deductible").then("tax").otherwise(pl.lit(0, MONEY))
    return lines.with_columns(cost=(pl.col("net") + pl.col("tax") - deducted).cast(MONEY))


def _refuse_lines(joined: pl.DataFrame) -> None:
    lost = joined.filter(pl.col("cost").is_null())
    if not lost.is_empty():
        raise refusals.BillLineUnknown(bill=lost["bill"][0], **first_and_count(lost["bill_line"].to_list()))
    stock = joined.filter(pl.col("item_kind") == "goods")
    if not stock.is_empty():
        facts = {"line": stock["bill_line"][0], "bill": stock["bill"][0]}
        raise refusals.BillLineIsStock(**facts, **first_and_count(stock["item"].to_list()))


def _with_amounts(session: Session, joined: pl.DataFrame) -> pl.DataFrame:
    """Quantity and value of each card: of a line that is used up, the last card takes what is left of its cost."""
    used = {(bill, line): quantity for bill, line, quantity in session.rows(_USED)}
    quantities, values = [], []
    for row in joined.iter_rows(named=True):
        place = (row["bill"], row["bill_line"])
        before = used.get(place, Decimal(0))
        left = row["open_quantity"] - before
        quantity = row["bill_quantity"] or left
        if not 0 < quantity <= left:
            facts = {"line": row["bill_line"], "bill": row["bill"]}
            raise refusals.BillLineUsed(**facts, wanted=_plain(quantity), open=_plain(left), count=1)
        used[place] = before + quantity
        quantities.append(quantity)
        values.append(_part(row, before + quantity) - _part(row, before))
    given_value = pl.col("value").fill_null(pl.Series(values, dtype=MONEY))
    return joined.with_columns(bill_quantity=pl.Series(quantities, dtype=QUANTITY), value=given_value)


def _part(row: dict[str, Any], quantity: Decimal) -> Decimal:
    return money(row["cost"] * quantity / row["line_quantity"])


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


def _moved(heads: pl.DataFrame) -> list[dict[str, Any]]:
    """The value leaves the account to which the bill was booked, unless that is the asset's own."""
    return [
        booking.line(row["asset"], row["cost_account"], credit=row["value"], department=row["department"])
        for row in heads.filter(pl.col("cost_account") != pl.col("asset_account")).iter_rows(named=True)
    ]
