"""What backups, restores and upgrades may refuse, in one place, since programs run as children tell them by name."""

from __future__ import annotations

from typing import Any

from erp_core.foundation import errors
from erp_core.foundation.errors import Refusal


class BackupFolderUnfit(Refusal):
    """{folder} cannot hold backups: {problem}."""


class BackupUnderWay(Refusal):
    """Another backup is writing to {folder}."""


class BackupMissing(Refusal):
    """There is no backup at {place}."""


class BackupsOfMany(Refusal):
    """{folder} holds backups of more than one set of books: {names}."""


class NoBackupBefore(Refusal):
    """There is no backup from {at} or before; the first is of {first}."""


class BackupDamaged(Refusal):
    """The backup {name} is damaged: {what} is not what was written ({detail})."""


class BlockMissing(Refusal):
    """The backup {name} lacks the block {block}."""


class BackupUnsafe(Refusal):
    """The backup {place} names something outside its folder ({what}); it was not opened further."""


class BackupTooNew(Refusal):
    """The backup {name} is of books of a later version ({schema})."""


class BackupSealed(Refusal):
    """The backup {name} is sealed for {recipient}, and no key was given that opens it."""


class PassphraseWrong(Refusal):
    """The passphrase does not open the key of {folder}."""


class SealKeyInvalid(Refusal):
    """{what} is not a key of age: {given}."""


class BackupUnproved(Refusal):
    """The backup {name} was written, but restoring it did not give the same books: {problem}."""


class CopyUnlike(Refusal):
    """In the second place {second} the file {what} is not like the first."""


class RestoreTargetExists(Refusal):
    """There is already a file at {path}."""


class RestoreUnproved(Refusal):
    """What the backup {name} gives back are not the books that were saved: {problem}. {path} was not touched."""


class ChildFailed(Refusal):
    """The child program for {task} ended without an answer: {detail}."""


class UpgradeFailed(Refusal):
    """The upgrade of {path} failed at {step} ({detail}); the books are as they were before."""


class ThresholdInvalid(Refusal):
    """The threshold {name} cannot have {field} {value}: {problem}."""


class AlertUnknown(Refusal):
    """There is no open alert {alert}."""


class BackupFolderClosed(Refusal):
    """Backups can be started from afar only into the folder of the parameter operations.backup_folder."""


def named(code: str, facts: dict[str, Any]) -> Refusal | None:
    """The refusal of that name with its facts, as a child told it; nothing when the name is not known here."""
    kind = globals().get(code) or getattr(errors, code, None)
    return kind(**facts) if isinstance(kind, type) and issubclass(kind, Refusal) else None
