"""Brings the legacy workbooks of the demo company into its books: masters, openings and history through the intake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.demo.orderbook import OrderBook, cut
from pipelines.intake.load import load_pack
from pipelines.intake.pack import Pack, gather

Progress = Callable[[int, int], None]
ORDER_BOOK = {"demo_sales_orders": ("item", "party"), "demo_purchase_orders": ("item", "party")}


@dataclass(frozen=True)
class Migration:
    """What came of it: the order book, and one row per sheet with its counts (read = loaded + rejected + dropped)."""

    book: OrderBook
    sheets: pl.DataFrame


def migrate(books: Any, paths: list[Path], progress: Progress) -> Migration:
    """Read, clean and count all workbooks; load what the intake loads; hand back the order book."""
    done = 0

    def tell(_: str, step: str, share: float) -> None:
        nonlocal done
        done += step == "reconcile"
        progress(done, 2 * len(paths))
        del share

    pack = gather(paths, on_progress=tell)
    hands = books.as_user("migrator")
    loaded = load_pack(hands, pack, lambda *_: progress(len(paths), 2 * len(paths)))
    rows = _handed_back(pack)
    hands.call(
        "masters.price_rule.save", rules=rows["demo_prices"].with_columns(pl.col("party", "level").fill_null(""))
    )
    known, unknown = _known(hands, rows)
    progress(2 * len(paths), 2 * len(paths))
    del loaded
    return Migration(cut(known, hands.sql("select code, department from rpt.employee")), _counts(pack, unknown))


def _handed_back(pack: Pack) -> dict[str, pl.DataFrame]:
    """The rows that the intake cleaned for us without loading them, by layout."""
    frames: dict[str, list[pl.DataFrame]] = {}
    for sheet in pack.of("rows"):
        frames.setdefault(sheet.fit.layout.layout, []).append(sheet.prepared.batch.frame.drop("row"))
    return {name: pl.concat(parts, how="diagonal_relaxed") for name, parts in frames.items()}


def _known(books: Any, rows: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """The rows whose items and parties are in the books, and how many of each layout are not."""
    codes = {
        "item": books.sql("select code from rpt.item")["code"],
        "party": books.sql("select code from rpt.party")["code"],
    }
    unknown = {}
    kept = dict(rows)
    for name, fields in ORDER_BOOK.items():
        there = pl.all_horizontal(pl.col(field).is_in(codes[field].implode()) for field in fields)
        kept[name] = rows[name].filter(there)
        unknown[name] = rows[name].height - kept[name].height
    return kept, unknown


def _counts(pack: Pack, unknown: dict[str, int]) -> pl.DataFrame:
    rows = []
    left = dict(unknown)
    for sheet in reversed(pack.sheets):
        counts = sheet.prepared.batch.notes["counts"]
        layout = sheet.fit.layout.layout
        # Rows that name what is not in the books are told with the last sheet of their kind.
        strangers = left.pop(layout, 0)
        rows.append(
            {
                "file": sheet.place,
                "layout": layout,
                "read": counts["read"],
                "loaded": counts["loaded"] - strangers,
                "rejected": counts["rejected"] + strangers,
                "dropped": counts["dropped"],
            }
        )
    return pl.DataFrame(rows[::-1])
