"""Sealed backups: age with an X25519 recipient; a passphrase guards a key that stays in the folder of the backups.

Nothing of it is kept in the books. Blocks are named by the hash of what they hold, sealed or not, so that a block is
stored once: who sees the folder can tell whether a block is one they already have, never what it holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pyrage

from erp_core.operations.refusals import BackupSealed, PassphraseWrong, SealKeyInvalid

KEY_FILE = "passphrase.key"
PLAIN = "plain"


@dataclass(frozen=True)
class Seal:
    """With what a backup is closed and opened; recipient None: not sealed; identity None: cannot be opened here."""

    recipient: str | None = None
    identity: str | None = None

    @property
    def store(self) -> str:
        """The name of the block store of this recipient."""
        return hashlib.sha256(self.recipient.encode()).hexdigest()[:16] if self.recipient else PLAIN

    def close(self, content: bytes) -> bytes:
        """Content as it is stored."""
        if self.recipient is None:
            return content
        return pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(self.recipient)])

    def open(self, content: bytes) -> bytes:
        """Content as it was; pyrage.DecryptError when it is not sealed for this key or was changed."""
        if self.recipient is None:
            return content
        return pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(self.identity)])

    @property
    def opens(self) -> bool:
        """Whether what is closed can be opened again with what is at hand."""
        return self.recipient is None or self.identity is not None


OPEN = Seal()


def seal_for(folder: Path, *, recipient: str | None, passphrase: str | None, identity: str | None) -> Seal:
    """The seal for new backups in a folder: of a recipient, of a passphrase (its key is made at first use), or none."""
    if recipient:
        return Seal(checked_recipient(recipient), _matching(identity, recipient))
    if not passphrase:
        return OPEN
    place = folder / KEY_FILE
    if place.exists():
        return _by_passphrase(place, passphrase)
    made = pyrage.x25519.Identity.generate()
    kept = {
        "recipient": str(made.to_public()),
        "key": base64.b64encode(pyrage.passphrase.encrypt(str(made).encode(), passphrase)).decode(),
    }
    place.write_text(json.dumps(kept), encoding="utf-8")
    place.chmod(0o600)
    return Seal(kept["recipient"], str(made))


def seal_of(name: str, folder: Path, recipient: str | None, *, passphrase: str | None, identity: str | None) -> Seal:
    """The seal that opens a backup made for a recipient; refused when no key at hand opens it."""
    if recipient is None:
        return OPEN
    mine = _matching(identity, recipient)
    if mine is None and passphrase and (folder / KEY_FILE).exists():
        found = _by_passphrase(folder / KEY_FILE, passphrase)
        mine = found.identity if found.recipient == recipient else None
    if mine is None:
        raise BackupSealed(name=name, recipient=recipient)
    return Seal(recipient, mine)


def checked_recipient(text: str) -> str:
    """A recipient, refused when age does not know it as one."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text.strip()))
    except pyrage.RecipientError as problem:
        raise SealKeyInvalid(what="recipient", given=text) from problem


def read_identity(place: Path) -> str:
    """The secret key in a file as age-keygen writes it: the first line that is no remark."""
    lines = [line.strip() for line in place.read_text(encoding="utf-8").splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def _matching(identity: str | None, recipient: str) -> str | None:
    if not identity:
        return None
    try:
        mine = pyrage.x25519.Identity.from_str(identity)
    except pyrage.IdentityError as problem:
        raise SealKeyInvalid(what="identity", given="…") from problem
    return identity if str(mine.to_public()) == recipient.strip() else None


def _by_passphrase(place: Path, passphrase: str) -> Seal:
    kept = json.loads(place.read_text(encoding="utf-8"))
    try:
        identity = pyrage.passphrase.decrypt(base64.b64decode(kept["key"]), passphrase).decode()
    except pyrage.DecryptError as problem:
        raise PassphraseWrong(folder=str(place.parent)) from problem
    return Seal(kept["recipient"], identity)
