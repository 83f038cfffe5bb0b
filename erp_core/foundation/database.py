"""The one DuckDB file of a company: opening, numbered schema, one writer at a time, readers beside it."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import psutil

from erp_core.foundation import canon
from erp_core.foundation.chain import Chain
from erp_core.foundation.errors import (
    BooksBehindMark,
    BooksBusy,
    BooksDamaged,
    BooksExist,
    BooksFrozen,
    BooksInUse,
    BooksMissing,
    BooksNeedUpgrade,
    BooksNotAsMarked,
    BooksTooNew,
    DiskFull,
    SchemaChanged,
)

WRITER_WAIT_SECONDS = 10
COPY_WAIT_SECONDS = 600
# What the log of the engine may grow to while the main file is held still for a copy, and otherwise.
PINNED, LOOSE = "100GiB", "16MiB"
SETTINGS = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "preserve_insertion_order": "true",
    # One query may not take the machine with it: neither its memory nor, by spilling, its disk.
    "memory_limit": f"{psutil.virtual_memory().total * 6 // 10 // 1_048_576}MB",
    "max_temp_directory_size": "16GB",
}
T = TypeVar("T")
# What the engine says when what it reads is not what it once wrote.
_DAMAGE = (
    "Corrupt database file",
    "does not match stored checksum",
    "Could not read enough bytes",
    "not a valid DuckDB",
)


class Database:
    """An open file of books. Reads take a cursor each; writes take the one lock and one cursor."""

    def __init__(
        self, path: str | Path, *, create: bool = False, upgrade: bool = False, schema: Path | None = None
    ) -> None:
        self.path = str(path)
        self.in_memory = self.path == ":memory:"
        self.reference: dict[str, Any] = {}
        self.version = 0
        # Which commit touched a table last; what is not here has not changed since the file was opened.
        self.changed: dict[str, int] = {}
        self.frozen = False
        # A copy in which everything may be tried, since it is thrown away.
        self.throw_away = False
        self._lock = threading.RLock()
        self._ids: dict[str, int] = {}
        self.chain = Chain()
        self._to_mark: dict[str, Any] | None = None
        self._copying = threading.Lock()
        self._dead = False
        # How often writers waited for each other, and the longest wait in milliseconds since it was last read.
        self.waits: tuple[int, int] = (0, 0)
        self._check_place(create)
        self.root = self._connect()
        try:
            self._apply_schema(schema_files(schema), upgrade=upgrade, fresh=create or self.in_memory)
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
            if "set lock on file" in str(problem):
                holder = str(problem).partition("held in")[2].partition(")")[0].strip()
                raise BooksInUse(path=self.path, detail=holder + ")") from problem
            raise self._damaged(_first_line(problem)) from problem
        except duckdb.Error as problem:
            raise self._damaged(_first_line(problem)) from problem

    def _damaged(self, detail: str) -> BooksDamaged:
        return BooksDamaged(path=self.path, detail=detail, backup=latest_backup(self.path))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Say in words what the engine reports of disk and file; after a fatal fault the file is opened anew."""
        if self._dead:
            self._revive()
        try:
            yield
        except duckdb.Error as problem:
            text = str(problem)
            self._dead = self._dead or isinstance(problem, duckdb.FatalException) or "invalidated" in text
            if "No space left" in text:
                raise DiskFull(path=self.path) from problem
            if any(sign in text for sign in _DAMAGE):
                raise self._damaged(_first_line(problem)) from problem
            raise

    def _revive(self) -> None:
        with self._lock:
            if self._dead:
                with suppress(duckdb.Error):
                    self.root.close()
                self.root = self._connect()
                self._ids.clear()
                self.chain.forget()
                self.reference.clear()
                self._dead = False

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for reading; fetch everything before leaving, since an open result pins the file."""
        with self._faults():
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
        self._take_turn(wait)
        try:
            with self._faults():
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
                        self.chain.forget()
                        self._to_mark = None
                        raise
                    self._write_mark()
                    self.version += counted
                finally:
                    cursor.close()
        finally:
            self._lock.release()

    def _take_turn(self, wait: int) -> None:
        # One writer is a need of correctness, not of speed: concurrent transactions of DuckDB can skew balances.
        begun = time.perf_counter()
        if not self._lock.acquire(timeout=wait):
            raise BooksBusy(seconds=wait)
        waited = round((time.perf_counter() - begun) * 1000)
        if waited:
            self.waits = (self.waits[0] + 1, max(self.waits[1], waited))

    @contextmanager
    def pinned(self, look: Callable[[duckdb.DuckDBPyConnection], T]) -> Iterator[T]:
        """Hold the main file still while a child copies it; writers go on, what they write waits in the log.

        look: called with a cursor that sees the books exactly as they are in the file; its answer is handed on.
        """
        with self._alone(), self._faults():
            cursor = self.root.cursor()
            try:
                self._take_turn(WRITER_WAIT_SECONDS)
                try:
                    self.root.execute("checkpoint")
                    self.root.execute(f"set global wal_autocheckpoint = '{PINNED}'")
                    # The snapshot is taken with the first read, while no writer can come in between.
                    cursor.execute("begin")
                    cursor.execute("select count(*) from main.schema_file").fetchall()
                finally:
                    self._lock.release()
                seen = look(cursor)
                cursor.execute("rollback")
                yield seen
            finally:
                cursor.close()
                with suppress(duckdb.Error):
                    self.root.execute(f"set global wal_autocheckpoint = '{LOOSE}'")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # A checkpoint for one copy would move the blocks under another.
        if not self._copying.acquire(timeout=COPY_WAIT_SECONDS):
            raise BooksBusy(seconds=COPY_WAIT_SECONDS)
        try:
            yield
        finally:
            self._copying.release()

    def take_ids(self, cursor: duckdb.DuckDBPyConnection, table: str, column: str, count: int) -> int:
        """Reserve surrogate ids under the writer's lock and return the first; ids may have holes, numbers may not."""
        if table not in self._ids:
            rows = cursor.execute(f"select coalesce(max({column}), 0) from core.{table}").fetchall()
            self._ids[table] = rows[0][0]
        first = self._ids[table] + 1
        self._ids[table] += count
        return first

    def mark(self, act_id: int, seal: str) -> None:
        """Have the last act noted outside the file once committed, since a truncated log of DuckDB opens silently."""
        self._to_mark = {"last_act": act_id, "seal": seal}

    def _write_mark(self) -> None:
        # Only after the commit: a mark ahead of the books would make a crash in between look like a loss.
        if self._to_mark is not None and not self.in_memory:
            place = self._mark_path()
            spare = place.with_suffix(".mark.new")
            try:
                spare.write_text(json.dumps(self._to_mark), encoding="utf-8")
                spare.replace(place)
            except OSError:
                # The act is committed and must not be told as failed; the mark of the next one covers it too.
                with suppress(OSError):
                    spare.unlink(missing_ok=True)
        self._to_mark = None

    def _mark_path(self) -> Path:
        return Path(self.path + ".mark")

    def _compare_mark(self) -> None:
        if self.in_memory or not self._mark_path().exists():
            return
        marked = json.loads(self._mark_path().read_text(encoding="utf-8"))
        expected, seal = marked["last_act"], marked.get("seal")
        found = self.root.execute("select coalesce(max(act_id), 0) from core.act").fetchall()[0][0]
        if found < expected:
            raise BooksBehindMark(found=found, expected=expected, backup=latest_backup(self.path))
        there = self.root.execute("select seal from core.act where act_id = $act", {"act": expected}).fetchall()
        if seal and (not there or there[0][0] != seal):
            raise BooksNotAsMarked(act=expected, backup=latest_backup(self.path))

    def _apply_schema(self, files: list[tuple[str, str]], *, upgrade: bool, fresh: bool) -> None:
        pending = pending_files(self._known_files(fresh=fresh), files, self.path)
        if pending and not (upgrade or fresh):
            raise BooksNeedUpgrade(path=self.path, count=len(pending), first=pending[0][0])
        for name, text in pending:
            with self.write() as cursor:
                cursor.execute(text)
                cursor.execute(
                    "insert into main.schema_file values (?, ?, ?, ?)",
                    [int(name[:4]), name, _digest(text), datetime.now(UTC).replace(tzinfo=None)],
                )
        if pending:
            with self.write() as cursor:
                canon.keep_forms(cursor)

    def _known_files(self, *, fresh: bool) -> dict[str, str]:
        if fresh:
            self.root.execute(
                "create table if not exists main.schema_file"
                " (number integer primary key, name text not null, sha256 text not null, applied_at timestamp not null)"
            )
        try:
            return dict(self.root.execute("select name, sha256 from main.schema_file").fetchall())
        except duckdb.CatalogException as problem:
            raise self._damaged("a DuckDB file without books") from problem
        except duckdb.Error as problem:
            raise self._damaged(_first_line(problem)) from problem

    def close(self) -> None:
        """Write everything to the main file and let it go; a copy under way is waited for."""
        with self._alone(), self._lock:
            with suppress(duckdb.Error):
                self.root.execute("checkpoint")
            self.root.close()


