"""What the door keeps in memory per open file: one sign-in at a time, and the passes that were looked at lately."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import duckdb

from erp_core.access import networks, settings
from erp_core.foundation.database import Database

REMEMBERED_MOST = 10_000
KNOCK_EVERY = timedelta(minutes=1)
_FIND = """
    select p.pass_id, p.kind, p.login, p.seen_at, p.ends_at, coalesce(c.must_change, false)
    from core.pass p join core.app_user u on u.login = p.login and u.active
    left join core.credential c on c.login = p.login
    where p.token_hash = $token_hash and p.ended_at is null and p.kind in ('browser', 'token')
"""


@dataclass
class Known:
    """A pass as it stood at one version of the books."""

    version: int
    pass_id: int
    kind: str
    login: str
    seen_at: datetime
    ends_at: datetime
    must_change: bool
    networks: tuple[str, ...]
    idle: timedelta
    written_at: datetime

    def alive(self, now: datetime) -> bool:
        """Whether neither its end nor, for a browser, the idle limit has come."""
        return now < self.ends_at and (self.kind != "browser" or now - self.seen_at < self.idle)


@dataclass
class Door:
    """The state of one open file."""

    # One at a time: otherwise many guesses at once would all be judged before the first of them is written down,
    # and each costs 19 MiB and a core.
    turn: threading.Lock = field(default_factory=threading.Lock)
    passes: dict[str, Known] = field(default_factory=dict)
    # Address to when it was last written down that it knocks at a locked door.
    knocks: dict[str, datetime] = field(default_factory=dict)


_DOORS: WeakKeyDictionary[Database, Door] = WeakKeyDictionary()


def of(database: Database) -> Door:
    """The door of an open file."""
    return _DOORS.setdefault(database, Door())


def knocks_anew(database: Database, address: str, now: datetime) -> bool:
    """Whether a knock at a locked door is worth a line: once a minute per address, lest knocking fill the file."""
    knocks = of(database).knocks
    last = knocks.get(address)
    if last is not None and timedelta(0) <= now - last < KNOCK_EVERY:
        return False
    if len(knocks) >= REMEMBERED_MOST:
        knocks.clear()
    knocks[address] = now
    return True


def known(database: Database, token_hash: str, now: datetime) -> Known | None:
    """The pass with this fingerprint as the books hold it now, from memory while they have not changed."""
    door = of(database)
    found = door.passes.get(token_hash)
    if found is not None and found.version == database.version:
        return found
    # The version is taken before reading: a change that comes in between leaves an entry that is already out of date.
    version = database.version
    with database.read() as cursor:
        fresh = _look_up(cursor, token_hash, version, now)
    if fresh is None:
        door.passes.pop(token_hash, None)
        return None
    if found is not None:
        fresh.seen_at = max(found.seen_at, fresh.seen_at)
        fresh.written_at = max(found.written_at, fresh.written_at)
    elif len(door.passes) >= REMEMBERED_MOST:
        door.passes.clear()
    door.passes[token_hash] = fresh
    return fresh


def _look_up(cursor: duckdb.DuckDBPyConnection, token_hash: str, version: int, now: datetime) -> Known | None:
    rows = cursor.execute(_FIND, {"token_hash": token_hash}).fetchall()
    if not rows:
        return None
    pass_id, kind, login, seen_at, ends_at, must_change = rows[0]
    idle = timedelta(minutes=settings.read(cursor, now.date()).number("idle_minutes"))
    open_to = networks.of_login(cursor, login)
    return Known(version, pass_id, kind, login, seen_at, ends_at, must_change, open_to, idle, seen_at)
