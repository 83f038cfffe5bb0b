"""Passes: opaque tokens of which only the hash is kept; who holds one, until when, and how one ends."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import duckdb

from erp_core.access import settings
from erp_core.foundation.database import Database
from erp_core.foundation.session import Session

TOKEN_BYTES = 32


def fingerprint(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make(
    database: Database,
    cursor: duckdb.DuckDBPyConnection,
    *,
    kind: str,
    login: str,
    now: datetime,
    lasts: timedelta,
    name: str = "",
    purpose: str = "",
    address: str = "",
    client: str = "",
) -> tuple[int, str]:
    """Write a new pass and return its number and the token, which is told this once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    pass_id = database.take_ids(cursor, "pass", "pass_id", 1)
    cursor.execute(
        "insert into core.pass"
        " (pass_id, kind, token_hash, login, name, purpose, address, client, made_at, seen_at, ends_at)"
        " values ($pass_id, $kind, $token_hash, $login, $name, $purpose, $address, $client, $now, $now, $ends)",
        {
            "pass_id": pass_id,
            "kind": kind,
            "token_hash": fingerprint(token),
            "login": login,
            "name": name,
            "purpose": purpose,
            "address": address,
            "client": client[:200],
            "now": now,
            "ends": now + lasts,
        },
    )
    return pass_id, token


def ticket(
    database: Database,
    cursor: duckdb.DuckDBPyConnection,
    login: str,
    *,
    purpose: str,
    now: datetime,
    lasts: timedelta,
) -> str:
    """A one-use ticket to enter or to choose a new password; tickets given before for the same end are void."""
    end(cursor, login, now, "replaced", kinds=("ticket",), purpose=purpose)
    return make(database, cursor, kind="ticket", login=login, now=now, lasts=lasts, purpose=purpose)[1]


def ticket_to_enter(session: Session, login: str) -> dict[str, Any]:
    """A one-use ticket to enter, as verbs return it: ticket, ends_at."""
    hours = settings.read(session.cursor, session.today).number("ticket_hours")
    lasts = timedelta(hours=hours)
    made = ticket(session.database, session.cursor, login, purpose="enter", now=session.now, lasts=lasts)
    return {"ticket": made, "ends_at": str(session.now + lasts)}


def end(
    cursor: duckdb.DuckDBPyConnection,
    login: str,
    now: datetime,
    why: str,
    *,
    kinds: tuple[str, ...] = ("browser", "token", "ticket"),
    purpose: str = "",
    keep: int = 0,
) -> int:
    """End the passes of a person, all but one; the number of those that ended."""
    ended = cursor.execute(
        "update core.pass set ended_at = $now, ended_why = $why where login = $login and ended_at is null"
        " and list_contains($kinds, kind) and ($purpose = '' or purpose = $purpose) and pass_id <> $keep"
        " returning pass_id",
        {"now": now, "why": why, "login": login, "kinds": list(kinds), "purpose": purpose, "keep": keep},
    ).fetchall()
    return len(ended)


def end_one(cursor: duckdb.DuckDBPyConnection, pass_id: int, now: datetime, why: str) -> bool:
    """End one pass; whether it was still alive."""
    ended = cursor.execute(
        "update core.pass set ended_at = $now, ended_why = $why where pass_id = $pass_id and ended_at is null"
        " returning pass_id",
        {"now": now, "why": why, "pass_id": pass_id},
    ).fetchall()
    return bool(ended)


def end_oldest(cursor: duckdb.DuckDBPyConnection, login: str, now: datetime, most: int) -> int:
    """End the browser sessions of a person beyond the most that may be open at once, those least lately seen first."""
    ended = cursor.execute(
        "update core.pass set ended_at = $now, ended_why = 'too_many' where pass_id in (select pass_id from core.pass"
        " where login = $login and kind = 'browser' and ended_at is null and ends_at > $now"
        " order by seen_at desc, pass_id desc offset $most) returning pass_id",
        {"now": now, "login": login, "most": most},
    ).fetchall()
    return len(ended)
