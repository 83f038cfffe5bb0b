"""Kept states of stock: what each place holds, what each pool and layer holds, read and written by item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.session import Session

# Up to this many items travel as parameters; more go as a registered frame.
FEW = 32


def of_items(session: Session, table: str, items: pl.Series, order: str = "") -> pl.DataFrame:
    """The rows of a kept table that belong to some items, for one item or for all of them."""
    names = items.unique(maintain_order=True)
    ending = f" order by {order}" if order else ""
    if len(names) <= FEW:
        marks = ", ".join(f"$item{at}" for at in range(len(names)))
        values: dict[str, Any] = {f"item{at}": name for at, name in enumerate(names)}
        return session.frame(f"select * from core.{table} where item in ({marks}){ending}", **values)
    return session.frame_with(
        f"select * from core.{table} semi join _items using (item){ending}", {"_items": names.to_frame("item")}
    )


def plain(quantity: Decimal) -> str:
    """A quantity without idle zeros, for a sentence."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def save_places(session: Session, rows: pl.DataFrame, held: pl.DataFrame) -> None:
    """Bring the quantities of the places up to date with new moves; held: the places before."""
    keys = ["item", "warehouse", "bin"]
    moved = rows.group_by(keys, maintain_order=True).agg(pl.col("quantity").sum(), pl.col("moved_on").max())
    now = moved.join(held, on=keys, how="left", suffix="_held", maintain_order="left")
    session.upsert(
        "stock_now",
        now.select(
            *keys,
            (pl.col("quantity") + pl.col("quantity_held").fill_null(0)).cast(rows.schema["quantity"]).alias("quantity"),
            pl.max_horizontal("moved_on", "last_moved_on").alias("last_moved_on"),
        ),
        keys,
    )


def save_pools(session: Session, pools: pl.DataFrame) -> None:
    """Write pools: item, quantity, amount, basis_quantity, basis_amount, last_moved_on."""
    columns = ("item", "quantity", "amount", "basis_quantity", "basis_amount", "last_moved_on")
    session.upsert("stock_pool", pools.select(columns), ("item",))


def save_layers(session: Session, before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Write layers that are new or changed and remove those used up.

    before: as read from core.stock_layer; after: item, move_id, quantity, amount, basis_quantity, basis_amount, oldest
    layer first.
    """
    same = ["item", "move_id", "quantity", "amount"]
    gone = before.join(after, on=same, how="anti")
    if not gone.is_empty():
        _forget(session, gone)
    numbered = after.join(
        before.select("item", "move_id", "layer"), on=["item", "move_id"], how="left", maintain_order="left"
    )
    last = before.group_by("item").agg(pl.col("layer").max().alias("last"))
    numbered = numbered.join(last, on="item", how="left", maintain_order="left").with_columns(
        layer=pl.coalesce("layer", pl.col("last").fill_null(0) + pl.col("layer").is_null().cum_sum().over("item"))
    )
    fresh = numbered.join(before, on=same, how="anti", maintain_order="left")
    columns = ("item", "layer", "move_id", "quantity", "amount", "basis_quantity", "basis_amount")
    session.insert("stock_layer", fresh.select(columns))


def replace_layers(session: Session, items: pl.Series, layers: pl.DataFrame) -> None:
    """Write all layers of some items anew, since back-dated moves may have put a layer between others."""
    before = of_items(session, "stock_layer", items)
    if not before.is_empty():
        _forget(session, before)
    save_layers(session, before.clear(), layers)


def _forget(session: Session, gone: pl.DataFrame) -> None:
    if gone.height == 1:
        item, layer = gone.select("item", "layer").row(0)
        session.execute("delete from core.stock_layer where item = $item and layer = $layer", item=item, layer=layer)
        return
    session.cursor.register("_gone", gone.select("item", "layer"))
    try:
        session.execute("delete from core.stock_layer l using _gone g where l.item = g.item and l.layer = g.layer")
    finally:
        session.cursor.unregister("_gone")
