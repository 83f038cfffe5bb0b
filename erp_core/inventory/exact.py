"""Decimal columns as exact integers and back, and rows brought together by item without changing their order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from erp_core.foundation.money import MONEY, QUANTITY

# Below this the product of two quantities fits a 64-bit integer with room for the rounding.
SAFE = 2**31 - 1


class Groups(NamedTuple):
    """Rows by item: names, the order that sorts the rows, the item of each sorted row, first row and number of rows."""

    names: pl.Series
    order: np.ndarray
    item: np.ndarray
    starts: np.ndarray
    counts: np.ndarray


class Sorted(NamedTuple):
    """Moves as whole numbers sorted by item: quantities in the common step of their item, amounts in cents."""

    groups: Groups
    quantity: np.ndarray
    amount: np.ndarray
    given: np.ndarray
    step: np.ndarray


def integers(column: pl.Series, kind: pl.DataType) -> np.ndarray:
    """A decimal column as whole numbers of its smallest unit (cents, millionths); null becomes 0."""
    return column.cast(kind).to_physical().cast(pl.Int64).fill_null(0).to_numpy()


def decimals(values: np.ndarray, kind: pl.DataType = MONEY, *, name: str = "amount") -> pl.Series:
    """Whole numbers of the smallest unit as a decimal column: cents as money, millionths as quantity."""
    wide = np.empty((len(values), 2), dtype=np.int64)
    wide[:, 0] = values
    wide[:, 1] = wide[:, 0] >> 63
    column = pa.Array.from_buffers(pa.decimal128(kind.precision, kind.scale), len(values), [None, pa.py_buffer(wide)])
    return pl.Series(name, pl.from_arrow(column), dtype=kind)


def by_item(items: pl.Series) -> Groups:
    """Bring rows of the same item together, keeping their order within the item."""
    names = items.unique(maintain_order=True)
    codes = items.cast(pl.Enum(names)).to_physical().to_numpy()
    # numpy sorts 16-bit integers by radix, several times faster than wider ones.
    codes = codes.astype(np.uint16 if len(names) <= 65_536 else np.uint32)
    counts = np.bincount(codes, minlength=len(names))
    order = np.argsort(codes, kind="stable")
    return Groups(names, order, np.repeat(np.arange(len(names)), counts), np.cumsum(counts) - counts, counts)


def sorted_rows(rows: pl.DataFrame, *held: np.ndarray, per_row: str = "") -> Sorted:
    """Moves (item, quantity, amount) as whole numbers; further quantities, per item or in a column, share the step."""
    groups = by_item(rows["item"])
    quantity = integers(rows["quantity"], QUANTITY)[groups.order]
    measures = np.gcd(quantity, integers(rows[per_row], QUANTITY)[groups.order]) if per_row else quantity
    step = np.gcd.reduceat(measures, groups.starts) if len(measures) else measures
    for column in held:
        step = np.gcd(step, column)
    step = np.where(step == 0, 1, np.abs(step))
    amount = integers(rows["amount"], MONEY)[groups.order]
    given = rows["amount"].is_not_null().to_numpy()[groups.order]
    return Sorted(groups, quantity // step[groups.item], amount, given, step)


def aligned(names: pl.Series, state: pl.DataFrame | None, kinds: dict[str, pl.DataType]) -> np.ndarray:
    """Decimal columns of a state (a row per item at most) as an array of their rows; items without state hold 0."""
    if state is None or state.is_empty():
        return np.zeros((len(kinds), len(names)), dtype=np.int64)
    rows = names.to_frame("item").join(state, on="item", how="left", maintain_order="left")
    return np.array([integers(rows[name], kind) for name, kind in kinds.items()])


def in_given_order(values: np.ndarray, groups: Groups) -> np.ndarray:
    """Values of sorted rows back in the order in which the rows were given."""
    given = np.empty_like(values)
    given[groups.order] = values
    return given


def running(values: np.ndarray, groups: Groups, opening: np.ndarray | int = 0) -> np.ndarray:
    """Running totals of sorted rows that start again with each item, from an opening per item."""
    totals = np.cumsum(values)
    if not len(values):
        return totals
    return totals - (totals[groups.starts] - values[groups.starts] - opening)[groups.item]


def sums(values: np.ndarray, groups: Groups) -> np.ndarray:
    """Total of the sorted rows of each item."""
    return np.add.reduceat(values, groups.starts) if len(values) else np.zeros(0, dtype=np.int64)


def any_of(flags: np.ndarray, groups: Groups) -> np.ndarray:
    """Whether any sorted row of each item is flagged."""
    return np.logical_or.reduceat(flags, groups.starts) if len(flags) else np.zeros(0, dtype=bool)
