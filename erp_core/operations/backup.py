"""Making a backup: the file held still, copied by a child in blocks, laid in a second place, proved by restoring it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import psutil

from erp_core.foundation.copying import BooksInMemory
from erp_core.foundation.database import Database, backups_note
from erp_core.foundation.errors import NotPermitted
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import Session, business_today
from erp_core.operations import children, manifests, retention
from erp_core.operations.blocks import Tell
from erp_core.operations.facts import facts
from erp_core.operations.manifests import Block, Manifest
from erp_core.operations.refusals import BackupFolderUnfit, BackupUnderWay, BackupUnproved
from erp_core.operations.sealing import Seal, seal_for
from erp_core.operations.second import carry

MAKE = "operations.backup.make"
BUSY = ".busy"
NOTED = 10


@dataclass(frozen=True)
class Wish:
    """What kind of backup: into folder; incremental trusts blocks stored before; keys live only in here."""

    folder: Path
    incremental: bool = False
    recipient: str | None = None
    passphrase: str | None = None
    identity: str | None = None
    second: Path | None = None
    keep: retention.Keep | None = None


def make(database: Database, actor: Actor, wish: Wish, *, now: datetime, tell: Tell = children.quiet) -> dict[str, Any]:
    """Make one backup and prove it; writers are held back only while the log is written down.

    Returns name, manifest, kind, blocks, new_blocks, stored_bytes, pause_ms, backup_ms, restore_ms, verified, removed.
    """
    if not actor.may(MAKE):
        raise NotPermitted(actor=actor.login, verb=MAKE)
    if database.in_memory:
        raise BooksInMemory
    folder = _prepared(wish.folder, database)
    with _alone_in(folder):
        seal = seal_for(folder, recipient=wish.recipient, passphrase=wish.passphrase, identity=wish.identity)
        known = _known(folder, seal)
        kind = "incremental" if wish.incremental and known else "full"
        twin = None if seal.opens else folder / f".twin-{os.getpid()}.duckdb"
        try:
            manifest, told = _copied(database, folder, seal, known, kind, twin, now, tell)
            place = manifests.write(folder, manifest)
            manifest, told = _proved(place, manifest, seal, twin, told, tell)
        finally:
            if twin:
                twin.unlink(missing_ok=True)
        if wish.second and not told["problem"]:
            tell("second", 0, 1)
            told["second"] = carry(folder, wish.second, manifest)
        removed = retention.sweep(folder, wish.keep) if wish.keep and not told["problem"] else []
    told |= {"manifest": str(place), "removed": removed}
    _note(database, actor, folder, manifest, told, now)
    if told["problem"]:
        raise BackupUnproved(name=manifest.name, problem=told["problem"])
    return told


def _prepared(folder: Path, database: Database) -> Path:
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".probe"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as problem:
        raise BackupFolderUnfit(folder=str(folder), problem=problem.strerror or str(problem)) from problem
    size = Path(database.path).stat().st_size
    if shutil.disk_usage(folder).free < size // 8:
        raise BackupFolderUnfit(folder=str(folder), problem="the disk is nearly full")
    return folder


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    place = folder / BUSY
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(str(os.getpid()))
    except FileExistsError as problem:
        holder = place.read_text(encoding="utf-8").strip()
        if holder.isdecimal() and int(holder) != os.getpid() and not psutil.pid_exists(int(holder)):
            place.unlink(missing_ok=True)
            with _alone_in(folder):
                yield
            return
        raise BackupUnderWay(folder=str(folder)) from problem
    try:
        # What a killed backup left behind.
        for scrap in (*folder.glob(".scratch-*"), *folder.glob(".twin-*")):
            shutil.rmtree(scrap) if scrap.is_dir() else scrap.unlink()
        yield
    finally:
        place.unlink(missing_ok=True)


def _known(folder: Path, seal: Seal) -> dict[str, str]:
    """What earlier backups of this seal say of stored blocks: hash of what they hold to hash of what is stored."""
    found: dict[str, str] = {}
    for manifest in manifests.every(folder):
        if manifest.store == seal.store:
            found |= {block.holds: block.stored for block in manifest.blocks}
    return found


def _copied(
    database: Database,
    folder: Path,
    seal: Seal,
    known: dict[str, str],
    kind: str,
    twin: Path | None,
    now: datetime,
    tell: Tell,
) -> tuple[Manifest, dict[str, Any]]:
    begun = time.perf_counter()
    paused = begun

    def look(cursor: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        nonlocal paused
        paused = time.perf_counter()
        return facts(cursor)

    with database.pinned(look) as totals:
        job = {"path": database.path, "folder": str(folder), "recipient": seal.recipient, "known": known}
        done = children.run("pack", {**job, "whole": kind == "full", "twin": str(twin) if twin else None}, tell)
    manifest = Manifest(
        name=_free_name(folder, Path(database.path).stem, now, kind),
        kind=kind,
        made_at=now.isoformat(timespec="seconds"),
        books=hashlib.sha256(json.dumps(totals["company"]).encode()).hexdigest(),
        program=version("notebook-erp"),
        engine=duckdb.__version__,
        schema=totals["schema"],
        store=seal.store,
        sealed=seal.recipient,
        sha256=done["sha256"],
        size=done["size"],
        last_act=totals["last_act"],
        blocks=tuple(Block(*block) for block in done["blocks"]),
    ).with_facts(totals, seal)
    told = {
        "name": manifest.name,
        "kind": kind,
        "blocks": len(manifest.blocks),
        "new_blocks": done["new"],
        "mended": done["mended"],
        "file_bytes": done["size"],
        "stored_bytes": done["stored_bytes"],
        "pause_ms": round((paused - begun) * 1000),
        "backup_ms": round((time.perf_counter() - begun) * 1000),
        "second": "",
    }
    return manifest, {**told, "totals": totals}


def _free_name(folder: Path, stem: str, now: datetime, kind: str) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]", "_", stem)[:60] or "books"
    name = f"{stem}-{now:%Y%m%dT%H%M%S}Z-{kind}"
    taken = {place.stem for place in (folder / manifests.FOLDER).glob(f"{name}*.json")}
    return name if name not in taken else f"{name}-{len(taken) + 1}"


def _proved(
    place: Path, manifest: Manifest, seal: Seal, twin: Path | None, told: dict[str, Any], tell: Tell
) -> tuple[Manifest, dict[str, Any]]:
    job = {"manifest": str(place), "recipient": seal.recipient, "identity": seal.identity}
    found = children.run("prove", {**job, "twin": str(twin) if twin else None, "facts": told.pop("totals")}, tell)
    problem = "; ".join(found["problems"][:3])
    verified = {"ok": not problem, "checks": found["checks"], "restore_ms": found["restore_ms"], "problem": problem}
    manifest = replace(manifest, verified=verified)
    manifests.write(place.parent.parent, manifest)
    return manifest, {
        **told,
        "restore_ms": found["restore_ms"],
        "checks": found["checks"],
        "verified": not problem,
        "problem": problem,
    }


def _note(
    database: Database, actor: Actor, folder: Path, manifest: Manifest, told: dict[str, Any], now: datetime
) -> None:
    """Write down what was made: a row in the books, and a line beside them for the day they cannot be opened."""
    session = Session(database, actor, business_today())
    arguments = {"folder": str(folder), "kind": told["kind"], "sealed": manifest.sealed is not None}
    with session.act(MAKE, arguments) as act:
        row = {key: told[key] for key in ("name", "kind", "second", "file_bytes", "blocks", "new_blocks")}
        row |= {
            key: told[key] for key in ("stored_bytes", "pause_ms", "backup_ms", "restore_ms", "verified", "problem")
        }
        row |= {"folder": str(folder), "sealed": manifest.sealed is not None, "made_at": now, "act_id": session.act_id}
        number = session.take_ids("backup", "backup_id", 1)
        session.insert("backup", pl.DataFrame([{"backup_id": number, **row, "last_act": manifest.last_act}]))
        act.result = {"name": told["name"], "verified": told["verified"], "new_blocks": told["new_blocks"]}
    if told["verified"]:
        remember(database.path, told["manifest"], now)


def remember(path: str, manifest: str, now: datetime) -> None:
    """Keep the last backups of these books in a small file beside them."""
    place = backups_note(path)
    try:
        known = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = []
    known = [entry for entry in known if Path(entry["backup"]).exists()][1 - NOTED :]
    place.write_text(json.dumps([*known, {"backup": manifest, "made_at": now.isoformat()}]), encoding="utf-8")
