"""Prove a file of books with nothing but the file: read-only, no host, no program of ours needed to have kept it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from erp_core.foundation.database import latest_backup
from erp_core.foundation.errors import BooksDamaged, BooksInUse, BooksMissing, Refusal
from erp_core.seals import naming, periods, proof
from erp_core.seals.proof import Break, Proof, Tell

# Whatever the engine or its readers may say of bytes that are not what they once were.
_UNREADABLE = (
    duckdb.Error,
    pl.exceptions.PolarsError,
    UnicodeError,
    ValueError,
    TypeError,
    OverflowError,
    RuntimeError,
)


class BooksUnsealed(Refusal):
    """The books {path} hold no chain of seals: they were written before it was kept."""


class CodeUnreadable(Refusal):
    """A code is given as PERIOD=CODE, such as 2026-03=7Q2M-91XK-0B4T-HWZA, not {given}."""


@dataclass(frozen=True)
class Verdict:
    """What the file says of itself, and every break in words."""

    path: str
    proof: Proof
    breaks: list[dict[str, Any]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether nothing is broken."""
        return self.proof.sound

    def plain(self) -> dict[str, Any]:
        """The verdict as plain values."""
        of = self.proof
        return {
            "path": self.path, "sound": self.sound, "acts": of.acts, "rows": of.rows, "periods": of.periods,
            "unsealed": of.unsealed, "last_act": of.last_act, "head": of.head, "codes": self.codes,
            "breaks": self.breaks,
        }  # fmt: skip


def verify(path: Path, *, codes: dict[str, str] | None = None, head: str = "", tell: Tell | None = None) -> Verdict:
    """Prove a file. codes: period -> code as printed earlier; head: the seal of some act as noted earlier.

    Refuses a file that is not there, is held by a host, cannot be read at all, or holds no chain.
    """
    if not path.is_file():
        raise BooksMissing(path=str(path))
    try:
        with closing(_opened(path)) as connection:
            return _verdict(path, connection, codes or {}, head, tell)
    except _UNREADABLE as problem:
        raise _damaged(path, problem) from problem


def read_codes(given: list[str]) -> dict[str, str]:
    """Codes as typed at the terminal, PERIOD=CODE each."""
    found = {}
    for text in given:
        period, equals, code = text.partition("=")
        if not equals or not period or not code:
            raise CodeUnreadable(given=text)
        found[period] = code
    return found


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    settings = {"enable_external_access": "false", "python_enable_replacements": "false"}
    try:
        return duckdb.connect(str(path), read_only=True, config=settings)
    except duckdb.IOException as problem:
        if "set lock on file" in str(problem):
            raise BooksInUse(path=str(path), detail="-") from problem
        raise


def _verdict(
    path: Path, connection: duckdb.DuckDBPyConnection, codes: dict[str, str], head: str, tell: Tell | None
) -> Verdict:
    tables = "select 1 from duckdb_tables() where schema_name = 'core' and table_name = 'seal_form'"
    if not connection.execute(tables).fetchall():
        raise BooksUnsealed(path=str(path))
    _read_everything(connection)
    found = proof.prove(connection, tell=tell)
    kept = dict(
        connection.execute("select period, max_by(code, version) from core.period_seal group by period").fetchall()
    )
    for period, code in codes.items():
        if kept.get(period) != periods.read_code(code):
            found.broken(Break("code", None, "period_seal", {"period": period, "code": kept.get(period, "-")}))
    if head and not connection.execute("select 1 from core.act where seal = $head", {"head": head}).fetchall():
        found.broken(Break("end", None, "act", {"seal": head}))
    _compare_mark(path, connection, found)
    return Verdict(
        str(path), found, [naming.facts(connection, one) for one in found.breaks], dict(sorted(kept.items()))
    )


def _read_everything(connection: duckdb.DuckDBPyConnection) -> None:
    """Read every block of every table, so that the engine compares its own checksums."""
    names = "select table_name from duckdb_tables() where schema_name = 'core' order by table_name"
    for (table,) in connection.execute(names).fetchall():
        connection.execute(f'select sum(cast(hash(t) as hugeint)) from core."{table}" t').fetchall()


def _compare_mark(path: Path, connection: duckdb.DuckDBPyConnection, found: Proof) -> None:
    """Where the small file of the last act lies beside the books, the books must hold that very act."""
    try:
        marked = json.loads(Path(f"{path}.mark").read_text(encoding="utf-8"))
        act, seal = int(marked["last_act"]), marked.get("seal")
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return
    rows = connection.execute("select seal from core.act where act_id = $act", {"act": act}).fetchall()
    if not rows or (seal and rows[0][0] != seal):
        found.broken(Break("end", act if rows else None, "act", {"act_id": act}))


def _damaged(path: Path, problem: Exception) -> BooksDamaged:
    detail = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
    return BooksDamaged(path=str(path), detail=detail[:300], backup=latest_backup(path))
