"""Pools of items costed at once (moving average, first in first out): one per item over the whole book."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from erp_core.foundation.amounts import share
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session
from erp_core.inventory import costing, recost, states
from erp_core.inventory.checks import TRANSFERS

AT_ONCE = ("moving_average", "fifo")


class GainWithoutCost(Refusal):
    """Item {first} has no stock whose unit cost a surplus could take; give an amount ({count} such rows)."""


class Result(NamedTuple):
    """amounts: place, amount that the caller books; differences: move_id, amount, valued_on, still to be booked."""

    amounts: pl.DataFrame
    differences: pl.DataFrame


def cost(session: Session, rows: pl.DataFrame) -> Result:
    """Cost the rows of items that are costed at once, and keep their pools.

    rows: place, move_id, kind, item, cost_method, moved_on, quantity, amount, origin_move in order of time. Rows of
    other items and transfers are left out of the answer. Rows dated before the last move of their item recost all
    that came later; what that changes comes back as differences of those moves.
    """
    valued = rows.filter(pl.col("cost_method").is_in(AT_ONCE) & ~pl.col("kind").is_in(TRANSFERS))
    if valued.is_empty():
        return Result(pl.DataFrame(schema={"place": pl.Int64, "amount": MONEY}), recost.NOTHING)
    pools = states.of_items(session, "stock_pool", valued["item"])
    valued = _with_gains(valued, pools)
    late = late_items(valued, pools)
    if late.is_empty():
        return _prompt(session, valued, pools)
    on_time = valued.filter(~pl.col("item").is_in(late.implode()))
    behind = valued.filter(pl.col("item").is_in(late.implode()))
    results = [_late(session, behind)]
    if not on_time.is_empty():
        results.append(_prompt(session, on_time, pools))
    return Result(*(pl.concat(parts) for parts in zip(*results, strict=True)))


def late_items(rows: pl.DataFrame, pools: pl.DataFrame) -> pl.Series:
    """Items with a row dated before the last move of their pool."""
    if pools.is_empty():
        return pools["item"]
    last = rows.select("item", "moved_on").join(pools.select("item", "last_moved_on"), on="item")
    return last.filter(pl.col("moved_on") < pl.col("last_moved_on"))["item"].unique()


def _with_gains(rows: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    """A surplus without a value comes in at the unit cost that the pool has now."""
    open_gains = (rows["kind"] == "gain") & rows["amount"].is_null()
    if not open_gains.any():
        return rows
    held = pools.filter(pl.col("quantity") > 0).select("item", held="quantity", worth="amount")
    found = rows.join(held, on="item", how="left", maintain_order="left")
    lost = found.filter(open_gains & pl.col("held").is_null())
    if not lost.is_empty():
        raise GainWithoutCost(**first_and_count(lost["item"].to_list()))
    at_cost = share(pl.col("worth"), pl.col("quantity"), pl.col("held"))
    return found.with_columns(amount=pl.when(open_gains).then(at_cost).otherwise("amount")).drop("held", "worth")


def _prompt(session: Session, rows: pl.DataFrame, pools: pl.DataFrame) -> Result:
    """Cost from the kept state alone: the price does not depend on how long the history is."""
    answers = []
    for method in rows["cost_method"].unique(maintain_order=True):
        part = rows.filter(pl.col("cost_method") == method) if len(rows["cost_method"].unique()) > 1 else rows
        if method == "moving_average":
            costed = costing.moving_average(part, pools)
            _save(session, part, costed.state)
        else:
            layers = states.of_items(session, "stock_layer", part["item"], "item, layer")
            costed = costing.fifo(part, layers)
            states.save_layers(session, layers, costed.state)
            _save(session, part, fifo_pools(part, costed.amounts, pools))
        answers.append(part.select("place", "move_id", "amount", "moved_on", change=costed.amounts))
    return as_result(pl.concat(answers))


def fifo_pools(rows: pl.DataFrame, change: pl.Series, pools: pl.DataFrame) -> pl.DataFrame:
    """The totals of items in layers after some moves."""
    moved = rows.select("item", "quantity", amount=change)
    both = pl.concat([pools.select("item", "quantity", "amount").join(moved, on="item", how="semi"), moved])
    totals = both.group_by("item", maintain_order=True).agg(
        pl.col("quantity").sum().cast(QUANTITY), pl.col("amount").sum().cast(MONEY)
    )
    return totals.with_columns(basis_quantity=pl.lit(0, QUANTITY), basis_amount=pl.lit(0, MONEY))


def as_result(costed: pl.DataFrame) -> Result:
    """Part what the event itself is worth (given, or else as costed) from what costing found beyond it."""
    beyond = costed.filter(pl.col("amount").is_not_null() & (pl.col("amount") != pl.col("change")))
    return Result(
        costed.select("place", pl.coalesce("amount", "change").alias("amount")),
        beyond.select("move_id", amount=(pl.col("change") - pl.col("amount")).cast(MONEY), valued_on="moved_on"),
    )


def _late(session: Session, rows: pl.DataFrame) -> Result:
    # Goods that come back follow their origin, whose cost the earlier rows may change.
    follows = (pl.col("kind") == "sale_return") & pl.col("origin_move").is_not_null()
    new = rows.with_columns(amount=pl.when(~follows).then("amount"))
    again = recost.from_history(session, new)
    _save(session, again.moves, again.pools)
    states.replace_layers(session, rows["item"], again.layers)
    found = as_result(again.new)
    return Result(found.amounts, pl.concat([found.differences, again.differences]))


def _save(session: Session, moved: pl.DataFrame, state: pl.DataFrame) -> None:
    last = moved.group_by("item").agg(pl.col("moved_on").max().alias("last_moved_on"))
    states.save_pools(session, state.join(last, on="item", maintain_order="left"))
