"""Times two ways of doing the same thing side by side, and copies the rows an act wrote into a second file by bare SQL."""

import gc
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

import duckdb

# Tables that an act may write; the second value tells what to do with rows that are already there.
APPENDED = (
    "act", "document", "document_line", "document_step", "voucher", "voucher_line", "open_item", "open_item_match",
    "stock_move", "stock_value", "voucher_draft",
)  # fmt: skip
KEPT = {
    "number_counter": ("series", "cycle"),
    "account_balance": ("period", "account", "party", "department", "employee", "project", "item", "closing"),
    "document_progress": ("document_id", "line", "step"),
    "stock_now": ("item", "warehouse", "bin"),
    "stock_pool": ("item",),
}
# Tables of which an act may also change the status of a row.
STEPPED = {"document": "document_id", "voucher_draft": "draft_id"}


class Timing(NamedTuple):
    """Milliseconds by the wall clock and of the processor; on a shared machine only the second is firm."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Row:
    """One line of the table of figures; the target is a ratio."""

    work: str
    size: str
    yardstick: str
    ours: Timing
    bare: Timing
    target: float

    @property
    def ratio(self) -> float:
        return self.ours.wall / self.bare.wall

    @property
    def cpu_ratio(self) -> float:
        return self.ours.cpu / self.bare.cpu

    @property
    def reached(self) -> bool:
        return min(self.ratio, self.cpu_ratio) <= self.target


def timed(act: Callable[[], object]) -> Timing:
    """What one call takes."""
    gc.collect(0)
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Timing((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)


def middle(timings: Sequence[Timing]) -> Timing:
    """Medians of both clocks."""
    return Timing(median(t.wall for t in timings), median(t.cpu for t in timings))


def alternating(ours: Callable[[int], object], bare: Callable[[int], object], times: int) -> tuple[Timing, Timing]:
    """Medians of both, measured in turn so that a busy machine hurts both alike."""
    mine, theirs = [], []
    for at in range(times):
        mine.append(timed(lambda at=at: ours(at)))
        theirs.append(timed(lambda at=at: bare(at)))
    return middle(mine), middle(theirs)


Written = dict[str, list[tuple]]


class Copyist:
    """A copy of a file of books, into which the rows of each act are inserted by bare SQL and nothing else."""

    def __init__(self, books: object, folder: Path) -> None:
        self.books = books
        database = books.database
        database.root.execute("checkpoint")
        place = folder / "bare.duckdb"
        shutil.copy(database.path, place)
        self.bare = duckdb.connect(str(place))
        self.columns = {
            table: [row[0] for row in self.bare.execute(f"describe core.{table}").fetchall()]
            for table in (*APPENDED, *KEPT)
        }
        self.seen = self._all()

    def _all(self) -> dict[str, set[tuple]]:
        root = self.books.database.root
        return {table: set(root.execute(f"select * from core.{table}").fetchall()) for table in (*APPENDED, *KEPT)}

    def new_rows(self) -> Written:
        """The rows that came or changed since the last call."""
        now = self._all()
        fresh = {table: sorted(now[table] - self.seen[table], key=str) for table in now}
        self.seen = now
        return {table: rows for table, rows in fresh.items() if rows}

    def write(self, rows: Written) -> None:
        """The same rows in one database transaction, one statement a table, values as parameters."""
        cursor = self.bare
        cursor.execute("begin")
        for table in (*APPENDED, *KEPT):
            if table in rows:
                self._insert(cursor, table, rows[table])
        cursor.execute("commit")

    def _insert(self, cursor: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
        names = self.columns[table]
        places = ", ".join(["(" + ", ".join("?" * len(names)) + ")"] * len(rows))
        ending = ""
        if table in KEPT:
            sets = ", ".join(f"{name} = excluded.{name}" for name in names if name not in KEPT[table])
            ending = f" on conflict ({', '.join(KEPT[table])}) do update set {sets}"
        if table in STEPPED:
            ending = f" on conflict ({STEPPED[table]}) do update set status = excluded.status"
        cursor.execute(f"insert into core.{table} values {places}{ending}", [v for row in rows for v in row]).fetchall()

    def close(self) -> None:
        self.bare.close()
