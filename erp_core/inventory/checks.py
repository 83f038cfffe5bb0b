"""What a set of moves must satisfy before any of it is written: known goods and places, open months, enough stock."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.errors import ColumnMissing, Refusal, first_and_count
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session
from erp_core.inventory import states
from erp_core.ledger import periods

# Kind of move -> whether it brings in (1) or takes out (-1).
KINDS = {
    "opening": 1,
    "purchase": 1,
    "purchase_return": -1,
    "sale": -1,
    "sale_return": 1,
    "transfer_out": -1,
    "transfer_in": 1,
    "gain": 1,
    "loss": -1,
}
TRANSFERS = ("transfer_out", "transfer_in")
PLACE = ("item", "warehouse", "bin")
_SCHEMA = {
    "kind": pl.String,
    "moved_on": pl.Date,
    "item": pl.String,
    "warehouse": pl.String,
    "bin": pl.String,
    "quantity": QUANTITY,
    "amount": MONEY,
    "origin_move": pl.Int64,
    "document_id": pl.Int64,
    "document_line": pl.Int32,
    "reference": pl.String,
}
_REQUIRED = ("kind", "moved_on", "item", "warehouse", "quantity")


class MoveKindUnknown(Refusal):
    """There is no move of the kind {first} ({count} such rows)."""


class ItemUnknown(Refusal):
    """There is no item {first} ({count} such rows)."""


class ItemNotStocked(Refusal):
    """Item {first} is a service and cannot be stocked ({count} such rows)."""


class ItemInactive(Refusal):
    """Item {first} is out of use ({count} such rows)."""


class WarehouseUnknown(Refusal):
    """There is no warehouse {first} ({count} such rows)."""


class WarehouseInactive(Refusal):
    """Warehouse {first} is out of use ({count} such rows)."""


class BinUnknown(Refusal):
    """There is no bin {first} in use ({count} such rows)."""


class QuantityDirection(Refusal):
    """Item {first}: a move of the kind {kind} cannot have the quantity {quantity} ({count} such rows)."""


class MoveAmount(Refusal):
    """Item {first}: goods coming in as {kind} need a value that is not negative, not {amount} ({count} such rows)."""


class TransferUneven(Refusal):
    """Item {first}: what leaves and what arrives by transfer on {day} differ by {difference} ({count} such items)."""


class OpeningAfterStart(Refusal):
    """Opening stock of {first} must lie before the first day of the books, {start} ({count} such rows)."""


class NotEnoughStock(Refusal):
    """Only {on_hand} of {item} in {warehouse} on {day}; {wanted} wanted ({count} such moves)."""


class LaterStockShort(Refusal):
    """What leaves {warehouse} earlier would leave {item} short by {short} on {day} ({count} such moves)."""


def checked(session: Session, moves: pl.DataFrame) -> pl.DataFrame:
    """The moves with all columns, place in the set, facts of their item and period; refuses what is wrong.

    Adds place, cost_method, inventory_account, cost_account, period. Sorted by day, incoming first within a day.
    """
    for name in _REQUIRED:
        if name not in moves.columns:
            raise ColumnMissing(table="moves", column=name)
    rows = moves.select(
        pl.col(name).cast(kind) if name in moves.columns else pl.lit(None, kind).alias(name)
        for name, kind in _SCHEMA.items()
    ).with_columns(pl.col("bin", "reference").fill_null(""), place=pl.int_range(pl.len(), dtype=pl.Int64))
    rows = _with_item(session, rows)
    _check_places(session, rows)
    _check_quantities(rows)
    _check_days(session, rows)
    rows = rows.with_columns(
        period=pl.when(pl.col("kind") == "opening")
        .then(pl.lit(periods.OPENING_PERIOD))
        .otherwise(pl.col("moved_on").dt.strftime("%Y-%m"))
    )
    return rows.sort("moved_on", pl.col("quantity") < 0, maintain_order=True)


def _refuse(wrong: pl.DataFrame, column: str, refusal: type[Refusal], **facts: Any) -> None:
    if not wrong.is_empty():
        facts = {name: wrong[value][0] for name, value in facts.items()}
        raise refusal(**first_and_count(wrong[column].to_list()), **facts)


def _with_item(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    items = session.reference("item").select(
        "cost_method", "inventory_account", "cost_account", item="code", item_kind="kind", item_active="active"
    )
    rows = rows.join(items, on="item", how="left", maintain_order="left")
    if rows["cost_method"].null_count():
        _refuse(rows.filter(pl.col("cost_method").is_null()), "item", ItemUnknown)
    if (rows["item_kind"] != "goods").any():
        _refuse(rows.filter(pl.col("item_kind") != "goods"), "item", ItemNotStocked)
    if not rows["item_active"].all():
        _refuse(rows.filter(~pl.col("item_active")), "item", ItemInactive)
    return rows.drop("item_kind", "item_active")


def _check_places(session: Session, rows: pl.DataFrame) -> None:
    known = session.reference("warehouse").select(warehouse="code", active="active")
    used = rows.select("warehouse").join(known, on="warehouse", how="left", maintain_order="left")
    if used["active"].null_count():
        _refuse(used.filter(pl.col("active").is_null()), "warehouse", WarehouseUnknown)
    if not used["active"].all():
        _refuse(used.filter(~pl.col("active")), "warehouse", WarehouseInactive)
    if (rows["bin"] != "").any():
        named = rows.filter(pl.col("bin") != "")
        bins = session.reference("bin").filter("active").select("warehouse", bin="code")
        _refuse(named.join(bins, on=["warehouse", "bin"], how="anti", maintain_order="left"), "bin", BinUnknown)


def _check_quantities(rows: pl.DataFrame) -> None:
    unknown = ~rows["kind"].is_in(list(KINDS))
    if unknown.any():
        _refuse(rows.filter(unknown), "kind", MoveKindUnknown)
    direction = rows["kind"].replace_strict(KINDS, return_dtype=pl.Int8)
    odd = (rows["quantity"].sign().cast(pl.Int8) != direction) | rows["quantity"].is_null()
    if odd.any():
        _refuse(rows.filter(odd), "item", QuantityDirection, kind="kind", quantity="quantity")
    needed = rows["kind"].is_in(["opening", "purchase"]) & rows["amount"].is_null()
    negative = (direction > 0) & (rows["amount"] < 0).fill_null(value=False)
    if (needed | negative).any():
        _refuse(rows.filter(needed | negative), "item", MoveAmount, kind="kind", amount="amount")
    moved = rows.filter(pl.col("kind").is_in(TRANSFERS))
    if not moved.is_empty():
        uneven = moved.group_by("item", "moved_on", maintain_order=True).agg(pl.col("quantity").sum())
        uneven = uneven.filter(pl.col("quantity") != 0)
        _refuse(uneven, "item", TransferUneven, day="moved_on", difference="quantity")


def _check_days(session: Session, rows: pl.DataFrame) -> None:
    opening = rows["kind"] == "opening"
    start = session.reference("period")["first_day"].min()
    days = rows["moved_on"]
    if opening.any():
        late = rows.filter(opening & (days >= start)).with_columns(start=pl.lit(start))
        _refuse(late, "item", OpeningAfterStart, start="start")
        periods.require_open(session, pl.Series([start]), stock=True)
        days = days.filter(~opening)
    periods.require_open(session, days, stock=True)


def refuse_below_zero(session: Session, rows: pl.DataFrame, held: pl.DataFrame) -> None:
    """Refuse moves (in order of time) that would leave any place below zero at any instant, now or in later history.

    held: the places as they are (item, warehouse, bin, quantity, last_moved_on). Within a day, what a set brings in
    comes before what it takes out, and both come after what was written earlier.
    """
    going = rows.filter(pl.col("quantity") < 0)
    if going.is_empty():
        return
    if rows.height == 1:
        timeline = rows.join(held, on=PLACE, how="left", suffix="_held")
    else:
        touched = rows.join(going.select(PLACE).unique(), on=PLACE, how="semi", maintain_order="left")
        timeline = touched.join(held, on=PLACE, how="left", suffix="_held", maintain_order="left")
    timeline = timeline.with_columns(before=pl.col("quantity_held").fill_null(0))
    late = timeline.filter(pl.col("moved_on") < pl.col("last_moved_on"))
    if not late.is_empty():
        timeline = _with_later_moves(session, timeline, late)
    balance = (
        pl.col("before") + pl.col("quantity").cum_sum().over(PLACE)
        if timeline.height > 1
        else pl.col("before") + pl.col("quantity")
    )
    short = timeline.with_columns(balance=balance).filter((pl.col("balance") < 0) & (pl.col("quantity") < 0))
    if not short.is_empty():
        _refuse_short(short)


def _with_later_moves(session: Session, timeline: pl.DataFrame, late: pl.DataFrame) -> pl.DataFrame:
    """Put the moves already written after the first back-dated day between the new ones."""
    first = late.group_by(PLACE).agg(pl.col("moved_on").min().alias("first_on"))
    later = session.frame_with(
        "select m.item, m.warehouse, m.bin, m.moved_on, m.quantity, m.move_id from core.stock_move m"
        " join _first f on f.item = m.item and f.warehouse = m.warehouse and f.bin = m.bin and m.moved_on > f.first_on"
        " order by m.moved_on, m.move_id",
        {"_first": first},
    ).with_columns(pl.lit(None, pl.Int64).alias("place"))
    since = later.group_by(PLACE).agg(pl.col("quantity").sum().alias("since"))
    columns = [*PLACE, "moved_on", "quantity", "place", "before"]
    both = pl.concat(
        [
            later.join(timeline.select(*PLACE, "before").unique(), on=PLACE, maintain_order="left").select(columns),
            timeline.with_row_index("n").sort("n").select(columns),
        ]
    )
    # Stable by day and kind of row: written before new, and each in its own order.
    both = both.sort("moved_on", pl.col("place").is_not_null(), maintain_order=True)
    both = both.join(since, on=PLACE, how="left", maintain_order="left")
    return both.with_columns(before=pl.col("before") - pl.col("since").fill_null(0))


def _refuse_short(short: pl.DataFrame) -> None:
    new = short.filter(pl.col("place").is_not_null())
    row = (short if new.is_empty() else new).row(0, named=True)
    facts = {"item": row["item"], "warehouse": row["warehouse"] + (f"/{row['bin']}" if row["bin"] else "")}
    facts |= {"day": row["moved_on"], "count": (short if new.is_empty() else new).height}
    if new.is_empty():
        raise LaterStockShort(short=states.plain(-row["balance"]), **facts)
    on_hand = states.plain(max(row["balance"] - row["quantity"], 0))
    raise NotEnoughStock(on_hand=on_hand, wanted=states.plain(-row["quantity"]), **facts)
