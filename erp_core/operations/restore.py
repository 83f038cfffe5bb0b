"""Bringing books back: a backup chosen by time, put together beside the target, proved, and only then put in place."""

from __future__ import annotations

import errno
import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from erp_core.foundation.database import schema_files
from erp_core.foundation.errors import BooksInUse, DiskFull
from erp_core.operations import children, manifests
from erp_core.operations.backup import remember
from erp_core.operations.blocks import Tell, assemble
from erp_core.operations.manifests import FOLDER, Manifest
from erp_core.operations.refusals import BackupTooNew, BackupUnsafe, RestoreTargetExists, RestoreUnproved
from erp_core.operations.sealing import seal_of

BESIDE = ("", ".wal", ".mark")


@dataclass(frozen=True)
class Bringing:
    """What is to be restored: backup is a manifest or a folder; at chooses the latest made by then."""

    backup: Path
    target: Path
    at: datetime | None = None
    replace: bool = False
    dry_run: bool = False
    passphrase: str | None = None
    identity: str | None = None


def restore(wish: Bringing, *, now: datetime, tell: Tell = children.quiet) -> dict[str, Any]:
    """Restore a backup to a file, or with dry_run only prove that it could be; the old file is moved aside, never lost.

    Returns backup, made_at, last_act, acts_lost (None where nobody knows), aside, checks, restore_ms, restored.
    """
    begun = time.perf_counter()
    folder, manifest = manifests.choose(wish.backup, wish.at)
    _refuse_unfit(wish, manifest)
    seal = seal_of(manifest.name, folder, manifest.sealed, passphrase=wish.passphrase, identity=wish.identity)
    saved = manifest.facts_for(seal)
    target = wish.target.expanduser().absolute()
    home = Path(tempfile.gettempdir()) if wish.dry_run else target.parent
    home.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home) as scratch:
            copy = Path(scratch) / "books.duckdb"
            assemble(manifest, folder, seal, copy, tell)
            place = folder / FOLDER / f"{manifest.name}.json"
            found = children.run("compare", {"manifest": str(place), "path": str(copy), "facts": saved}, tell)
            if found["problems"]:
                problem = "; ".join(found["problems"][:3])
                raise RestoreUnproved(name=manifest.name, problem=problem, path=str(target))
            lost = acts_lost(folder, manifest, target)
            aside = [] if wish.dry_run else _put_in_place(copy, target, manifest, now)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise DiskFull(path=str(home)) from problem
        raise
    if not wish.dry_run:
        remember(str(target), str(place), now)
    return {
        "backup": manifest.name,
        "made_at": manifest.made_at,
        "last_act": manifest.last_act,
        "acts_lost": lost,
        "aside": aside,
        "checks": found["checks"],
        "size": manifest.size,
        "restore_ms": round((time.perf_counter() - begun) * 1000),
        "restored": not wish.dry_run,
        "path": str(target),
    }


def acts_lost(folder: Path, manifest: Manifest, target: Path) -> int | None:
    """How many acts after the backup are known to have been done: by the mark beside the books or by later backups."""
    known = [later.last_act for later in manifests.every(folder) if later.books == manifest.books]
    try:
        known.append(int(json.loads(Path(f"{target}.mark").read_text(encoding="utf-8"))["last_act"]))
    except (OSError, ValueError, LookupError):
        if len(known) < 2:
            return None
    return max(0, max(known) - manifest.last_act)


def _refuse_unfit(wish: Bringing, manifest: Manifest) -> None:
    ours = schema_files()[-1][0]
    if manifest.schema > ours:
        raise BackupTooNew(name=manifest.name, schema=manifest.schema)
    target = wish.target
    if target.is_symlink() or target.is_dir():
        raise BackupUnsafe(place=str(target), what="a link or a folder instead of a file")
    if wish.dry_run or not target.exists():
        return
    if not wish.replace:
        raise RestoreTargetExists(path=str(target))
    if _held(target):
        raise BooksInUse(path=str(target), detail="-")


def _held(target: Path) -> bool:
    """Whether another process has the books open: it holds the lock that the engine takes."""
    if sys.platform == "win32":
        return False  # an open file cannot be moved there anyway
    import fcntl

    with target.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        fcntl.lockf(file, fcntl.LOCK_UN)
    return False


def _put_in_place(copy: Path, target: Path, manifest: Manifest, now: datetime) -> list[str]:
    """Move what lies there aside, above all its log, which would be played into the restored file; then put it."""
    aside = []
    for ending in BESIDE:
        old = Path(f"{target}{ending}")
        if old.exists():
            moved = _free(Path(f"{target}.before-{now:%Y%m%dT%H%M%SZ}{ending}"))
            old.replace(moved)
            aside.append(str(moved))
    shutil.move(copy, target)
    mark = Path(f"{target}.mark")
    mark.write_text(json.dumps({"last_act": manifest.last_act}), encoding="utf-8")
    return aside


def _free(place: Path) -> Path:
    number = 1
    while place.exists():
        number += 1
        place = place.with_name(f"{place.name}-{number}")
    return place
