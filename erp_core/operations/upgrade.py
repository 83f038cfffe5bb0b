"""Raising books to the schema of this version: rehearsed on a copy, saved first, proved, taken back if it fails."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from erp_core.books import Books
from erp_core.foundation.database import Database, pending_files, schema_files
from erp_core.foundation.errors import BooksMissing, DiskFull, Refusal
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import Session, business_today
from erp_core.operations import children
from erp_core.operations.blocks import Tell
from erp_core.operations.facts import facts, unlike
from erp_core.operations.refusals import UpgradeFailed

RUN = "operations.upgrade.run"
OWNER = Actor("owner", frozenset({"*"}))


@dataclass(frozen=True)
class Before:
    """Books as they are before: the files they know, those still missing, and their totals."""

    last: str
    pending: tuple[str, ...]
    totals: dict[str, Any]


def look(path: Path, schema: Path | None = None) -> Before:
    """What an upgrade would do; refuses books that are missing, held, damaged, of a later version or of other files."""
    if not path.exists():
        raise BooksMissing(path=str(path))
    try:
        with duckdb.connect(str(path)) as connection:
            connection.execute("checkpoint")
            known = dict(connection.execute("select name, sha256 from main.schema_file").fetchall())
            totals = facts(connection)
    except duckdb.Error:
        # The ordinary way of opening has the words for what is wrong.
        Database(path).close()
        raise
    pending = pending_files(known, schema_files(schema), str(path))
    return Before(max(known), tuple(name for name, _ in pending), totals)


def upgrade(
    path: Path,
    *,
    rehearse: bool = False,
    folder: Path | None = None,
    schema: Path | None = None,
    now: datetime,
    tell: Tell = children.quiet,
) -> dict[str, Any]:
    """Upgrade the books of a file that nobody has open, or only rehearse it on a copy.

    Returns from, to, files, checks, took_ms, saved (where the old file lies), rehearsed, done.
    """
    path = path.expanduser().absolute()
    before = look(path, schema)
    told = {"path": str(path), "from": before.last, "to": before.last, "files": list(before.pending), "saved": ""}
    if not before.pending:
        return {**told, "checks": 0, "took_ms": 0, "rehearsed": False, "done": False}
    told["to"] = before.pending[-1]
    begun = time.perf_counter()
    tell("rehearse", 0, 3)
    checks = _rehearse(path, before, schema)
    tell("rehearse", 1, 3)
    if not rehearse:
        saved = _save(path, folder or path.parent, now)
        told["saved"] = str(saved)
        tell("rehearse", 2, 3)
        checks = _raise(path, saved, before, schema, told, round((time.perf_counter() - begun) * 1000))
    tell("rehearse", 3, 3)
    took = round((time.perf_counter() - begun) * 1000)
    return {**told, "checks": checks, "took_ms": took, "rehearsed": True, "done": not rehearse}


def _rehearse(path: Path, before: Before, schema: Path | None) -> int:
    with tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=path.parent) as scratch:
        copy = Path(scratch) / "books.duckdb"
        _copy(path, copy)
        try:
            return _apply(copy, before, schema)
        except (duckdb.Error, Refusal) as problem:
            raise UpgradeFailed(path=str(path), step="the rehearsal", detail=_told(problem)) from problem


def _apply(path: Path, before: Before, schema: Path | None) -> int:
    """Apply what is missing, each file as a whole or not at all; prove that nothing but the schema has changed."""
    database = Database(path, upgrade=True, schema=schema)
    try:
        with database.read() as cursor:
            wrong = unlike(before.totals, facts(cursor), grown=True)
        found = Books(database, OWNER).check()
        wrong += found.filter(~found["ok"])["check"].to_list()
        if wrong:
            raise UpgradeFailed(path=str(path), step="the proof", detail="; ".join(wrong[:3]))
        return found.height
    finally:
        database.close()


def _save(path: Path, folder: Path, now: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    saved = folder / f"{path.name}.before-upgrade-{now:%Y%m%dT%H%M%SZ}"
    _copy(path, saved)
    if _hash(saved) != _hash(path):
        raise UpgradeFailed(path=str(path), step="saving the file", detail=f"{saved} is not like it")
    return saved


def _copy(path: Path, target: Path) -> None:
    if shutil.disk_usage(target.parent).free < path.stat().st_size:
        raise DiskFull(path=str(target.parent))
    shutil.copyfile(path, target)
    target.chmod(0o600)


def _raise(path: Path, saved: Path, before: Before, schema: Path | None, told: dict[str, Any], took: int) -> int:
    try:
        checks = _apply(path, before, schema)
        _note(path, schema, told, checks, took)
    except BaseException as problem:
        Path(f"{path}.wal").unlink(missing_ok=True)
        shutil.copyfile(saved, path)
        if isinstance(problem, duckdb.Error | Refusal):
            raise UpgradeFailed(path=str(path), step="the upgrade", detail=_told(problem)) from problem
        raise
    return checks


def _note(path: Path, schema: Path | None, told: dict[str, Any], checks: int, took: int) -> None:
    database = Database(path, schema=schema)
    try:
        session = Session(database, OWNER, business_today())
        with session.act(RUN, {"from": told["from"], "to": told["to"]}) as act:
            row = {
                "upgrade_id": session.take_ids("upgrade", "upgrade_id", 1),
                "from_file": told["from"],
                "to_file": told["to"],
                "files": len(told["files"]),
                "upgraded_at": session.now,
                "took_ms": took,
                "backup": told["saved"],
                "checks": checks,
            }
            session.insert("upgrade", pl.DataFrame([row]))
            act.result = {"files": told["files"], "saved": told["saved"]}
    finally:
        database.close()


def _told(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]


def _hash(place: Path) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
