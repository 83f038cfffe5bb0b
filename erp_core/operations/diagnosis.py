"""When something does not work: the usual causes looked at one by one, each with what is found and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from erp_core.foundation.database import Database
from erp_core.foundation.errors import Refusal
from erp_core.foundation.rights import Actor

LEAST_FREE = 500 * 1024 * 1024
WAIT_SECONDS = 2


def diagnose(database: Database, actor: Actor, *, now: datetime) -> pl.DataFrame:
    """Look for causes in the place of this person: check, ok, detail; words for a check stand in diagnosis.<check>."""
    looks: dict[str, Callable[[], tuple[bool, str]]] = {
        "file": lambda: _file(database),
        "disk": lambda: _disk(database),
        "writer": lambda: _writer(database),
        "rights": lambda: (bool(actor.permissions), ", ".join(actor.roles)),
        "areas": lambda: (bool(actor.areas), ", ".join(actor.areas)),
        "sign_in": lambda: _sign_in(database, actor, now),
        "period": lambda: _period(database),
        "letters": lambda: _count(database, "select count(*) from core.outbox where sent_at is null and tries >= 3"),
        "jobs": lambda: _jobs(database, now),
        "backup": lambda: _backup(database, now),
    }
    rows = []
    for name, look in looks.items():
        try:
            ok, detail = look()
        except (Refusal, duckdb.Error, OSError) as problem:
            ok, detail = False, str(problem).splitlines()[0]
        rows.append({"check": name, "ok": ok, "detail": detail})
    return pl.DataFrame(rows, schema={"check": pl.String, "ok": pl.Boolean, "detail": pl.String})


def _file(database: Database) -> tuple[bool, str]:
    with database.read() as cursor:
        last = cursor.execute("select coalesce(max(act_id), 0) from core.act").fetchall()[0][0]
    return True, f"act {last}"


def _disk(database: Database) -> tuple[bool, str]:
    place = Path.cwd() if database.in_memory else Path(database.path).absolute().parent
    free = shutil.disk_usage(place).free
    return free > LEAST_FREE, f"{free // (1024 * 1024)} MB"


def _writer(database: Database) -> tuple[bool, str]:
    with database.write(wait=WAIT_SECONDS, counted=False) as cursor:
        cursor.execute("select 1").fetchall()
    return True, ""


def _sign_in(database: Database, actor: Actor, now: datetime) -> tuple[bool, str]:
    query = """
        select count(*) from core.sign_in_attempt
        where login = $login and outcome in ('wrong', 'locked', 'address') and happened_at >= $since
    """
    return _count(database, query, {"login": actor.login, "since": now - timedelta(days=1)})


def _period(database: Database) -> tuple[bool, str]:
    with database.read() as cursor:
        found = cursor.execute("select min(period), max(period) from core.period where status = 'open'").fetchall()[0]
    return found[0] is not None, f"{found[0]} … {found[1]}" if found[0] else ""


def _jobs(database: Database, now: datetime) -> tuple[bool, str]:
    query = "select count(*) from core.job where outcome <> 'done' and started_at >= $since"
    return _count(database, query, {"since": now - timedelta(days=1)})


def _backup(database: Database, now: datetime) -> tuple[bool, str]:
    with database.read() as cursor:
        made = cursor.execute("select max(made_at) from core.backup where verified").fetchall()[0][0]
    return made is not None and made >= now - timedelta(hours=36), str(made or "")


def _count(database: Database, query: str, values: dict[str, Any] | None = None) -> tuple[bool, str]:
    with database.read() as cursor:
        found = cursor.execute(query, values or {}).fetchall()[0][0]
    return found == 0, str(found)