def schema_files(folder: Path | None = None) -> list[tuple[str, str]]:
    """The numbered schema files in order: (name, text)."""
    place = folder or resources.files("erp_core").joinpath("schema")
    names = sorted(entry.name for entry in place.iterdir() if entry.name.endswith(".sql"))
    return [(name, place.joinpath(name).read_text(encoding="utf-8")) for name in names]


def pending_files(known: dict[str, str], files: list[tuple[str, str]], path: str) -> list[tuple[str, str]]:
    """The files not yet applied; books that know later or other files than this program are refused."""
    later = sorted(known.keys() - {name for name, _ in files})
    if later:
        raise BooksTooNew(path=path, name=later[-1])
    for name, text in files:
        if name in known and known[name] != _digest(text):
            raise SchemaChanged(name=name)
    return [(name, text) for name, text in files if name not in known]


def backups_note(path: str | Path) -> Path:
    """The small file beside the books that says where their backups are, since damaged books cannot tell."""
    return Path(f"{path}.backups")


def latest_backup(path: str | Path) -> str:
    """The latest backup known of a file of books, or '-'."""
    try:
        return str(json.loads(backups_note(path).read_text(encoding="utf-8"))[-1]["backup"])
    except (OSError, ValueError, LookupError, TypeError):
        return "-"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]
