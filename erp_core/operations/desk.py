"""What programs above ask of operations, one call each; the routes of the host use these."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from erp_core.foundation.database import Database
from erp_core.foundation.errors import NotPermitted
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import business_today
from erp_core.operations import children, parquet, settings
from erp_core.operations.backup import MAKE, Wish, make
from erp_core.operations.blocks import Tell
from erp_core.operations.refusals import BackupFolderClosed
from erp_core.operations.sealing import seal_for


def backup_from_afar(
    database: Database,
    actor: Actor,
    *,
    incremental: bool = True,
    folder: str = "",
    now: datetime,
    tell: Tell = children.quiet,
) -> dict[str, Any]:
    """A backup asked for over the wire: only into the folder of the parameters: nobody afar says where we write."""
    chosen = settings.read(database, business_today())
    place = chosen.folder("backup_folder")
    if place is None or (folder and Path(folder) != place):
        raise BackupFolderClosed
    return make(database, actor, configured(chosen, place, incremental=incremental), now=now, tell=tell)


def backup_here(
    database: Database,
    actor: Actor,
    *,
    folder: str,
    incremental: bool = False,
    second: str = "",
    recipient: str = "",
    passphrase: str = "",
    identity: str = "",
    keep: bool = False,
    now: datetime,
    tell: Tell = children.quiet,
) -> dict[str, Any]:
    """A backup asked for on this machine (by the holder of the local key): into any folder its owner can write."""
    wish = Wish(
        folder=Path(folder),
        incremental=incremental,
        recipient=recipient or None,
        passphrase=passphrase or None,
        identity=identity or None,
        second=Path(second) if second else None,
        keep=settings.read(database, business_today()).keep if keep else None,
    )
    return make(database, actor, wish, now=now, tell=tell)


def parquet_here(
    database: Database, actor: Actor, *, folder: str, recipient: str = "", passphrase: str = "", now: datetime
) -> dict[str, Any]:
    """All core tables as Parquet files, asked for on this machine; who may make backups may have them."""
    if not actor.may(MAKE):
        raise NotPermitted(actor=actor.login, verb=MAKE)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    seal = seal_for(place, recipient=recipient or None, passphrase=passphrase or None, identity=None)
    return {"parquet": str(parquet.export(database, place, seal, now=now))}


def configured(chosen: settings.Settings, place: Path, *, incremental: bool) -> Wish:
    """The wish of the parameters: second place, recipient and retention as set."""
    return Wish(
        folder=place,
        incremental=incremental,
        recipient=chosen.values["backup_recipient"] or None,
        second=chosen.folder("backup_second"),
        keep=chosen.keep,
    )
