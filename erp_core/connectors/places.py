"""Where connectors may read and write files: inside one folder, no links, within a limit, and what their names say."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erp_core.connectors.refusals import ConnectorFolderMissing, FileNotAsSaid, FileTooLarge, PlaceOutside

MEGABYTE = 1024 * 1024
_ZIP, _TEXT_NEVER = b"PK\x03\x04", b"\x00"


@dataclass(frozen=True)
class Limits:
    """The parameters of connectors: their folder, hosts of our own network that may be asked, megabytes per answer."""

    folder: str
    allowed_hosts: tuple[str, ...]
    max_mb: int

    @property
    def max_bytes(self) -> int:
        """The largest file or answer that is read."""
        return self.max_mb * MEGABYTE


def limits(books: Any) -> Limits:
    """The parameters as they hold today."""
    rows = books.sql(
        "select key, arg_max(value, valid_from) as value from rpt.parameter"
        " where starts_with(key, 'connectors.') and valid_from <= current_date group by key"
    )
    values = dict(rows.rows())
    hosts = tuple(host.strip() for host in values.get("connectors.allowed_hosts", "").split(",") if host.strip())
    size = values.get("connectors.max_mb", "20")
    return Limits(values.get("connectors.folder", ""), hosts, int(size) if size.isdecimal() and int(size) else 20)


def inside(limit: Limits, place: str) -> Path:
    """The place within the folder of connectors; refuses what climbs out of it or goes through a link."""
    folder = Path(limit.folder)
    if not limit.folder or not folder.is_dir():
        raise ConnectorFolderMissing(folder=limit.folder or "-")
    root = folder.resolve()
    wanted = root / place
    if Path(place).is_absolute() or ".." in Path(place).parts:
        raise PlaceOutside(place=place)
    step = root
    for part in Path(place).parts:
        step /= part
        if step.is_symlink():
            raise PlaceOutside(place=place)
    if not wanted.resolve().is_relative_to(root):
        raise PlaceOutside(place=place)
    return wanted


def dropped(limit: Limits, place: str, kind: str) -> list[Path]:
    """The files that lie there: the file itself, or all of that kind in the folder, by name; links are refused."""
    wanted = inside(limit, place)
    if not wanted.is_dir():
        return [wanted] if wanted.exists() else []
    found = sorted(path for path in wanted.iterdir() if path.suffix.lower() == f".{kind}" and path.name[0] not in ".~")
    for path in found:
        if path.is_symlink() or not path.is_file():
            raise PlaceOutside(place=f"{place}/{path.name}")
    return found


def content(path: Path, kind: str, limit: Limits) -> bytes:
    """The bytes of a file, read once and never through a link, looked at before they are believed."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "rb") as file:
        body = file.read(limit.max_bytes + 1)
    if len(body) > limit.max_bytes:
        raise FileTooLarge(file=path.name, limit=limit.max_mb)
    if kind == "xlsx" and not body.startswith(_ZIP):
        raise FileNotAsSaid(file=path.name, problem="no workbook")
    if kind == "csv" and (_TEXT_NEVER in body[:4096] or body.startswith(_ZIP)):
        raise FileNotAsSaid(file=path.name, problem="no text")
    return body


def put(limit: Limits, place: str, body: bytes) -> Path:
    """Write a file whole or not at all; what stood there is replaced in one step."""
    wanted = inside(limit, place)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if wanted.is_dir():
        raise PlaceOutside(place=place)
    descriptor, name = tempfile.mkstemp(dir=wanted.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
        Path(name).replace(wanted)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return wanted
