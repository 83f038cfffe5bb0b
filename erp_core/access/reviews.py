"""The monthly look through the rights: for each person somebody confirms what is held, or takes it away."""

from __future__ import annotations

import re
from typing import Any

from erp_core.access import holdings, letters, passes, refusals
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

_DECISIONS = ("confirmed", "withdrawn")
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@verb("access.review.decide")
def decide(
    session: Session, *, period: str, login: str, decision: str, note: str = "", roles: list[str] | None = None
) -> dict[str, Any]:
    """Confirm what a person holds, or withdraw it: the roles named, by default all; passes then end."""
    holdings.refuse_unknown_person(session, login)
    if decision not in _DECISIONS:
        raise _invalid(period, login, decision, " | ".join(_DECISIONS))
    if not _PERIOD.fullmatch(period):
        raise _invalid(period, login, decision, "write a month as 2026-01")
    if login == session.actor.login and _others_review(session):
        raise _invalid(period, login, decision, "another administrator looks through one's own rights")
    held = [
        row[0] for row in session.rows("select role from core.user_role where login = $login order by 1", login=login)
    ]
    taken = [role for role in held if roles is None or role in roles] if decision == "withdrawn" else []
    if taken:
        _withdraw(session, login, taken)
    session.execute(
        "insert into core.access_review values ($period, $login, $decision, $roles, $by, $now, $note, $act_id)",
        period=period,
        login=login,
        decision=decision,
        roles=", ".join(held),
        by=session.actor.login,
        now=session.now,
        note=note,
        act_id=session.act_id,
    )
    return {"period": period, "login": login, "decision": decision, "withdrawn": taken}


@verb("access.review.remind")
def remind(session: Session, *, period: str) -> dict[str, Any]:
    """Tell whoever reviews rights how many people wait for it in a month; nobody is told when nobody waits."""
    if not _PERIOD.fullmatch(period):
        raise _invalid(period, "-", "waiting", "write a month as 2026-01")
    waiting = session.one(
        "select count(*) from core.app_user u where u.active and not exists"
        " (select 1 from core.access_review r where r.login = u.login and r.period = $period)",
        period=period,
    )[0]
    told = _reviewers(session) if waiting else []
    for login in told:
        letters.write(session.database, session.cursor, "review", login, session.now, period=period, count=waiting)
    return {"period": period, "waiting": waiting, "told": told}


def _withdraw(session: Session, login: str, roles: list[str]) -> None:
    holdings.refuse_above(session, login)
    for role in roles:
        session.execute("delete from core.user_role where login = $login and role = $role", login=login, role=role)
    holdings.refuse_without_administrator(session, login)
    passes.end(session.cursor, login, session.now, "withdrawn")


def _others_review(session: Session) -> bool:
    return any(login != session.actor.login for login in _reviewers(session))


def _reviewers(session: Session) -> list[str]:
    return [
        login
        for login, granted in holdings.by_login(session).items()
        if any(holdings.covers(pattern, "access.review.decide") for pattern in granted)
    ]


def _invalid(period: str, login: str, decision: str, problem: str) -> refusals.ReviewInvalid:
    return refusals.ReviewInvalid(period=period, login=login, decision=decision, problem=problem)
