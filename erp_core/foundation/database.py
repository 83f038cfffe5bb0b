"""The one DuckDB file of a company: opening, numbered schema, one writer at a time, readers beside it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from erp_core.foundation.errors import (
    BooksBehindMark,
    BooksBusy,
    BooksDamaged,
    BooksExist,
    BooksFrozen,
    BooksInUse,
    BooksMissing,
    SchemaChanged,
)

WRITER_WAIT_SECONDS = 10
SETTINGS = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "preserve_insertion_order": "true",
}


class Database:
    """An open file of books. Reads take a cursor each; writes take the one lock and one cursor."""

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = str(path)
        self.in_memory = self.path == ":memory:"
        self.reference: dict[str, Any] = {}
        self.version = 0
        self.frozen = False
        self._lock = threading.RLock()
        self._ids: dict[str, int] = {}
        self._to_mark: int | None = None
        self._check_place(create)
        self.root = self._connect()
        try:
            self._apply_schema()
            self._compare_mark()
        except BaseException:
            self.root.close()
            raise

    def _check_place(self, create: bool) -> None:
        if self.in_memory:
            return
        there = Path(self.path).exists()
        if create and there:
            raise BooksExist(path=self.path)
        if not create and not there:
            raise BooksMissing(path=self.path)
        if create:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        try:
            return duckdb.connect(self.path, config=SETTINGS)
        except duckdb.IOException as problem:
            if "lock" in str(problem):
                holder = str(problem).partition("held in")[2].partition(")")[0].strip()
                raise BooksInUse(path=self.path, detail=holder + ")") from problem
            raise BooksDamaged(path=self.path, detail=_first_line(problem)) from problem
        except duckdb.Error as problem:
            raise BooksDamaged(path=self.path, detail=_first_line(problem)) from problem

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for reading; fetch everything before leaving, since an open result pins the file."""
        cursor = self.root.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def write(self, *, wait: int = WRITER_WAIT_SECONDS, counted: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """The writer's cursor inside one database transaction; anything raised, even an interrupt, rolls back.

        wait: seconds until BooksBusy; counted=False leaves the version as it is, for marks that change no answer.
        """
        if self.frozen:
            raise BooksFrozen
        # One writer is a need of correctness, not of speed: concurrent transactions of DuckDB can skew balances.
        if not self._lock.acquire(timeout=wait):
            raise BooksBusy(seconds=wait)
        try:
            cursor = self.root.cursor()
            try:
                cursor.execute("begin")
                try:
                    yield cursor
                    cursor.execute("commit")
                except BaseException:
                    with suppress(duckdb.Error):
                        cursor.execute("rollback")
                    self._ids.clear()
                    self._to_mark = None
                    raise
                self._write_mark()
                self.version += counted
            finally:
                cursor.close()
        finally:
            self._lock.release()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Hold all writers back with everything written to the main file, for as long as it takes to copy it."""
        if not self._lock.acquire(timeout=WRITER_WAIT_SECONDS):
            raise BooksBusy(seconds=WRITER_WAIT_SECONDS)
        try:
            self.root.execute("checkpoint")
            yield
        finally:
            self._lock.release()

    def take_ids(self, cursor: duckdb.DuckDBPyConnection, table: str, column: str, count: int) -> int:
        """Reserve surrogate ids under the writer's lock and return the first; ids may have holes, numbers may not."""
        if table not in self._ids:
            rows = cursor.execute(f"select coalesce(max({column}), 0) from core.{table}").fetchall()
            self._ids[table] = rows[0][0]
        first = self._ids[table] + 1
        self._ids[table] += count
        return first

    def mark(self, act_id: int) -> None:
        """Have the last act noted outside the file once committed, since a truncated log of DuckDB opens silently."""
        self._to_mark = act_id

    def _write_mark(self) -> None:
        # Only after the commit: a mark ahead of the books would make a crash in between look like a loss.
        if self._to_mark is not None and not self.in_memory:
            place = self._mark_path()
            spare = place.with_suffix(".mark.new")
            spare.write_text(json.dumps({"last_act": self._to_mark}), encoding="utf-8")
            spare.replace(place)
        self._to_mark = None

    def _mark_path(self) -> Path:
        return Path(self.path + ".mark")

    def _compare_mark(self) -> None:
        if self.in_memory or not self._mark_path().exists():
            return
        expected = json.loads(self._mark_path().read_text(encoding="utf-8"))["last_act"]
        found = self.root.execute("select coalesce(max(act_id), 0) from core.act").fetchall()[0][0]
        if found < expected:
            raise BooksBehindMark(found=found, expected=expected)

    def _apply_schema(self) -> None:
        self.root.execute(
            "create table if not exists main.schema_file"
            " (number integer primary key, name text not null, sha256 text not null, applied_at timestamp not null)"
        )
        known = {row[0]: row[1] for row in self.root.execute("select name, sha256 from main.schema_file").fetchall()}
        for name, text in schema_files():
            digest = hashlib.sha256(text.encode()).hexdigest()
            if name in known:
                if known[name] != digest:
                    raise SchemaChanged(name=name)
                continue
            with self.write() as cursor:
                cursor.execute(text)
                cursor.execute(
                    "insert into main.schema_file values (?, ?, ?, ?)",
                    [int(name[:4]), name, digest, datetime.now(UTC).replace(tzinfo=None)],
                )

    def close(self) -> None:
        """Write everything to the main file and let it go."""
        with self._lock:
            with suppress(duckdb.Error):
                self.root.execute("checkpoint")
            self.root.close()


def schema_files() -> list[tuple[str, str]]:
    """The numbered schema files in order: (name, text)."""
    folder = resources.files("erp_core").joinpath("schema")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]
