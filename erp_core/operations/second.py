"""The second place of backups: what is missing there is carried over, and every block there is proved by its hash."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from erp_core.operations import manifests
from erp_core.operations.blocks import stored_content
from erp_core.operations.manifests import Manifest, block_place
from erp_core.operations.refusals import BackupFolderUnfit, CopyUnlike
from erp_core.operations.sealing import KEY_FILE


def carry(folder: Path, second: Path, manifest: Manifest) -> str:
    """Carry the blocks of one backup and its manifest to another folder; refuses when a file there is not like ours."""
    second = second.expanduser().absolute()
    if second.resolve() == folder.resolve():
        raise BackupFolderUnfit(folder=str(second), problem="it is the first place itself")
    try:
        second.mkdir(parents=True, exist_ok=True, mode=0o700)
        for block in manifest.blocks:
            there = block_place(second, manifest.store, block.holds)
            if not there.exists():
                _lay(there, stored_content(manifest, folder, block))
            if hashlib.sha256(there.read_bytes()).hexdigest() != block.stored:
                _lay(there, stored_content(manifest, folder, block))
                if hashlib.sha256(there.read_bytes()).hexdigest() != block.stored:
                    raise CopyUnlike(second=str(second), what=block.holds)
        if (folder / KEY_FILE).exists():
            shutil.copy(folder / KEY_FILE, second / KEY_FILE)
        manifests.write(second, manifest)
    except OSError as problem:
        raise BackupFolderUnfit(folder=str(second), problem=problem.strerror or str(problem)) from problem
    return str(second)


def _lay(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    spare = place.with_suffix(".new")
    spare.write_bytes(content)
    spare.chmod(0o600)
    spare.replace(place)
