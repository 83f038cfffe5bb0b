"""Bisect: a fault planted among a million events of two logs, against two seconds."""

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from pipelines.bisect import part
from tests.benches.measure import Row, Timing, middle, timed

SECONDS = Timing(2000, 2000)


def rows(events: int) -> Iterator[Row]:
    """Two logs of the same events, one of which says a cent more of one of them."""
    place = pl.int_range(events, eager=True)
    log = pl.DataFrame({"place": place}).select(
        "place",
        event=pl.format("2026-01 记-{}", "place"),
        amount=((pl.col("place") * 7919) % 100_000 - 50_000).cast(pl.Decimal(18, 2)),
    )
    planted = events * 2 // 3
    cent = pl.when(pl.col("place") == planted).then(Decimal("0.01")).otherwise(Decimal(0))
    other = log.with_columns(amount=(pl.col("amount") + cent).cast(pl.Decimal(18, 2)))
    found = []
    timings = [timed(lambda: found.append(part(other, log))) for _ in range(3)]
    if any(one is None or one.place != planted for one in found):
        raise AssertionError(found)
    yield Row("二分定位 · bisect", f"{events:,} events", "two seconds", middle(timings), SECONDS, 1)
