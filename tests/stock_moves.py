"""Moves for tests: written as short tuples, or drawn by Hypothesis."""

from decimal import Decimal

import polars as pl
from hypothesis import strategies as st

SCHEMA = {"item": pl.String, "quantity": pl.Decimal(18, 6), "amount": pl.Decimal(18, 2)}


def moves(*rows: tuple, item: str = "A") -> pl.DataFrame:
    """Rows (quantity, amount or None), or (quantity, amount, move_id, origin_move), of one item."""
    full = [(item, Decimal(str(q)), None if a is None else Decimal(a), *ids) for q, a, *ids in rows]
    ids = {"move_id": pl.Int64, "origin_move": pl.Int64} if len(full[0]) > 3 else {}
    return pl.DataFrame(full, schema=SCHEMA | ids, orient="row")


def amounts(column: pl.Series) -> list[str]:
    """A money column as text."""
    return [str(value) for value in column]


@st.composite
def histories(draw: st.DrawFn, *, items: int = 3, never_below_zero: bool = True) -> pl.DataFrame:
    """Receipts with amounts and issues without, mixed over a few items, never more out than in."""
    unit = draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.000001"), Decimal("1000000")]))
    held = dict.fromkeys("ABCDEFGH"[:items], 0)
    rows = []
    for _ in range(draw(st.integers(1, 40))):
        item = draw(st.sampled_from(sorted(held)))
        if held[item] and draw(st.booleans()):
            count = draw(st.integers(1, held[item]) | st.just(held[item]))
            rows.append((item, -count * unit, None))
            held[item] -= count
        else:
            count = draw(st.integers(1, 9) | st.integers(1, 5000))
            amount = draw(st.integers(0, 20) | st.integers(0, 10_000_00) | st.integers(0, 10**12))
            rows.append((item, count * unit, Decimal(amount) / 100))
            held[item] += count
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
