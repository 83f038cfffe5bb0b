"""What must be true before a month may be closed, and who is told when it was: any department signs in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from erp_core.foundation.session import Session

Offenders = list[dict[str, Any]]
Find = Callable[[Session, str], Offenders]
# What a department does in the same act when a period was closed, or opened again: (session, period, version).
Told = Callable[[Session, str, int], None]
CODES = tuple(f"G{number}" for number in range(1, 14))
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Gate:
    """One gate: its code, when it is checked, and what finds its offenders; one with a note is told and lets pass."""

    code: str
    when: str
    find: Find


REGISTERED: list[Gate] = []
CLOSED: list[Told] = []
REOPENED: list[Told] = []


def gate(code: str, when: str = AFTER) -> Callable[[Find], Find]:
    """Register a check under one of G1 to G13; before: on the books as found, after: with what the close has written.

    It returns its offenders, one dict each; a key 'note' makes an offender a remark that does not stop the close.
    """

    def register(find: Find) -> Find:
        REGISTERED.append(Gate(code, when, find))
        return find

    return register


def closed(tell: Told) -> Told:
    """Register what a department does within the act that closes a period."""
    CLOSED.append(tell)
    return tell


def reopened(tell: Told) -> Told:
    """Register what a department does within the act that opens a closed period again."""
    REOPENED.append(tell)
    return tell
