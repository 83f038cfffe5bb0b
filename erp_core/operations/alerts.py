"""Limits that are watched: passed for long enough they raise one alert, told once and again only after hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import duckdb

from erp_core.access import outbox
from erp_core.foundation.database import Database
from erp_core.foundation.words import word

# A limit passed again this soon after it was held is the same trouble and is not told a second time.
SETTLE = timedelta(hours=1)
_LIMITS = """
    select name, metric, side, bound, minutes, severity, recipients, repeat_hours, name_zh, name_en
    from core.threshold where active order by name
"""
_SEEN = "select sampled_at, value from core.sample where metric = $metric and sampled_at >= $since order by sampled_at"
_OPEN = (
    "select alert_id, worst, told_at, acknowledged_by from core.alert where threshold = $name and cleared_at is null"
)
_PEOPLE = """
    select distinct u.login, coalesce(p.email, '') from core.app_user u
    left join core.user_profile p on p.login = u.login
    where u.active and (u.login = $who or u.login in (select login from core.user_role where role = $who))
"""


@dataclass(frozen=True)
class Threshold:
    """One limit as it stands in the books."""

    name: str
    metric: str
    side: str
    bound: Decimal
    minutes: int
    severity: str
    recipients: str
    repeat_hours: int
    name_zh: str
    name_en: str

    def passes(self, value: Decimal) -> bool:
        """Whether a value is on the bad side."""
        return value > self.bound if self.side == "above" else value < self.bound

    def worse(self, one: Decimal, other: Decimal) -> Decimal:
        """The worse of two values."""
        return max(one, other) if self.side == "above" else min(one, other)


def watch(database: Database, *, now: datetime) -> dict[str, list[str]]:
    """Compare the samples with every limit; returns the names raised, told again and cleared."""
    done: dict[str, list[str]] = {"raised": [], "repeated": [], "cleared": []}
    with database.read() as cursor:
        limits = [Threshold(*row) for row in cursor.execute(_LIMITS).fetchall()]
        states = [(limit, _bad(cursor, limit, now), _open(cursor, limit)) for limit in limits]
    # Most minutes nothing passes and nothing is open: then nothing is written at all.
    for limit, (bad, value), there in states:
        if bad and there is None:
            _raise(database, limit, value, now)
            done["raised"].append(limit.name)
        elif bad and there is not None and _again(database, limit, value, there, now):
            done["repeated"].append(limit.name)
        elif there is not None and value is not None and not limit.passes(value):
            _clear(database, limit, value, there[0], now)
            done["cleared"].append(limit.name)
    return done


def _bad(cursor: duckdb.DuckDBPyConnection, limit: Threshold, now: datetime) -> tuple[bool, Decimal | None]:
    """Whether the limit was passed all through its minutes, and the last value."""
    since = now - timedelta(minutes=limit.minutes + 2)
    seen = cursor.execute(_SEEN, {"metric": limit.metric, "since": since}).fetchall()
    if not seen:
        return False, None
    if limit.minutes and seen[0][0] > now - timedelta(minutes=limit.minutes):
        return False, seen[-1][1]
    considered = seen if limit.minutes else seen[-1:]
    return all(limit.passes(value) for _, value in considered), seen[-1][1]


def _open(cursor: duckdb.DuckDBPyConnection, limit: Threshold) -> tuple | None:
    rows = cursor.execute(_OPEN, {"name": limit.name}).fetchall()
    return rows[0] if rows else None


def _raise(database: Database, limit: Threshold, value: Decimal, now: datetime) -> None:
    with database.write(counted=False) as cursor:
        before = cursor.execute(
            "select max(told_at) from core.alert where threshold = $name and cleared_at >= $since",
            {"name": limit.name, "since": now - SETTLE},
        ).fetchall()[0][0]
        number = database.take_ids(cursor, "alert", "alert_id", 1)
        values = {"id": number, "name": limit.name, "now": now, "value": value, "told": before or now}
        cursor.execute(
            "insert into core.alert (alert_id, threshold, raised_at, value, worst, told_at, times_told)"
            " values ($id, $name, $now, $value, $value, $told, $times)",
            {**values, "times": 0 if before else 1},
        ).fetchall()
        if before is None:
            _tell(database, cursor, limit, value, now, "raised")


def _again(database: Database, limit: Threshold, value: Decimal, there: tuple, now: datetime) -> bool:
    number, worst, told_at, acknowledged_by = there
    due = not acknowledged_by and told_at + timedelta(hours=limit.repeat_hours) <= now
    if not due and limit.worse(worst, value) == worst:
        return False
    with database.write(counted=False) as cursor:
        cursor.execute(
            "update core.alert set worst = $worst, told_at = case when $due then $now else told_at end,"
            " times_told = times_told + case when $due then 1 else 0 end where alert_id = $id",
            {"worst": limit.worse(worst, value), "due": due, "now": now, "id": number},
        ).fetchall()
        if due:
            _tell(database, cursor, limit, value, now, "raised")
    return due


def _clear(database: Database, limit: Threshold, value: Decimal, number: int, now: datetime) -> None:
    with database.write(counted=False) as cursor:
        cursor.execute("update core.alert set cleared_at = $now where alert_id = $id", {"now": now, "id": number})
        if limit.severity == "critical":
            _tell(database, cursor, limit, value, now, "cleared")


def _tell(
    database: Database, cursor: duckdb.DuckDBPyConnection, limit: Threshold, value: Decimal, now: datetime, what: str
) -> None:
    """Lay one message for each person meant in the outbox: it shows in the inbox and leaves as mail."""
    language = (cursor.execute("select language from core.company").fetchall() or [("zh",)])[0][0]
    name = limit.name_en if language == "en" else limit.name_zh
    facts = {"name": name, "metric": limit.metric, "value": value.normalize(), "bound": limit.bound.normalize()}
    facts = {key: f"{fact:f}" if isinstance(fact, Decimal) else fact for key, fact in facts.items()}
    subject = word("erp_core", f"alert.{what}_subject", language, name=name, severity=limit.severity)
    body = word("erp_core", f"alert.{what}_body", language, **facts, minutes=limit.minutes)
    for login, address in _recipients(cursor, limit.recipients):
        outbox.put(
            database, cursor, "operations.alert", subject=subject, body=body, now=now, login=login, address=address
        )


def _recipients(cursor: duckdb.DuckDBPyConnection, named: str) -> list[tuple[str, str]]:
    """Logins and addresses of users, of holders of roles, and bare addresses of mail, each once."""
    found: dict[tuple[str, str], None] = {}
    for who in (part.strip() for part in named.split(",") if part.strip()):
        if "@" in who:
            found["", who] = None
            continue
        for login, address in cursor.execute(_PEOPLE, {"who": who}).fetchall():
            found[login, address] = None
    return list(found)
