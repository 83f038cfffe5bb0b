"""Stock counts: what was counted against what the books held that day; the difference is moved, valued and booked."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY, QUANTITY, times
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import checks, gains, states

LIFECYCLE = papers.Lifecycle("stock_count", papers.POSTED, ())
HEADER = {name: papers.HEADER[name] for name in ("document_on", "warehouse", "reference", "note")}
LINES = {name: papers.LINE[name] for name in ("item", "bin", "quantity", "reason")} | {"unit_cost": QUANTITY}


class CountedTwice(Refusal):
    """Item {item} stands twice on the count sheet {first} ({count} such lines)."""


class CountEmpty(Refusal):
    """Count sheet {first} has no lines ({count} such sheets)."""


class CountNegative(Refusal):
    """Item {first} cannot have been counted as {quantity} ({count} such lines)."""


@verb("inventory.count.post")
def post(session: Session, *, documents: given.Given, lines: given.Given) -> dict[str, Any]:
    """Post count sheets: what differs from the books at the end of that day becomes a surplus or a loss.

    documents: key, document_on, warehouse, reference, note. lines: key, item, bin, quantity (counted), reason,
    unit_cost (of a surplus; else the stock's own). Items not on the sheet are left alone. Later moves stay as they
    are: the difference is dated the day of the count. Returns count, numbers, differences and amounts gained and lost.
    """
    heads = given.documents(documents, HEADER, ("document_on", "warehouse"))
    body = given.lines(lines, LINES, ("item", "quantity"), heads).with_columns(pl.col("bin").fill_null(""))
    _check(heads, body)
    heads, body = papers.write(session, LIFECYCLE, heads, body)
    sheet = body.join(heads.select("key", "document_on", "warehouse"), on="key", maintain_order="left")
    held = booked(session, sheet)
    rows = sheet.join(held, on=[*checks.PLACE, "document_on"], how="left", maintain_order="left").with_columns(
        quantity=(pl.col("quantity") - pl.col("booked").fill_null(0)).cast(QUANTITY)
    )
    rows = rows.filter(pl.col("quantity") != 0).with_columns(amount=times(pl.col("quantity"), pl.col("unit_cost")))
    found = pl.DataFrame(schema={"amount": MONEY})
    if not rows.is_empty():
        found = gains.post(session, LIFECYCLE.kind, rows)
    amounts = found["amount"].fill_null(0)
    gained, lost = amounts.filter(amounts > 0).sum(), -amounts.filter(amounts < 0).sum()
    return papers.result(heads) | {"differences": rows.height, "gain": str(gained), "loss": str(lost)}


def booked(session: Session, places: pl.DataFrame) -> pl.DataFrame:
    """What the books held of each place at the end of a day: item, warehouse, bin, document_on, booked."""
    wanted = places.select(*checks.PLACE, "document_on").unique()
    now = states.of_items(session, "stock_now", wanted["item"])
    rows = wanted.join(now, on=checks.PLACE, maintain_order="left")
    late = rows.filter(pl.col("last_moved_on") > pl.col("document_on")).select(wanted.columns)
    if late.is_empty():
        return rows.select(*wanted.columns, booked="quantity")
    since = session.frame_with(
        "select l.item, l.warehouse, l.bin, l.document_on, sum(m.quantity) as since from _late l join core.stock_move m"
        " on m.item = l.item and m.warehouse = l.warehouse and m.bin = l.bin and m.moved_on > l.document_on"
        " group by all",
        {"_late": late},
    )
    rows = rows.join(since, on=wanted.columns, how="left", maintain_order="left")
    return rows.select(*wanted.columns, booked=(pl.col("quantity") - pl.col("since").fill_null(0)).cast(QUANTITY))


def _check(heads: pl.DataFrame, body: pl.DataFrame) -> None:
    empty = heads.filter(~pl.col("key").is_in(body["key"].implode()))["key"].to_list()
    if empty:
        raise CountEmpty(**first_and_count(empty))
    negative = body.filter(pl.col("quantity") < 0)
    if not negative.is_empty():
        raise CountNegative(
            quantity=states.plain(negative["quantity"][0]), **first_and_count(negative["item"].to_list())
        )
    twice = body.filter(pl.struct("key", "item", "bin").is_duplicated())
    if not twice.is_empty():
        raise CountedTwice(item=twice["item"][0], **first_and_count(twice["key"].to_list()))
