"""The small file beside the books that says where their host answers; only their owner can read it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class HostPlace:
    """Where a host answers, the key that opens it to programs on this machine, and its process."""

    address: str
    key: str
    pid: int

    @property
    def alive(self) -> bool:
        """Whether a process of this number still runs; it may be another one by now."""
        return psutil.pid_exists(self.pid)


def note_path(books: str | Path) -> Path:
    """Where the file about the host of these books lies."""
    return Path(f"{Path(books).resolve()}.host")


def write(books: str | Path, place: HostPlace) -> None:
    """Leave word of a host, whole or not at all, readable by nobody else."""
    target = note_path(books)
    spare = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(place), file)
    spare.replace(target)


def read(books: str | Path) -> HostPlace | None:
    """The host that these books name, if they name one in readable words."""
    try:
        found = json.loads(note_path(books).read_text(encoding="utf-8"))
        return HostPlace(str(found["address"]), str(found["key"]), int(found["pid"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def remove(books: str | Path, place: HostPlace) -> None:
    """Take the word of this host away; another one's stays."""
    if read(books) == place:
        with suppress(OSError):
            note_path(books).unlink()


def proof(key: str, question: str) -> str:
    """What a host answers to a question, so that it is known before it is told its key."""
    return hmac.new(key.encode(), question.encode(), hashlib.sha256).hexdigest()
