"""The manifest of a backup: what it holds, of when, in which blocks; read with suspicion, since folders travel."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage

from erp_core.operations.refusals import (
    BackupDamaged,
    BackupMissing,
    BackupsOfMany,
    BackupUnsafe,
    NoBackupBefore,
)
from erp_core.operations.sealing import Seal

FORMAT = 1
FOLDER = "backups"
BLOCKS = "blocks"
_HASH = re.compile(r"[0-9a-f]{64}")
_STORE = re.compile(r"plain|[0-9a-f]{16}")
_NAME = re.compile(r"[\w-]{1,80}-\d{8}T\d{6}Z-(full|incremental)(-\d+)?")


@dataclass(frozen=True)
class Block:
    """One block: the hash of what it holds, the hash of what is stored, and its length."""

    holds: str
    stored: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """One backup. sealed: the recipient or None; facts: totals taken under the lock, sealed like the blocks."""

    name: str
    kind: str
    made_at: str
    books: str
    program: str
    engine: str
    schema: str
    store: str
    sealed: str | None
    sha256: str
    size: int
    last_act: int
    blocks: tuple[Block, ...]
    facts: Any = None
    verified: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def at(self) -> datetime:
        """When it was made, in UTC."""
        return datetime.fromisoformat(self.made_at)

    def with_facts(self, facts: dict[str, Any], seal: Seal) -> Manifest:
        """The manifest with the totals of the books, closed like the blocks."""
        text = json.dumps(facts, ensure_ascii=False)
        return replace(
            self, facts=facts if seal.recipient is None else base64.b64encode(seal.close(text.encode())).decode()
        )

    def facts_for(self, seal: Seal) -> dict[str, Any]:
        """The totals of the books."""
        if self.sealed is None:
            return self.facts
        try:
            return json.loads(seal.open(base64.b64decode(self.facts)))
        except (pyrage.DecryptError, ValueError) as problem:
            raise BackupDamaged(name=self.name, what="the totals", detail=str(problem)) from problem


def block_place(folder: Path, store: str, holds: str) -> Path:
    """Where a block lies; store and hash were checked before."""
    return folder / BLOCKS / store / holds[:2] / holds


def write(folder: Path, manifest: Manifest) -> Path:
    """Write a manifest whole or not at all, with the hash of its own text, readable by the owner only."""
    place = folder / FOLDER / f"{manifest.name}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    content = asdict(manifest)
    content["blocks"] = [[block.holds, block.stored, block.size] for block in manifest.blocks]
    text = json.dumps({"own": _own(content), **content}, ensure_ascii=False)
    spare = place.with_suffix(".new")
    spare.write_text(text, encoding="utf-8")
    spare.chmod(0o600)
    spare.replace(place)
    return place


def read(place: Path) -> Manifest:
    """Read one manifest; refused when it is missing, changed, or names what no manifest of ours can name."""
    if place.is_symlink() or place.parent.is_symlink():
        raise BackupUnsafe(place=str(place), what="a link")
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise BackupMissing(place=str(place)) from problem
    except (OSError, ValueError) as problem:
        raise BackupDamaged(name=place.stem, what="the manifest", detail=type(problem).__name__) from problem
    try:
        return _checked(place, content)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BackupDamaged(name=place.stem, what="the manifest", detail=str(problem)) from problem


def _checked(place: Path, content: dict[str, Any]) -> Manifest:
    own = content.pop("own")
    names = [(_NAME, content["name"]), (_STORE, content["store"]), (_HASH, content["sha256"])]
    names += [(_HASH, text) for block in content["blocks"] for text in block[:2]]
    for wanted, text in names:
        if not isinstance(text, str) or not wanted.fullmatch(text):
            raise BackupUnsafe(place=str(place), what=str(text)[:80])
    if content["name"] != place.stem:
        raise BackupUnsafe(place=str(place), what=content["name"])
    if _own(content) != own:
        raise BackupDamaged(name=place.stem, what="the manifest", detail="its own hash differs")
    blocks = tuple(Block(holds, stored, int(size)) for holds, stored, size in content.pop("blocks"))
    return Manifest(**content, blocks=blocks)


def every(folder: Path) -> list[Manifest]:
    """All manifests of a folder that can be read, the oldest first."""
    found = []
    for place in sorted((folder / FOLDER).glob("*.json")):
        try:
            found.append(read(place))
        except (BackupDamaged, BackupUnsafe):
            continue
    return sorted(found, key=lambda manifest: (manifest.made_at, manifest.name))


def choose(place: Path, at: datetime | None = None) -> tuple[Path, Manifest]:
    """The folder and manifest meant: a manifest file itself, or the latest of a folder, by `at` or before."""
    if place.is_file() or place.is_symlink():
        return place.parent.parent, read(place)
    found = every(place)
    if not found:
        raise BackupMissing(place=str(place))
    if len({manifest.books for manifest in found}) > 1:
        raise BackupsOfMany(folder=str(place), names=", ".join(sorted({m.name.rsplit("-", 2)[0] for m in found})))
    before = [manifest for manifest in found if at is None or manifest.at <= at]
    if not before:
        raise NoBackupBefore(at=at, first=found[0].made_at)
    return place, before[-1]


def _own(content: dict[str, Any]) -> str:
    bare = {key: value for key, value in content.items() if key != "own"}
    return hashlib.sha256(json.dumps(bare, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
