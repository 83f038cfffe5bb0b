"""The main file of the books as blocks: cut where the engine cuts, stored once by hash, compressed, perhaps sealed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyrage

from erp_core.operations.manifests import BLOCKS, Block, Manifest, block_place
from erp_core.operations.refusals import BackupDamaged, BackupUnsafe, BlockMissing
from erp_core.operations.sealing import Seal

# The engine's headers come first; after them every block of the file has this size.
HEAD, SIZE = 12_288, 262_144
CODEC = "zstd"
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Packed:
    """What packing a file gave: its blocks and hash, how many were not there before, bytes written, blocks mended."""

    blocks: tuple[Block, ...]
    sha256: str
    size: int
    new: int
    stored_bytes: int
    mended: int


def split(place: Path) -> Iterator[bytes]:
    """The blocks of a file in order."""
    with place.open("rb") as file:
        size = HEAD
        while content := file.read(size):
            yield content
            size = SIZE


def pack(
    place: Path, folder: Path, seal: Seal, known: Mapping[str, str], *, whole: bool, twin: Path | None, tell: Tell
) -> Packed:
    """Store the blocks of a file that are not stored yet.

    known: hash of what a block holds -> hash of what is stored, from earlier backups; whole: read those again too and
    mend what is damaged; twin: where to lay a plain copy, to prove a backup that cannot be opened here.
    """
    total = max(1, (place.stat().st_size - HEAD + SIZE - 1) // SIZE + 1)
    digest, blocks, new, written, mended, size = hashlib.sha256(), [], 0, 0, 0, 0
    copy = twin.open("wb") if twin else None
    try:
        for content in split(place):
            digest.update(content)
            size += len(content)
            if copy:
                copy.write(content)
            holds = hashlib.sha256(content).hexdigest()
            home = block_place(folder, seal.store, holds)
            stored = _there(home, known.get(holds), whole=whole)
            if stored is None:
                mended += home.exists()
                stored, length = _store(home, seal.close(pa.compress(content, codec=CODEC, asbytes=True)))
                new, written = new + 1, written + length
            blocks.append(Block(holds, stored, len(content)))
            tell("copy", len(blocks), total)
    finally:
        if copy:
            copy.close()
    return Packed(tuple(blocks), digest.hexdigest(), size, new, written, mended)


def _there(home: Path, stored: str | None, *, whole: bool) -> str | None:
    """The hash of a stored block that can be relied upon, or nothing: then it is written (again)."""
    if stored is None or not home.is_file() or home.is_symlink():
        return None
    if whole and hashlib.sha256(home.read_bytes()).hexdigest() != stored:
        return None
    return stored


def _store(home: Path, content: bytes) -> tuple[str, int]:
    home.parent.mkdir(parents=True, exist_ok=True)
    spare = home.with_suffix(".new")
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    spare.replace(home)
    return hashlib.sha256(content).hexdigest(), len(content)


def assemble(manifest: Manifest, folder: Path, seal: Seal, target: Path, tell: Tell) -> None:
    """Write the file of a backup anew; blocks and the whole are compared with their hashes, a bad one is named."""
    refuse_links(folder, manifest)
    digest, unpacked = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for number, block in enumerate(manifest.blocks):
            content = unpack(manifest, folder, seal, block)
            digest.update(content)
            unpacked += len(content)
            file.write(content)
            tell("restore", number + 1, len(manifest.blocks))
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != manifest.sha256 or unpacked != manifest.size:
        raise BackupDamaged(name=manifest.name, what="the whole file", detail="its hash differs")


def unpack(manifest: Manifest, folder: Path, seal: Seal, block: Block) -> bytes:
    """What one block holds, proved by its hash."""
    stored = stored_content(manifest, folder, block)
    try:
        content = pa.decompress(seal.open(stored), decompressed_size=block.size, codec=CODEC, asbytes=True)
    except (pyrage.DecryptError, pa.ArrowException, OSError, ValueError) as problem:
        raise BackupDamaged(name=manifest.name, what=f"block {block.holds}", detail=type(problem).__name__) from problem
    if hashlib.sha256(content).hexdigest() != block.holds:
        raise BackupDamaged(name=manifest.name, what=f"block {block.holds}", detail="its content differs")
    return content


def stored_content(manifest: Manifest, folder: Path, block: Block) -> bytes:
    """A block as stored; missing, changed and linked ones are refused."""
    home = block_place(folder, manifest.store, block.holds)
    if home.is_symlink():
        raise BackupUnsafe(place=manifest.name, what=f"a link instead of block {block.holds}")
    try:
        stored = home.read_bytes()
    except FileNotFoundError as problem:
        raise BlockMissing(name=manifest.name, block=block.holds) from problem
    if hashlib.sha256(stored).hexdigest() != block.stored:
        raise BackupDamaged(name=manifest.name, what=f"block {block.holds}", detail="its stored hash differs")
    return stored


def refuse_links(folder: Path, manifest: Manifest) -> None:
    """Refuse a folder of blocks that leads elsewhere."""
    store = folder / BLOCKS / manifest.store
    for place in (folder / BLOCKS, store, *(store.iterdir() if store.is_dir() else ())):
        if place.is_symlink():
            raise BackupUnsafe(place=manifest.name, what=f"a link at {place.name}")
