"""Which backups stay: the latest of so many days, weeks and months; blocks that nothing names any more are removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from erp_core.foundation.session import BOOKS_ZONE
from erp_core.operations import manifests
from erp_core.operations.manifests import BLOCKS, FOLDER, Manifest


@dataclass(frozen=True)
class Keep:
    """How many days, weeks and months keep their latest backup; the very latest always stays."""

    daily: int = 14
    weekly: int = 8
    monthly: int = 24


_SPANS: tuple[tuple[str, Callable[[datetime], tuple[int, ...]]], ...] = (
    ("daily", lambda at: (at.year, at.month, at.day)),
    ("weekly", lambda at: tuple(at.isocalendar()[:2])),
    ("monthly", lambda at: (at.year, at.month)),
)


def kept(found: Sequence[Manifest], keep: Keep) -> set[str]:
    """The names of the backups that stay: of each span the latest proved one, else the latest."""
    names: set[str] = set()
    for books in {manifest.books for manifest in found}:
        mine = sorted((m for m in found if m.books == books), key=lambda m: (m.made_at, m.name), reverse=True)
        names.add(mine[0].name)
        for span, part in _SPANS:
            best: dict[tuple[int, ...], Manifest] = {}
            for manifest in mine:
                day = part(manifest.at.replace(tzinfo=UTC).astimezone(BOOKS_ZONE))
                there = best.setdefault(day, manifest)
                if manifest.verified.get("ok") and not there.verified.get("ok"):
                    best[day] = manifest
            latest = sorted(best, reverse=True)[: getattr(keep, span)]
            names |= {best[day].name for day in latest}
    return names


def sweep(folder: Path, keep: Keep) -> list[str]:
    """Remove the manifests that need not stay, then the blocks that no manifest names; returns the names removed.

    A manifest that cannot be read keeps all blocks where they are: what it named is not known.
    """
    found = manifests.every(folder)
    if not found:
        return []
    names = kept(found, keep)
    gone = [manifest for manifest in found if manifest.name not in names]
    for manifest in gone:
        (folder / FOLDER / f"{manifest.name}.json").unlink(missing_ok=True)
    if gone and len(found) - len(gone) == len(list((folder / FOLDER).glob("*.json"))):
        _sweep_blocks(folder, [manifest for manifest in found if manifest.name in names])
    return sorted(manifest.name for manifest in gone)


def _sweep_blocks(folder: Path, staying: list[Manifest]) -> None:
    wanted = {(manifest.store, block.holds) for manifest in staying for block in manifest.blocks}
    for place in (folder / BLOCKS).glob("*/*/*"):
        if (place.parent.parent.name, place.stem) not in wanted:
            place.unlink()
