"""What one person should not hold together: the matrix, who holds both sides, and exceptions that were signed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from erp_core.access import holdings, refusals
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

EXCEPTION_DAYS = 365
Held = frozenset[tuple[str, str]]


@verb("access.conflict.save")
def save_rule(
    session: Session, *, rule: str, first: str, second: str, name_zh: str, name_en: str, active: bool = True
) -> dict[str, Any]:
    """Add or change a rule: permissions, or patterns, that one person should not hold together."""
    for permission in (first, second):
        if not _concerned(permission):
            raise refusals.UnknownPermission(permission=permission)
    session.execute(
        "insert into core.conflict_rule values ($rule, $first, $second, $name_zh, $name_en, $active)"
        " on conflict (rule) do update set first = excluded.first, second = excluded.second,"
        " name_zh = excluded.name_zh, name_en = excluded.name_en, active = excluded.active",
        rule=rule,
        first=first,
        second=second,
        name_zh=name_zh,
        name_en=name_en,
        active=active,
    )
    return {"rule": rule, "active": active}


@verb("access.conflict.accept", reason=True)
def accept(session: Session, *, rule: str, login: str, reason: str, valid_to: date | None = None) -> dict[str, Any]:
    """Sign an exception: this person may hold both sides of a rule until a day, by default for a year."""
    known = [name for (name,) in session.rows("select rule from core.conflict_rule order by rule")]
    if rule not in known:
        raise refusals.UnknownConflict(rule=rule, known=", ".join(known))
    holdings.refuse_unknown_person(session, login)
    holdings.refuse_above(session, login)
    if login == session.actor.login and holdings.EVERYTHING not in session.actor.permissions:
        raise refusals.ExceptionInvalid(rule=rule, login=login, problem="nobody signs for oneself")
    until = sign(session, login, [rule], reason, valid_to)
    return {"rule": rule, "login": login, "valid_to": str(until)}


def held(session: Session) -> Held:
    """Which active users hold both sides of which active rules; those who may do everything do so by nature."""
    rules = session.rows("select rule, first, second from core.conflict_rule where active order by rule")
    found = set()
    for login, granted in holdings.by_login(session).items():
        if holdings.EVERYTHING in granted:
            continue
        found |= {(login, rule) for rule, first, second in rules if _holds(granted, first) and _holds(granted, second)}
    return frozenset(found)


def settle(session: Session, before: Held, reason: str, valid_to: date | None) -> list[str]:
    """Refuse conflicts gained since `before` that no exception covers; with a reason they are signed instead."""
    signed = set(
        session.rows("select login, rule from core.conflict_exception where valid_to >= $today", today=session.today)
    )
    gained: dict[str, list[str]] = {}
    for login, rule in sorted(held(session) - before - signed):
        gained.setdefault(login, []).append(rule)
    if gained and not reason.strip():
        login, rules = next(iter(gained.items()))
        raise refusals.ConflictGained(login=login, rules=", ".join(rules))
    for login, rules in gained.items():
        sign(session, login, rules, reason, valid_to)
    return sorted({rule for rules in gained.values() for rule in rules})


def sign(session: Session, login: str, rules: list[str], reason: str, valid_to: date | None) -> date:
    """Write exceptions in the name of the actor and return the day until which they hold."""
    until = valid_to or session.today + timedelta(days=EXCEPTION_DAYS)
    if until < session.today:
        raise refusals.ExceptionInvalid(rule=rules[0], login=login, problem=f"{until} has passed")
    for rule in rules:
        session.execute(
            "insert into core.conflict_exception values ($rule, $login, $signed_by, $until, $reason, $act_id)"
            " on conflict do nothing",
            rule=rule,
            login=login,
            signed_by=session.actor.login,
            until=until,
            reason=reason,
            act_id=session.act_id,
        )
    return until


def _concerned(pattern: str) -> list[str]:
    return [name for name in holdings.known_permissions() if holdings.covers(pattern, name)]


def _holds(granted: frozenset[str], side: str) -> bool:
    return any(holdings.covers(pattern, name) for name in _concerned(side) for pattern in granted)
