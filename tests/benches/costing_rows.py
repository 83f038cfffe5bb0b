"""The three costing methods over a frame of moves, next to the bare kernel on the same whole numbers, sort included."""

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from erp_core.inventory import average, costing, exact, month
from erp_core.inventory.layers import Layers, one_axis
from tests.benches.measure import Row, alternating

ITEMS = 5000


def moves(count: int) -> pl.DataFrame:
    """A receipt, then smaller issues, item by item in turn; never below zero."""
    random = np.random.default_rng(20260301)
    item = random.integers(0, ITEMS, count)
    seen = pl.DataFrame({"item": item}).with_columns(turn=pl.int_range(pl.len()).over("item"))["turn"].to_numpy()
    coming = seen % 4 == 0
    quantity = np.where(coming, random.integers(300, 600, count), -random.integers(1, 100, count))
    amount = np.where(coming, random.integers(10_000, 9_999_999, count), 0)
    return pl.DataFrame({"item": item, "quantity": quantity}).select(
        item=pl.format("I{}", pl.col("item").cast(pl.String).str.zfill(5)),
        quantity=pl.col("quantity").cast(pl.Decimal(18, 6)),
        amount=pl.when(pl.Series(coming)).then(exact.decimals(amount)),
        move_id=pl.int_range(pl.len()),
        cents=pl.when(pl.Series(coming)).then(pl.Series(amount)),
    )


def rows(count: int, times: int = 5) -> Iterator[Row]:
    """Month average, moving average and FIFO; medians."""
    frame = moves(count)
    codes = exact.by_item(frame["item"])
    plain = _Arrays(frame, codes)
    kernels: list[tuple[str, Callable, Callable]] = [
        ("全月加权平均 · month average", costing.month_average, plain.month),
        ("移动加权平均 · moving average", costing.moving_average, plain.moving),
        ("先进先出 · first in first out", costing.fifo, plain.fifo),
    ]
    given = frame.drop("cents")
    for name, ours, bare in kernels:
        mine, theirs = alternating(lambda _, f=ours: f(given), lambda _, f=bare: f(), times)
        yield Row(name, f"{count:,} moves, {ITEMS:,} items", "bare kernel, same arrays", mine, theirs, 2)


class _Arrays:
    """The moves as whole numbers, unsorted, as a bare kernel would be given them."""

    def __init__(self, frame: pl.DataFrame, codes: exact.Groups) -> None:
        self.names = codes.names
        self.item = frame["item"].cast(pl.Enum(codes.names)).to_physical().to_numpy().astype(np.uint16)
        self.quantity = (frame["quantity"].to_physical().cast(pl.Int64) // 1_000_000).to_numpy()
        self.amount = frame["cents"].fill_null(0).to_numpy()
        self.given = frame["cents"].is_not_null().to_numpy()

    def _sorted(self) -> tuple[exact.Groups, np.ndarray, np.ndarray, np.ndarray]:
        counts = np.bincount(self.item, minlength=len(self.names))
        order = np.argsort(self.item, kind="stable")
        item = np.repeat(np.arange(len(self.names)), counts)
        groups = exact.Groups(self.names, order, item, np.cumsum(counts) - counts, counts)
        return groups, self.quantity[order], self.amount[order], self.given[order]

    def month(self) -> np.ndarray:
        groups, quantity, amount, given = self._sorted()
        return exact.in_given_order(month.shared_out(quantity, amount, given, groups)[0], groups)

    def moving(self) -> np.ndarray:
        groups, quantity, amount, given = self._sorted()
        pools = np.zeros((4, len(self.names)), dtype=np.int64)
        return exact.in_given_order(average.wave(quantity, amount, given, groups, pools), groups)

    def fifo(self) -> np.ndarray:
        groups, quantity, amount, _ = self._sorted()
        coming = quantity > 0
        layers = Layers(quantity[coming], amount[coming], quantity[coming], amount[coming])
        change = amount.copy()
        change[~coming] = -one_axis(quantity, layers, groups)[0]
        return exact.in_given_order(change, groups)


def same(count: int) -> bool:
    """Whether both ways agree to the cent, so that the race is between equals."""
    frame = moves(count)
    plain = _Arrays(frame, exact.by_item(frame["item"]))
    pairs = [(costing.month_average, plain.month), (costing.moving_average, plain.moving), (costing.fifo, plain.fifo)]
    given = frame.drop("cents")
    return all(np.array_equal(exact.integers(ours(given).amounts, pl.Decimal(18, 2)), bare()) for ours, bare in pairs)
