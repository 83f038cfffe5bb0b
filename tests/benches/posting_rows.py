"""Posting: one voucher against bare inserts, flatness as the ledger grows, a million lines as one set."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from tests.benches import ledgers
from tests.benches.measure import Copyist, Row, Timing, middle, timed

SET_TABLES = ("act", "voucher", "voucher_line", "account_balance", "open_item")


def one_voucher(folder: Path, times: int) -> Iterator[Row]:
    """Post one voucher of four lines, each next to bare inserts of the very rows it wrote."""
    books = ledgers.company(folder, "single")
    copyist = Copyist(books, folder)
    mine, bare = [], []
    for at in range(times + 5):
        heads, lines = ledgers.vouchers(1, at)
        ours = timed(lambda h=heads, b=lines: ledgers.post(books, h, b))
        rows = copyist.new_rows()
        theirs = timed(lambda r=rows: copyist.write(r))
        if at >= 5:  # the first few warm both up
            mine.append(ours)
            bare.append(theirs)
    copyist.close()
    books.close()
    yield Row(
        "一张凭证 4 行 · one voucher, 4 lines", f"{times} ×", "bare inserts, same rows", middle(mine), middle(bare), 2
    )


def flatness(folder: Path, sizes: list[int], times: int) -> Iterator[Row]:
    """The same voucher on an empty ledger and on ever larger ones."""
    books = ledgers.company(folder, "flat")
    following, held = 0, 0
    empty: Timing | None = None
    for size in sizes:
        following = ledgers.fill(books, size - held, following)
        held = size
        ledgers_times = []
        for _ in range(times + 5):
            heads, lines = ledgers.vouchers(1, following)
            following += 1
            ledgers_times.append(timed(lambda h=heads, b=lines: ledgers.post(books, h, b)))
        now = middle(ledgers_times[5:])
        empty = empty or now
        if size != sizes[0]:
            label = "同一凭证，账已有 · the same with a ledger of"
            yield Row(label, f"{size:,} lines", "empty ledger", now, empty, 1.2)
    books.close()


def one_set(folder: Path, lines: int) -> Iterator[Row]:
    """Post vouchers as one set, next to DuckDB's insert … select of the rows it wrote into the same tables."""
    books = ledgers.company(folder, "set")
    heads, body = ledgers.vouchers(lines // ledgers.LINES_EACH)
    books.database.root.execute("checkpoint")
    copyist = Copyist(books, folder)
    before = {t: books.database.root.execute(f"select count(*) from core.{t}").fetchall()[0][0] for t in SET_TABLES}
    ours = timed(lambda: ledgers.post(books, heads, body))
    frames = {t: books.database.root.sql(f"select * from core.{t}").pl()[before[t] :] for t in SET_TABLES}
    books.close()
    bare = timed(lambda: _insert_select(copyist.bare, frames))
    copyist.close()
    yield Row("成批记账 · post as one set", f"{lines:,} lines", "insert … select, same frames", ours, bare, 2)


def _insert_select(connection: duckdb.DuckDBPyConnection, frames: dict[str, pl.DataFrame]) -> None:
    connection.execute("begin")
    for table, frame in frames.items():
        connection.register("_frame", frame)
        connection.execute(f"insert into core.{table} select * from _frame").fetchall()
        connection.unregister("_frame")
    connection.execute("commit")
