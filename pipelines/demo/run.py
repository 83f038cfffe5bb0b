"""The demo company from nothing to closed months: write legacy workbooks, migrate them, trade, close."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

import erp_core
from erp_core.foundation.errors import BooksExist
from pipelines.closing import run as closing
from pipelines.demo import expenses, people, plan, workbooks
from pipelines.demo.calendar import TODAY, month_end, periods
from pipelines.demo.company import NAME, NAME_EN, SEED, START, USCC
from pipelines.demo.migration import Migration, migrate
from pipelines.demo.orderbook import STALE_DAYS, OrderBook
from pipelines.demo.trading import Trader

Progress = Callable[[str, int, int], None]
# Months whose papers are posted together: large sets are what makes two years fit into a minute.
PORTION = 6
ENDINGS = ("", ".wal", ".mark")
TAX_ACCOUNTS = ("222102", "222103", "222104", "222105", "222106")


@dataclass
class Demo:
    """What was made: documents by verb, migrated rows by sheet, closed periods, seconds by stage."""

    path: Path
    folder: Path
    documents: dict[str, int] = field(default_factory=dict)
    vouchers: int = 0
    sheets: pl.DataFrame | None = None
    closed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def run(
    books_path: str | Path, *, progress: Progress | None = None, scale: float = 1.0, seed: int = SEED,
    last_period: str = f"{TODAY:%Y-%m}", folder: Path | None = None,
) -> Demo:  # fmt: skip
    """Make the demo company's books at books_path, which must not exist; the workbooks lie in a folder beside them.

    progress is told stage (write, migrate, trade, close), done and total. scale 1.0 is about 50,000 documents and
    vouchers in two years. last_period ends the story earlier. Same seed and scale, same content.
    """
    tell = progress or _silent
    path = Path(books_path)
    if path.exists():
        raise BooksExist(path=str(path))
    demo = Demo(path, folder or path.parent / f"{path.stem}_workbooks")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _Stage(demo, "write"):
        paths = workbooks.write(demo.folder, plan.make(scale, seed), lambda done, total: tell("write", done, total))
    half_made = path.with_name(path.name + ".part")
    _clear(half_made)
    with (
        _no_collector(),
        erp_core.create(
            half_made, company=NAME, standard="sbe", start=START, taxpayer="general", name_en=NAME_EN, uscc=USCC
        ) as books,
    ):
        with _Stage(demo, "migrate"):
            migration = migrate(books, paths, lambda done, total: tell("migrate", done, total))
        _live(books, demo, migration, tell, [p for p in periods() if p <= last_period], scale, seed)
        people.settle(books)
    # Only whole books carry the name that others open.
    for ending in ENDINGS:
        if (part := Path(f"{half_made}{ending}")).exists():
            part.rename(f"{path}{ending}")
    return demo


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the collector of cycles from walking over millions of rows that stay alive anyway."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _clear(path: Path) -> None:
    """Take away what an interrupted run left."""
    for ending in ENDINGS:
        Path(f"{path}{ending}").unlink(missing_ok=True)


class _Stage:
    """Adds the seconds of a stretch of work to a stage."""

    def __init__(self, demo: Demo, name: str) -> None:
        self.demo, self.name = demo, name

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        seconds = self.demo.seconds
        seconds[self.name] = seconds.get(self.name, 0.0) + time.monotonic() - self.began


def _live(
    books: Any, demo: Demo, migration: Migration, tell: Progress, months: list[str], scale: float, seed: int
) -> None:
    """Trade half a year in sets; then month by month pay the costs and close what is finished."""
    book = migration.book
    done, total = 0, book.count(months)

    def told(count: int) -> None:
        nonlocal done
        # A red invoice is a paper of its own here, but not in the order book; advances of a party are set off together.
        done = min(done + count, total)
        tell("trade", done, total)

    trader = Trader(books, book, told)
    purse = _Purse(books, trader, scale, seed, _shop_cash(book))
    for number, period in enumerate(months):
        with _Stage(demo, "trade"):
            if number % PORTION == 0:
                trader.live(months[number : number + PORTION])
            purse.spend(period)
        if month_end(period) < TODAY:
            with _Stage(demo, "close"):
                closing.close(trader.hands["supervisor"], period)
            demo.closed.append(period)
        tell("close", number + 1, len(months))
    told(total)
    trader.close_stale(_stale(books))
    demo.documents, demo.sheets = trader.counts, migration.sheets
    demo.vouchers = books.sql("select count(*) as n from rpt.voucher")["n"][0]


def _shop_cash(book: OrderBook) -> dict[str, int]:
    """What came into the till by month, in 分."""
    till = book.money_received.heads.filter(pl.col("account") == expenses.CASH)
    sums = till.group_by(pl.col("document_on").dt.strftime("%Y-%m").alias("period")).agg(pl.col("whole").sum())
    return {period: int(whole.scaleb(2)) for period, whole in sums.rows()}


class _Purse:
    """Costs and taxes of each month as vouchers: one person writes them, another reviews and posts."""

    def __init__(self, books: Any, trader: Trader, scale: float, seed: int, shop_cash: dict[str, int]) -> None:
        self.books, self.trader, self.scale, self.seed, self.shop_cash = books, trader, scale, seed, shop_cash
        self.cash = self._owed("0000-00", (expenses.CASH,), -1).get(expenses.CASH, 0)
        self.before = "0000-00"

    def spend(self, period: str) -> None:
        """Write, submit, review and post the vouchers of a month."""
        made, self.cash = expenses.month(
            period, self.shop_cash.get(period, 0), self.cash, scale=self.scale, seed=self.seed
        )
        made += expenses.taxes(period, self._owed(self.before, TAX_ACCOUNTS, 1))
        self.before = period
        clerk, chief = self.trader.hands["accountant"], self.trader.hands["supervisor"]
        drafts = clerk.call("ledger.voucher.draft_many", vouchers=made)["drafts"]
        clerk.call("ledger.voucher.submit", drafts=drafts)
        chief.call("ledger.voucher.review", drafts=drafts)
        chief.call("ledger.voucher.post", drafts=drafts)
        counts = self.trader.counts
        counts["ledger.voucher.post"] = counts.get("ledger.voucher.post", 0) + len(drafts)

    def _owed(self, period: str, accounts: tuple[str, ...], sign: int) -> dict[str, int]:
        """Balances at the end of a period in 分, credit positive for sign 1."""
        rows = self.books.sql(
            "select account, sum(credit - debit) as owed from rpt.balance where period <= $period group by account",
            period=period,
        )
        return {account: sign * int(owed.scaleb(2)) for account, owed in rows.rows() if account in accounts}


def _stale(books: Any) -> list[str]:
    """Orders still open long after they were placed."""
    orders = books.report("sales_orders_open")
    old = date.fromordinal(TODAY.toordinal() - STALE_DAYS)
    return orders.filter(pl.col("document_on") < old)["number"].unique().sort().to_list()


def _silent(_stage: str, _done: int, _total: int) -> None:
    return
