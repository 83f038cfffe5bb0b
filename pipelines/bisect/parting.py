"""Two logs of events whose totals differ: running totals side by side, and the event from which they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

MONEY = pl.Decimal(38, 2)
LOG = {"place": pl.Int64, "event": pl.String, "amount": MONEY}


@dataclass(frozen=True)
class Parting:
    """Where two totals part for good.

    agreed: what both came to just before; left and right: what the event brought to each; difference: left less right
    at this event; total: the difference in the end; events: how many were compared; later: how many more differ.
    """

    event: str
    place: int
    agreed: Decimal
    left: Decimal
    right: Decimal
    difference: Decimal
    total: Decimal
    events: int
    later: int


def part(left: pl.DataFrame, right: pl.DataFrame) -> Parting | None:
    """The first event from which on two logs disagree until their end; nothing where their totals are equal.

    Both: place (the order of events), event, amount; several rows may tell of one event. A difference that a later
    event makes good again is no parting: goods that come before their voucher are not a fault.
    """
    both = _side_by_side(_cents(left), _cents(right), "place")
    apart = (both["left"] - both["right"]).cum_sum()
    if both.is_empty() or apart[-1] == 0:
        return None
    together = (apart == 0).arg_true()
    at = together[-1] + 1 if len(together) else 0
    place = both["place"][at]
    event, own_left, own_right = _first_unlike(_at(left, place), _at(right, place))
    return Parting(
        event=event,
        place=place,
        agreed=_yuan(both["left"][:at].sum()),
        left=_yuan(own_left),
        right=_yuan(own_right),
        difference=_yuan(own_left - own_right),
        total=_yuan(apart[-1]),
        events=both.height,
        later=int((both["left"] != both["right"])[at + 1 :].sum()),
    )


def _first_unlike(left: pl.DataFrame, right: pl.DataFrame) -> tuple[str, int, int]:
    """Of the events at one place the first that is told differently."""
    both = _side_by_side(left, right, "event").filter(pl.col("left") != pl.col("right"))
    return both.row(0)


def _at(log: pl.DataFrame, place: int) -> pl.DataFrame:
    return _cents(log.filter(pl.col("place") == place))


def _cents(log: pl.DataFrame) -> pl.DataFrame:
    # Whole numbers add up many times faster than decimals.
    cents = pl.col("amount").cast(pl.Decimal(38, 2)).to_physical().cast(pl.Int64)
    return log.select("place", "event", cents=cents)


def _side_by_side(left: pl.DataFrame, right: pl.DataFrame, by: str) -> pl.DataFrame:
    zero = pl.lit(0, pl.Int64)
    sides = [left.select(by, left="cents", right=zero), right.select(by, left=zero, right="cents")]
    return pl.concat(sides).group_by(by).agg(pl.col("left", "right").sum()).sort(by)


def _yuan(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
