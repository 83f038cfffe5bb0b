"""The rules of B9 once more, as slow and plain as possible: fractions, one move at a time, one item at a time."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor

import polars as pl

CENT = Fraction(1, 100)


def cents(value: Fraction) -> Fraction:
    """Rounded to cents, half away from zero."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Fraction(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def kept(value: Fraction, basis: Fraction, share: Fraction, quantity: Fraction) -> Fraction:
    """What stays of a value after an issue: its own rounded cost, yet never a cent away from the exact rest."""
    rest = basis * share
    lowest, highest = floor(rest / CENT) * CENT, ceil(rest / CENT) * CENT
    return min(max(value - cents(quantity), lowest), highest)


class Pool:
    """A pool of one item, or a layer of it."""

    def __init__(self) -> None:
        self.quantity = self.value = self.basis = self.basis_value = Fraction(0)

    def take_in(self, quantity: Fraction, amount: Fraction) -> Fraction:
        before = self.value
        self.quantity += quantity
        self.value = max(self.value + amount, Fraction(0)) if self.quantity else Fraction(0)
        self.basis, self.basis_value = self.quantity, self.value
        return self.value - before

    def issue(self, quantity: Fraction) -> Fraction:
        before = self.value
        self.quantity -= quantity
        cost = self.basis_value * quantity / self.basis
        self.value = kept(self.value, self.basis_value, self.quantity / self.basis, cost)
        return self.value - before


def moving_average(moves: list[tuple[Fraction, Fraction | None]]) -> list[Fraction]:
    """The change of value by each move (quantity, amount or None)."""
    pool = Pool()
    return [pool.issue(-q) if a is None else pool.take_in(q, a) for q, a in moves]


def fifo(moves: list[tuple[Fraction, Fraction | None]]) -> list[Fraction]:
    """The change of value by each move; all receipts have amounts, all issues have none."""
    layers: list[Pool] = []
    changes = []
    for quantity, amount in moves:
        if amount is not None:
            layers.append(Pool())
            changes.append(layers[-1].take_in(quantity, amount))
            continue
        wanted, change = -quantity, Fraction(0)
        for layer in layers:
            part = min(wanted, layer.quantity)
            if part:
                change += layer.issue(part)
                wanted -= part
        changes.append(change)
    return changes


def month_average(moves: list[tuple[Fraction, Fraction | None]]) -> list[Fraction]:
    """The change of value by each move: floor cents and the largest remainders, the later line first."""
    base = sum((q for q, a in moves if a is not None), Fraction(0))
    value = sum((a for _, a in moves if a is not None), Fraction(0))
    average = value / base if base > 0 and value > 0 else Fraction(0)
    exact = [None if a is not None else -q * average for q, a in moves]
    total = cents(sum((e for e in exact if e is not None), Fraction(0)))
    costs = [None if e is None else floor(e / CENT) * CENT for e in exact]
    missing = int((total - sum(c for c in costs if c is not None)) / CENT)
    order = sorted((i for i, e in enumerate(exact) if e is not None), key=lambda i: (exact[i] - costs[i], i))
    for i in order[len(order) - missing :]:
        costs[i] += CENT
    return [a if c is None else -c for (_, a), c in zip(moves, costs, strict=True)]


def by_item(moves: pl.DataFrame, rule: callable) -> list[Decimal]:
    """A rule applied to each item of a frame of moves, answers in the order of the frame."""
    answers: dict[int, Fraction] = {}
    for _, rows in moves.with_row_index("place").group_by("item"):
        pairs = [(Fraction(q), None if a is None else Fraction(a)) for q, a in rows.select("quantity", "amount").rows()]
        answers |= dict(zip(rows["place"], rule(pairs), strict=True))
    return [Decimal(answers[i].numerator) / Decimal(answers[i].denominator) for i in range(moves.height)]
