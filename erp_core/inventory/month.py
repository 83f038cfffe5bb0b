"""Month average on sorted arrays: one total per item, shared out by largest remainder, exact in integers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from erp_core.inventory import exact
from erp_core.inventory.linked import Move, half_up


def shared_out(
    quantity: np.ndarray, amount: np.ndarray, given: np.ndarray, groups: exact.Groups
) -> tuple[np.ndarray, np.ndarray]:
    """The change of value by each sorted row, and the total cost of each item's rows that were to be costed.

    The total is the exact average times the quantity issued, rounded once, or all there is when the month ends empty.
    Lines get floor cents, the missing cents go to the largest fractions, the later line first among equals.
    """
    base = exact.sums(np.where(given, quantity, 0), groups)
    value = exact.sums(np.where(given, amount, 0), groups)
    out = exact.sums(np.where(given, 0, -quantity), groups)
    fair = (base > 0) & (value > 0)
    divisor = np.where(fair, base, 1)
    whole, part = np.divmod(np.where(fair, value, 0), divisor)
    issued = np.where(given, 0, -quantity)
    cents, rest = np.divmod(part[groups.item] * issued, divisor[groups.item])
    floor = whole[groups.item] * issued + cents
    total = whole * out + (2 * part * out + divisor) // (2 * divisor)
    missing = total - exact.sums(floor, groups)
    cost = floor + _to_largest(rest, missing, groups)
    return np.where(given, amount, -cost), total


def _to_largest(rest: np.ndarray, missing: np.ndarray, groups: exact.Groups) -> np.ndarray:
    """One cent for the rows with the largest fractions, as many as are missing in their item."""
    extra = np.zeros(len(rest), dtype=np.int64)
    rows = np.flatnonzero((rest > 0) & (missing > 0)[groups.item])
    if not len(rows):
        return extra
    item, fraction = groups.item[rows], rest[rows]
    widest = int(fraction.max()) + 1
    if widest * (int(item[-1]) + 1) < 2**62:
        order = np.argsort(item * widest + fraction, kind="stable")
    else:
        order = np.lexsort((fraction, item))
    rows = rows[order]
    from_end = np.searchsorted(item, item, side="right") - np.arange(len(item))
    extra[rows] = from_end <= missing[item]
    return extra


def shared_out_one(moves: Sequence[Move]) -> tuple[list[int], int]:
    """shared_out() for one item whose quantities are too large for 64-bit products."""
    base = sum(move.quantity for move in moves if move.amount is not None)
    value = sum(move.amount for move in moves if move.amount is not None)
    average = Fraction(value, base) if base > 0 and value > 0 else Fraction(0)
    shares = [Fraction(0) if move.amount is not None else average * -move.quantity for move in moves]
    exact_total = sum(shares, Fraction(0))
    total = half_up(exact_total.numerator, exact_total.denominator)
    costs = [share.__floor__() for share in shares]
    by_fraction = sorted(range(len(moves)), key=lambda at: (shares[at] - costs[at], at))
    for at in by_fraction[len(moves) - (total - sum(costs)) :]:
        costs[at] += 1
    return [-cost if move.amount is None else move.amount for move, cost in zip(moves, costs, strict=True)], total
