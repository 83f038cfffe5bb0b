"""What everybody does with what is one's own: password, profile, tokens, sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from erp_core.access import attempts, holdings, passes, passwords, refusals, settings
from erp_core.foundation.errors import NotPermitted
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

_LANDING = re.compile(r"[a-z0-9_/-]{0,80}")
NAME_MOST = 80


@verb("access.password.set")
def set_password(session: Session, *, old_password: str, new_password: str, keep: int = 0) -> dict[str, Any]:
    """Choose a new password; every other pass ends. keep: the pass one is using now, which stays.

    The old password is asked for unless there is none, as after an administrator issued a ticket.
    """
    login = session.actor.login
    limits = settings.read(session.cursor, session.today)
    attempts.refuse_locked(session.cursor, login, "", session.now, limits)
    row = session.one("select hash from core.credential where login = $login and hash <> ''", login=login)
    if row and not passwords.fits(row[0], old_password):
        # A stolen session must not be a place to guess in; noted apart, since this act comes to nothing.
        with session.database.write(counted=False) as cursor:
            attempts.note(session.database, cursor, "wrong", login=login, address="", now=session.now, reason="change")
        raise refusals.PasswordOldWrong
    passwords.choose(session.cursor, login, new_password, session.now)
    return {"login": login, "ended": passes.end(session.cursor, login, session.now, "password", keep=keep)}


@verb("access.profile.save")
def save_profile(
    session: Session, *, language: str | None = None, landing: str | None = None, warehouse: str | None = None
) -> dict[str, Any]:
    """Say how one wants to be greeted: language zh|en, landing page, usual warehouse; what is not given stays."""
    given = {"language": language, "landing": landing, "warehouse": warehouse}
    named = {field: value for field, value in given.items() if value is not None}
    if language not in (None, "zh", "en"):
        raise refusals.ProfileInvalid(field="language", value=language)
    if landing and not _LANDING.fullmatch(landing):
        raise refusals.ProfileInvalid(field="landing", value=landing)
    if warehouse and not _may_use(session, warehouse):
        raise refusals.ProfileInvalid(field="warehouse", value=warehouse)
    login = session.actor.login
    session.execute("insert into core.user_profile (login) values ($login) on conflict do nothing", login=login)
    changes = "".join(f", {field} = ${field}" for field in named)
    session.execute(f"update core.user_profile set settled = true{changes} where login = $login", login=login, **named)
    return {"login": login, **named}


@verb("access.token.issue")
def issue_token(session: Session, *, name: str, days: int | None = None) -> dict[str, Any]:
    """Make a token for one's notebooks and programs and return it, this once; it may what its holder may."""
    most = settings.read(session.cursor, session.today).number("token_days")
    lasts = most if days is None else days
    if not 1 <= lasts <= most:
        raise refusals.PassTooLong(most=most, days=lasts)
    if not name.strip():
        raise refusals.ProfileInvalid(field="name", value="''")
    pass_id, token = passes.make(
        session.database,
        session.cursor,
        kind="token",
        login=session.actor.login,
        now=session.now,
        lasts=timedelta(days=lasts),
        name=name.strip()[:NAME_MOST],
    )
    return {"token": token, "pass_id": pass_id, "ends_at": str(session.now + timedelta(days=lasts))}


@verb("access.token.revoke")
def revoke_token(session: Session, *, pass_id: int) -> dict[str, Any]:
    """End a token: one's own, or anybody's with the permission."""
    return _end(session, "access.token.revoke", pass_id)


@verb("access.pass.end")
def end_pass(session: Session, *, pass_id: int) -> dict[str, Any]:
    """End a session, token or ticket: one's own, or anybody's with the permission."""
    return _end(session, "access.pass.end", pass_id)


@verb("access.message.read")
def read_messages(session: Session, *, messages: list[int]) -> dict[str, Any]:
    """Mark messages of one's own inbox as read; others are left alone."""
    read = session.rows(
        "update core.outbox set read_at = $now where login = $login and read_at is null"
        " and list_contains($messages, message_id) returning message_id",
        now=session.now,
        login=session.actor.login,
        messages=messages,
    )
    return {"count": len(read)}


def _end(session: Session, permission: str, pass_id: int) -> dict[str, Any]:
    row = session.one("select login from core.pass where pass_id = $pass_id and ended_at is null", pass_id=pass_id)
    mine = row is not None and row[0] == session.actor.login
    # Who may end only one's own is told the same of another's pass and of none.
    if not mine and not session.actor.may(permission):
        raise NotPermitted(actor=session.actor.login, verb=permission)
    if row is None:
        raise refusals.UnknownPass(pass_id=pass_id)
    if not mine:
        holdings.refuse_above(session, row[0])
    passes.end_one(session.cursor, pass_id, session.now, "revoked")
    return {"pass_id": pass_id, "login": row[0]}


def _may_use(session: Session, warehouse: str) -> bool:
    limit = session.actor.scope.warehouses
    there = session.one("select 1 from core.warehouse where code = $code", code=warehouse)
    return bool(there) and (limit is None or warehouse in limit)
