"""What moves cost, as pure functions of the ordered moves: month average, moving average, first in first out (B9).

Every kernel takes a frame of moves in the order of time: item, quantity (in positive, out negative) and amount (the
value that a move is given; null where it is to be costed). It answers with the change of value by each move, signed,
and with what the items hold afterwards. Transfers inside a pool are no moves here. Quantity 0 is worth 0.00.

Moving average and FIFO know two more columns, move_id and origin_move: goods that come back (in, amount null) are worth
what their origin cost; under FIFO, goods going back to a supplier (out, amount given) and changes of value (quantity 0)
find the layer of their origin. Their state goes in again with the next moves, so that history is not read twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.inventory import average, exact, linked, month
from erp_core.inventory.layers import Layers, one_axis
from erp_core.inventory.linked import Move

STATE = {"quantity": QUANTITY, "amount": MONEY, "basis_quantity": QUANTITY, "basis_amount": MONEY}
_IDS = {"move_id": pl.Int64, "origin_move": pl.Int64}
_One = Callable[[list[Move], pl.DataFrame], tuple[list[int], pl.DataFrame]]


class Costed(NamedTuple):
    """The change of value by each move, in the order given, and the state of the items that moved."""

    amounts: pl.Series
    state: pl.DataFrame


def month_average(moves: pl.DataFrame) -> Costed:
    """全月一次加权平均: rows without amount at the average of the given rows (opening, receipts, returns to suppliers).

    Rows to be costed may also come in (goods back from the month's own sales, surpluses). state: item, quantity,
    amount at the end of the month. A value that no line can carry (nothing left to carry it, or below zero) stays in
    the state for the caller to write off.
    """
    rows = _columns(moves)
    book = exact.sorted_rows(rows)
    slow = _too_large(book)
    if slow.any():
        return _apart(rows, None, book.groups.names.filter(slow), month_average, _month_one)
    change, total = month.shared_out(book.quantity, book.amount, book.given, book.groups)
    held = exact.sums(book.quantity, book.groups) * book.step
    value = exact.sums(np.where(book.given, book.amount, 0), book.groups) - total
    return _costed(change, book.groups, _state(book.groups.names, held, value))


def moving_average(moves: pl.DataFrame, pools: pl.DataFrame | None = None) -> Costed:
    """移动加权平均: each issue at the unit cost that the last move in has set.

    pools, state: item, quantity, amount, basis_quantity, basis_amount; one row per item.
    """
    rows = _columns(moves)
    pool = exact.aligned(rows["item"].unique(maintain_order=True), pools, STATE)
    book = exact.sorted_rows(rows, pool[0], pool[2])
    pool[[0, 2]] //= book.step
    _refuse_below_zero(exact.running(book.quantity, book.groups, pool[0]), book.groups)
    slow = _too_large(book, pool[0] + pool[2]) | exact.any_of(~book.given & (book.quantity > 0), book.groups)
    if slow.any():
        return _apart(rows, pools, book.groups.names.filter(slow), moving_average, _moving_one)
    change = average.wave(book.quantity, book.amount, book.given, book.groups, pool)
    pool[[0, 2]] *= book.step
    return _costed(change, book.groups, _state(book.groups.names, *pool))


def fifo(moves: pl.DataFrame, layers: pl.DataFrame | None = None) -> Costed:
    """先进先出: issues take the oldest layers first.

    layers, state: item, move_id, quantity, amount, basis_quantity, basis_amount; one row per layer, oldest first.
    """
    rows = _columns(moves).with_columns(basis_quantity="quantity", basis_amount="amount")
    opening = _opening_layers(rows, layers)
    everything = pl.concat([opening, rows])
    book = exact.sorted_rows(everything, per_row="basis_quantity")
    _refuse_below_zero(exact.running(book.quantity, book.groups), book.groups)
    coming = book.quantity > 0
    basis = exact.integers(everything["basis_quantity"], QUANTITY)[book.groups.order] // book.step[book.groups.item]
    slow = _too_large(book) | exact.any_of((book.given != coming) | (basis > exact.SAFE), book.groups)
    if slow.any():
        return _apart(rows, layers, book.groups.names.filter(slow), fifo, _fifo_one)
    places = book.groups.order[coming]
    basis_value = exact.integers(everything["basis_amount"], MONEY)[places]
    before = Layers(book.quantity[coming], book.amount[coming], basis[coming], basis_value)
    cost, after = one_axis(book.quantity, before, book.groups)
    change = book.amount.copy()
    change[book.quantity < 0] = -cost
    amounts = exact.decimals(exact.in_given_order(change, book.groups)[opening.height :])
    return Costed(amounts, _layers_left(everything, places, after, book.step[book.groups.item[coming]]))


def _columns(moves: pl.DataFrame) -> pl.DataFrame:
    ids = [pl.col(n) if n in moves.columns else pl.lit(None).alias(n) for n in _IDS]
    return moves.select("item", pl.col("quantity").cast(QUANTITY), pl.col("amount").cast(MONEY), *ids).cast(_IDS)


def _too_large(book: exact.Sorted, held: np.ndarray | int = 0) -> np.ndarray:
    """Items whose quantities, in their own steps, are too large for 64-bit products."""
    return exact.sums(np.abs(book.quantity), book.groups) + held > exact.SAFE


def _refuse_below_zero(held: np.ndarray, groups: exact.Groups) -> None:
    if held.min(initial=0) < 0:
        name = groups.names[int(groups.item[int(np.argmax(held < 0))])]
        raise ValueError(f"item {name} would fall below zero; check stock before costing")


def _costed(change: np.ndarray, groups: exact.Groups, state: pl.DataFrame) -> Costed:
    return Costed(exact.decimals(exact.in_given_order(change, groups)), state)


def _state(names: pl.Series, *columns: np.ndarray) -> pl.DataFrame:
    kinds = list(STATE.items())[: len(columns)]
    parts = [exact.decimals(values, kind, name=name) for (name, kind), values in zip(kinds, columns, strict=True)]
    return pl.DataFrame([names.alias("item"), *parts])


def _opening_layers(rows: pl.DataFrame, layers: pl.DataFrame | None) -> pl.DataFrame:
    if layers is None or layers.is_empty():
        return rows.clear()
    held = layers.join(rows, on="item", how="semi", maintain_order="left")
    return held.with_columns(origin_move=pl.lit(None, pl.Int64)).select(rows.columns).cast(dict(rows.schema))


def _layers_left(rows: pl.DataFrame, places: np.ndarray, after: Layers, step: np.ndarray) -> pl.DataFrame:
    left = np.flatnonzero(after.quantity)
    kept, step = rows[places[left]], step[left]
    columns = (
        after.quantity[left] * step,
        after.amount[left],
        after.basis_quantity[left] * step,
        after.basis_amount[left],
    )
    state = _state(kept["item"], *columns)
    return state.insert_column(1, kept["move_id"])


def _apart(
    rows: pl.DataFrame, state: pl.DataFrame | None, items: pl.Series, kernel: Callable[..., Costed], one: _One
) -> Costed:
    """Cost some items move by move and the others by the kernel."""
    rows = rows.with_row_index("place")
    apart = pl.col("item").is_in(items.implode())
    others = rows.filter(~apart)
    costed = kernel(others) if state is None else kernel(others, state)
    amounts = np.zeros(rows.height, dtype=np.int64)
    amounts[others["place"].to_numpy()] = exact.integers(costed.amounts, MONEY)
    states = {} if state is None else state.filter(apart).partition_by("item", as_dict=True)
    found = [costed.state]
    for name, moves in rows.filter(apart).partition_by("item", as_dict=True, maintain_order=True).items():
        changes, after = one(_moves(moves), states.get(name))
        amounts[moves["place"].to_numpy()] = changes
        found.append(after.insert_column(0, pl.lit(name[0]).alias("item")))
    return Costed(exact.decimals(amounts), pl.concat([part.select(found[0].columns) for part in found]))


def _moves(rows: pl.DataFrame) -> list[Move]:
    amounts = exact.integers(rows["amount"], MONEY).tolist()
    known = rows["amount"].is_not_null().to_list()
    quantities = exact.integers(rows["quantity"], QUANTITY).tolist()
    values = [amount if given else None for amount, given in zip(amounts, known, strict=True)]
    return [Move(*row) for row in zip(quantities, values, rows["move_id"], rows["origin_move"], strict=True)]


def _frame(rows: list[list[Any]], width: int = len(STATE)) -> pl.DataFrame:
    columns = [[row[at] for row in rows] for at in range(width)]
    kinds = list(STATE.items())[:width]
    return pl.DataFrame(
        [
            exact.decimals(np.array(c, dtype=np.int64), kind, name=name)
            for (name, kind), c in zip(kinds, columns, strict=True)
        ]
    )


def _held(state: pl.DataFrame | None) -> list[list[int]]:
    if state is None:
        return []
    columns = [exact.integers(state[name], kind).tolist() for name, kind in STATE.items()]
    return [list(row) for row in zip(*columns, strict=True)]


def _month_one(moves: list[Move], _: pl.DataFrame | None) -> tuple[list[int], pl.DataFrame]:
    changes, total = month.shared_out_one(moves)
    value = sum(move.amount for move in moves if move.amount is not None) - total
    return changes, _frame([[sum(move.quantity for move in moves), value]], 2)


def _moving_one(moves: list[Move], state: pl.DataFrame | None) -> tuple[list[int], pl.DataFrame]:
    pool = (_held(state) or [[0, 0, 0, 0]])[0]
    changes = linked.moving_average(moves, pool)
    return changes, _frame([pool])


def _fifo_one(moves: list[Move], state: pl.DataFrame | None) -> tuple[list[int], pl.DataFrame]:
    ids = [] if state is None else state["move_id"].to_list()
    layers = [[*row, move_id] for row, move_id in zip(_held(state), ids, strict=True)]
    changes = linked.fifo(moves, layers)
    left = [layer for layer in layers if layer[0]]
    return changes, _frame(left).insert_column(0, pl.Series("move_id", [layer[4] for layer in left], pl.Int64))
