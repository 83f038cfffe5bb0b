"""One item move by move: for moves whose value hangs on another move, and for quantities beyond 64-bit products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from erp_core.inventory.average import step


class Move(NamedTuple):
    """A move in whole units: millionths and cents; amount None is to be costed."""

    quantity: int
    amount: int | None
    move_id: int | None = None
    origin_move: int | None = None


class Issued:
    """What each issue cost, so that goods that come back are worth what they cost when they left."""

    def __init__(self) -> None:
        self._of: dict[int, list[int]] = {}

    def keep(self, move: Move, change: int) -> int:
        """Remember an issue that others may name; return its change unaltered."""
        if move.move_id is not None and move.quantity < 0:
            self._of[move.move_id] = [-change, -move.quantity, 0, 0]
        return change

    def value_of(self, move: Move) -> int:
        """The value of goods coming back: their share of what the origin cost, exact when all is back."""
        if move.origin_move not in self._of:
            raise ValueError(f"move {move.move_id} comes in without an amount and without an origin among the moves")
        origin = self._of[move.origin_move]
        cost, quantity, back, paid = origin
        back += move.quantity
        value = half_up(cost * back, quantity) - paid
        origin[2:] = back, paid + value
        return value


def half_up(dividend: int, divisor: int) -> int:
    """Whole division rounded half up (away from zero); the divisor is positive."""
    sign = -1 if dividend < 0 else 1
    return sign * ((2 * abs(dividend) + divisor) // (2 * divisor))


def moving_average(moves: Iterable[Move], pool: list[int]) -> list[int]:
    """The change of a pool (see average.step) by each move; the pool is changed in place."""
    issued = Issued()
    return [issued.keep(move, step(pool, move.quantity, _amount(move, issued))) for move in moves]


def fifo(moves: Iterable[Move], layers: list[list[Any]]) -> list[int]:
    """The change of value by each move. layers: [quantity, amount, their basis, move_id], oldest first.

    Goods going back to the supplier leave their own layer as far as it still holds them, at the amount given; a change
    of value (quantity 0) goes to the layer named, and is 0 when that is used up. layers are changed in place.
    """
    issued, first = Issued(), _First(layers)
    changes = []
    for move in moves:
        amount = _amount(move, issued)
        if move.quantity > 0:
            layers.append([move.quantity, amount, move.quantity, amount, move.move_id])
            change = amount
        elif amount is None:
            change = first.take(-move.quantity)
        else:
            change = _from_own_layer(move, amount, layers, first)
        changes.append(issued.keep(move, change))
    return changes


def _amount(move: Move, issued: Issued) -> int | None:
    return issued.value_of(move) if move.amount is None and move.quantity > 0 else move.amount


def _from_own_layer(move: Move, amount: int, layers: list[list[Any]], first: _First) -> int:
    own = next((layer for layer in reversed(layers) if layer[4] == move.origin_move and layer[0]), None)
    if own is None:
        return first.take(-move.quantity)
    taken = min(own[0], -move.quantity)
    pool = own[:4]
    change = step(pool, -taken, amount if taken == -move.quantity else None)
    own[:4] = pool
    return change + first.take(-move.quantity - taken)


class _First:
    """Takes from the oldest layer that still holds something."""

    def __init__(self, layers: list[list[Any]]) -> None:
        self._layers, self._at = layers, 0

    def take(self, quantity: int) -> int:
        change = 0
        while quantity:
            layer = self._layers[self._at]
            taken = min(layer[0], quantity)
            if taken:
                pool = layer[:4]
                change += step(pool, -taken, None)
                layer[:4] = pool
                quantity -= taken
            self._at += not layer[0]
        return change
