"""Attempts at the door: each is written down, and too many failures lock a login or an address for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb

from erp_core.access.refusals import SignInLocked
from erp_core.access.settings import Settings
from erp_core.foundation.database import Database

# Failures of a login are forgotten when it enters or is unlocked; those of an address only when it is unlocked, or
# one's own account would be a way to guess at those of others.
_FAILURES = """
    with seen as (select * from core.sign_in_attempt where {column} = $value and happened_at > $since)
    select happened_at from seen where outcome = 'wrong' and attempt_id > (
        select coalesce(max(attempt_id), 0) from seen where outcome in ({forgotten}))
    order by happened_at
"""
_BY_LOGIN = _FAILURES.format(column="login", forgotten="'entered', 'unlocked'")
_BY_ADDRESS = _FAILURES.format(column="address", forgotten="'unlocked'")


def legible(text: str) -> str:
    """What strangers wrote, without signs that nobody can read and no file can hold."""
    return "".join(sign for sign in text if sign.isprintable())


def note(
    database: Database,
    cursor: duckdb.DuckDBPyConnection,
    outcome: str,
    *,
    login: str,
    address: str,
    now: datetime,
    client: str = "",
    reason: str = "",
) -> None:
    """Write an attempt down: entered, wrong, locked, address, unlocked, asked or applied."""
    number = database.take_ids(cursor, "sign_in_attempt", "attempt_id", 1)
    login, address, client = (legible(text) for text in (login, address, client))
    row = [number, login[:64], address[:64], client[:200], outcome, reason, now]
    cursor.execute("insert into core.sign_in_attempt values (?, ?, ?, ?, ?, ?, ?)", row)


def refuse_locked(
    cursor: duckdb.DuckDBPyConnection, login: str, address: str, now: datetime, settings: Settings
) -> None:
    """Refuse a login or an address that failed too often within the minutes of the lock."""
    length = timedelta(minutes=settings.number("lock_minutes"))
    ends = [
        _locked_until(cursor, query, value, settings.number(most), length, now)
        for query, value, most in ((_BY_LOGIN, login, "lock_failures"), (_BY_ADDRESS, address, "address_failures"))
        if value
    ]
    last = max((end for end in ends if end), default=None)
    if last is not None and last > now:
        raise SignInLocked(minutes=-((now - last) // timedelta(minutes=1)))


def asked_too_often(
    cursor: duckdb.DuckDBPyConnection, outcome: str, address: str, since: datetime, most: int, login: str = ""
) -> bool:
    """Whether an address, or a login if one is named, has put its question often enough since an instant."""
    count = cursor.execute(
        "select count(*) from core.sign_in_attempt where outcome = $outcome and happened_at > $since"
        " and (address = $address or (login = $login and login <> ''))",
        {"outcome": outcome, "since": since, "address": address, "login": login},
    ).fetchall()[0][0]
    return count >= most


def last_entered(cursor: duckdb.DuckDBPyConnection, login: str) -> tuple[datetime | None, str]:
    """When and from where a person entered last."""
    rows = cursor.execute(
        "select happened_at, address from core.sign_in_attempt where login = $login and outcome = 'entered'"
        " order by attempt_id desc limit 1",
        {"login": login},
    ).fetchall()
    return rows[0] if rows else (None, "")


def _locked_until(
    cursor: duckdb.DuckDBPyConnection, query: str, value: str, most: int, length: timedelta, now: datetime
) -> datetime | None:
    found = cursor.execute(query, {"value": value[:64], "since": now - 2 * length}).fetchall()
    times = [row[0] for row in found]
    ends = [last + length for first, last in zip(times, times[most - 1 :], strict=False) if last - first <= length]
    return max(ends, default=None)
