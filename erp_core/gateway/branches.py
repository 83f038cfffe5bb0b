"""The throw-away copies that callers keep at the host: found by number, closed when idle."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from erp_core.books import Books
from erp_core.gateway.refusals import BranchesFull, BranchUnknown
from erp_core.gateway.visitors import Caller


@dataclass
class Branch:
    """One copy: whose it is and when it was last asked, in seconds of a clock that only runs forward."""

    books: Books
    login: str
    by: str
    used: float  # not money


class Branches:
    """All copies of one host."""

    def __init__(self, most: int, idle_minutes: int) -> None:
        self.most = most
        self.idle_minutes = idle_minutes
        self._lock = threading.Lock()
        self._kept: dict[str, Branch] = {}
        self._making = 0

    def make(self, caller: Caller, copy: Callable[[], Books]) -> str:
        """Keep a new copy and return its number; refuses BranchesFull."""
        self.sweep()
        with self._lock:
            if len(self._kept) + self._making >= self.most:
                raise BranchesFull(most=self.most)
            self._making += 1
        try:
            books = copy()
            branch = secrets.token_hex(8)
            with self._lock:
                self._kept[branch] = Branch(books, caller.login, caller.by, time.monotonic())
        finally:
            with self._lock:
                self._making -= 1
        return branch

    def find(self, branch: str, caller: Caller) -> Books:
        """The copy in its maker's hands; with the key of this machine another user may look too, as in process."""
        self.sweep()
        with self._lock:
            found = self._kept.get(branch)
            if found is None or (found.login != caller.login and (found.by, caller.by) != ("key", "key")):
                raise BranchUnknown(branch=branch, minutes=self.idle_minutes)
            found.used = time.monotonic()
        return found.books if found.login == caller.login else found.books.as_user(caller.login)

    def close(self, branch: str, caller: Caller) -> None:
        """Throw a copy away."""
        self.find(branch, caller)
        with self._lock:
            found = self._kept.pop(branch, None)
        if found:
            found.books.close()

    def sweep(self, *, everything: bool = False) -> None:
        """Throw away what nobody asked for long enough, or all."""
        oldest = time.monotonic() - self.idle_minutes * 60
        with self._lock:
            idle = [name for name, branch in self._kept.items() if everything or branch.used < oldest]
            gone = [self._kept.pop(name) for name in idle]
        for branch in gone:
            branch.books.close()
