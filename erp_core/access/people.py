"""People: adding and changing users, how far each may see, suspending those who leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from erp_core.access import conflicts, holdings, passes, passwords, refusals
from erp_core.access.sign_in import LOGIN
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

_MEMBERS = {
    "own": "",
    "department": "department",
    "department_tree": "department",
    "warehouse": "warehouse",
    "party": "party",
    "project": "project",
}


@verb("access.user.save")
def save_user(
    session: Session,
    *,
    login: str,
    name: str | None = None,
    roles: list[str] | None = None,
    active: bool | None = None,
    scopes: list[dict[str, str]] | None = None,
    employee: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    accept_reason: str = "",
    accept_until: date | None = None,
) -> dict[str, Any]:
    """Add a user or change one; what is not given stays. scopes: [{kind, value}], none of a kind means no limit.

    A change by which somebody gains an unsigned conflict is refused unless accept_reason signs it, until accept_until.
    """
    known = session.one("select name, active from core.app_user where login = $login", login=login)
    if known is None:
        _refuse_login(session, login)
    before = conflicts.held(session)
    holdings.refuse_above(session, login)
    name, alive = (
        (name or (known[0] if known else login)).strip(),
        active if active is not None else not known or known[1],
    )
    _write_person(session, login, name, active=alive)
    if roles is not None:
        _write_roles(session, login, roles)
    if scopes is not None:
        _write_scopes(session, login, scopes)
    _write_profile(session, login, employee=employee, email=email, phone=phone)
    ended = 0 if alive else passes.end(session.cursor, login, session.now, "suspended")
    holdings.refuse_without_administrator(session, login)
    signed = conflicts.settle(session, before, accept_reason, accept_until)
    held = [
        row[0] for row in session.rows("select role from core.user_role where login = $login order by 1", login=login)
    ]
    return {"login": login, "roles": held, "active": alive, "ended": ended, "signed": signed}


@verb("access.user.suspend", reason=True)
def suspend_user(session: Session, *, login: str, reason: str) -> dict[str, Any]:
    """Let a user do nothing more from this moment on; passes end at once."""
    holdings.refuse_unknown_person(session, login)
    holdings.refuse_above(session, login)
    ended = _suspend(session, login)
    return {"login": login, "ended": ended}


@verb("access.password.issue")
def issue_password(session: Session, *, login: str) -> dict[str, Any]:
    """Void a user's password and return a one-use ticket with which that user enters and chooses another."""
    holdings.refuse_unknown_person(session, login)
    holdings.refuse_above(session, login)
    passwords.void(session.cursor, login, session.now)
    passes.end(session.cursor, login, session.now, "password")
    return {"login": login, **passes.ticket_to_enter(session, login)}


@verb("access.ticket.issue")
def issue_ticket(session: Session, *, login: str) -> dict[str, Any]:
    """Return a one-use ticket with which a user enters; the password stays."""
    holdings.refuse_unknown_person(session, login)
    holdings.refuse_above(session, login)
    return {"login": login, **passes.ticket_to_enter(session, login)}


def suspend_employees(session: Session, codes: Iterable[str]) -> list[str]:
    """Suspend the users of employees who left, inside the act that says so; the logins."""
    rows = session.rows(
        "select u.login from core.user_profile p join core.app_user u on u.login = p.login and u.active"
        " where list_contains($codes, p.employee) and p.employee <> '' order by u.login",
        codes=list(codes),
    )
    for (login,) in rows:
        _suspend(session, login)
    return [login for (login,) in rows]


def _suspend(session: Session, login: str) -> int:
    session.execute("update core.app_user set active = false where login = $login", login=login)
    holdings.refuse_without_administrator(session, login)
    return passes.end(session.cursor, login, session.now, "suspended")


def _refuse_login(session: Session, login: str) -> None:
    if not LOGIN.fullmatch(login):
        raise refusals.LoginInvalid(login=login)
    if session.one("select 1 from core.app_user where lower(login) = lower($login)", login=login):
        raise refusals.LoginTaken(login=login)


def _write_person(session: Session, login: str, name: str, *, active: bool) -> None:
    session.execute(
        "insert into core.app_user (login, name, active) values ($login, $name, $active)"
        " on conflict (login) do update set name = excluded.name, active = excluded.active",
        login=login,
        name=name,
        active=active,
    )


def _write_roles(session: Session, login: str, roles: list[str]) -> None:
    holdings.refuse_unknown_roles(session, roles)
    holdings.refuse_above(session, login, *holdings.of_roles(session, roles))
    session.execute("delete from core.user_role where login = $login", login=login)
    for role in dict.fromkeys(roles):
        session.execute("insert into core.user_role values ($login, $role)", login=login, role=role)


def _write_scopes(session: Session, login: str, scopes: list[dict[str, str]]) -> None:
    wanted = dict.fromkeys((str(scope.get("kind", "")), str(scope.get("value") or "")) for scope in scopes)
    for kind, value in wanted:
        _refuse_scope(session, kind, value)
    session.execute("delete from core.user_scope where login = $login", login=login)
    for kind, value in wanted:
        session.execute(
            "insert into core.user_scope values ($login, $kind, $value)", login=login, kind=kind, value=value
        )


def _refuse_scope(session: Session, kind: str, value: str) -> None:
    if kind not in _MEMBERS:
        raise refusals.ScopeInvalid(kind=kind, value=value, problem=" | ".join(_MEMBERS))
    table = _MEMBERS[kind]
    if not table:
        if value:
            raise refusals.ScopeInvalid(kind=kind, value=value, problem="it takes no value")
    elif not session.one(f"select 1 from core.{table} where code = $value", value=value):
        raise refusals.ScopeInvalid(kind=kind, value=value, problem=f"no such {table}")


def _write_profile(session: Session, login: str, **given: str | None) -> None:
    named = {field: value.strip() for field, value in given.items() if value is not None}
    if named.get("employee") and not session.one(
        "select 1 from core.employee where code = $code", code=named["employee"]
    ):
        raise refusals.ProfileInvalid(field="employee", value=named["employee"])
    if named.get("email") and "@" not in named["email"]:
        raise refusals.ProfileInvalid(field="email", value=named["email"])
    session.execute("insert into core.user_profile (login) values ($login) on conflict do nothing", login=login)
    if named:
        changes = ", ".join(f"{field} = ${field}" for field in named)
        session.execute(f"update core.user_profile set {changes} where login = $login", login=login, **named)
