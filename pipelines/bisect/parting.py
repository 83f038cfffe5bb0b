"""Two logs of events whose totals differ: running totals side by side, and the event at which they last agreed no more."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

MONEY = pl.Decimal(38, 2)
LOG = {"place": pl.Int64, "event": pl.String, "amount": MONEY}


@dataclass(frozen=True)
class Parting:
    """Where two totals part for good.

    agreed: what both came to just before; left and right: what the event brought to each; difference: left less right at
    this event; total: the difference in the end; events: how many were compared; later: how many differ after this one.
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

    Both: place (the order of events), event, amount; several rows may tell of one event. A difference that a later event
    makes good again is no parting: goods that come before their voucher are not a fault.
    """
    both = _side_by_side(left, right)
    apart = both["difference"]
    if both.is_empty() or apart[-1] == 0:
        return None
    together = (apart == 0).arg_true()
    at = together[-1] + 1 if len(together) else 0
    row = both.row(at, named=True)
    own = row["left"] - row["right"]
    return Parting(
        event=row["event"],
        place=row["place"],
        agreed=row["running"] - row["left"],
        left=row["left"],
        right=row["right"],
        difference=own,
        total=apart[-1],
        events=both.height,
        later=int((both["left"] != both["right"])[at + 1 :].sum()),
    )


def _side_by_side(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    zero = pl.lit(0, MONEY)
    sides = [
        left.select("place", "event", left=pl.col("amount").cast(MONEY), right=zero),
        right.select("place", "event", left=zero, right=pl.col("amount").cast(MONEY)),
    ]
    both = pl.concat(sides).group_by("place", "event").agg(pl.col("left", "right").sum()).sort("place", "event")
    return both.with_columns(running=pl.col("left").cum_sum(), difference=(pl.col("left") - pl.col("right")).cum_sum())
