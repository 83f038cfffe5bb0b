"""A whole copy of the file while it is in use: everything written down, held still, and copied by a child."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from erp_core.foundation.database import Database
from erp_core.foundation.errors import Refusal

# A child copies: opening and closing the file in this process would drop the engine's own lock on it.
_COPY = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"


class BooksInMemory(Refusal):
    """Books in memory have no file that could be copied."""


class CopyFailed(Refusal):
    """The books could not be copied to {path}: {detail}."""


def copy_to(database: Database, target: Path) -> Path:
    """Copy the books into a new file, consistent as of now; writers go on meanwhile."""
    if database.in_memory:
        raise BooksInMemory
    with database.pinned(lambda _: None):
        command = [sys.executable, "-I", "-c", _COPY, database.path, str(target)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CopyFailed(path=str(target), detail=(done.stderr.strip().splitlines() or ["?"])[-1])
    return target
