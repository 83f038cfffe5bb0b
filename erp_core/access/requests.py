"""Requests for an account: an administrator decides, and says alone what the new user may do."""

from __future__ import annotations

from datetime import date
from typing import Any

from erp_core.access import holdings, letters, outbox, passes, passwords, people, refusals
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.foundation.words import word


@verb("access.request.approve")
def approve(
    session: Session,
    *,
    request_id: int,
    roles: list[str],
    scopes: list[dict[str, str]] | None = None,
    employee: str | None = None,
    email: str | None = None,
    accept_reason: str = "",
    accept_until: date | None = None,
) -> dict[str, Any]:
    """Make the user who was asked for, with these roles and limits, and send a one-use ticket for the first entry."""
    asked = _waiting(session, request_id)
    if session.one("select 1 from core.app_user where lower(login) = lower($login)", login=asked["login"]):
        raise refusals.LoginTaken(login=asked["login"])
    reach = {"email": email} if email else {"email" if "@" in asked["contact"] else "phone": asked["contact"]}
    made = people.save_user(
        session,
        login=asked["login"],
        name=asked["name"],
        roles=roles,
        scopes=scopes or [],
        employee=employee,
        accept_reason=accept_reason,
        accept_until=accept_until,
        **reach,
    )
    passwords.void(session.cursor, asked["login"], session.now)
    given = passes.ticket_to_enter(session, asked["login"])
    letters.write(session.database, session.cursor, "welcome", asked["login"], session.now, ticket=given["ticket"])
    _decide(session, request_id, "approved", "")
    return {"request_id": request_id, **made, **given}


@verb("access.request.reject", reason=True)
def reject(session: Session, *, request_id: int, reason: str) -> dict[str, Any]:
    """Turn a request down and tell the applicant why."""
    asked = _waiting(session, request_id)
    _decide(session, request_id, "rejected", reason)
    if "@" in asked["contact"]:
        language = session.reference("company")["language"][0]
        subject, body = (
            word("erp_core", f"letter.rejected_{part}", language, login=asked["login"], name=asked["name"], why=reason)
            for part in ("subject", "body")
        )
        outbox.put(
            session.database,
            session.cursor,
            "rejected",
            subject=subject,
            body=body,
            now=session.now,
            address=asked["contact"],
        )
    return {"request_id": request_id, "login": asked["login"]}


@verb("access.identity.link")
def link_identity(session: Session, *, login: str, issuer: str, subject: str) -> dict[str, Any]:
    """Match an account of an OpenID provider with a user; it enters as that user from now on."""
    holdings.refuse_unknown_person(session, login)
    holdings.refuse_above(session, login)
    held = session.one(
        "select login from core.user_identity where issuer = $issuer and subject = $subject",
        issuer=issuer,
        subject=subject,
    )
    if held and held[0] != login:
        raise refusals.IdentityTaken(issuer=issuer, subject=subject, login=held[0])
    session.execute(
        "insert into core.user_identity values ($issuer, $subject, $login, $now) on conflict do nothing",
        issuer=issuer,
        subject=subject,
        login=login,
        now=session.now,
    )
    return {"login": login, "issuer": issuer, "subject": subject}


@verb("access.identity.unlink")
def unlink_identity(session: Session, *, login: str) -> dict[str, Any]:
    """Forget which accounts elsewhere a user has."""
    holdings.refuse_above(session, login)
    gone = session.rows("delete from core.user_identity where login = $login returning issuer", login=login)
    return {"login": login, "count": len(gone)}


def _waiting(session: Session, request_id: int) -> dict[str, str]:
    row = session.one(
        "select status, login, name, contact from core.account_request where request_id = $number", number=request_id
    )
    if row is None or row[0] != "applied":
        raise refusals.RequestDecided(request_id=request_id, status=row[0] if row else "-")
    return dict(zip(("login", "name", "contact"), row[1:], strict=True))


def _decide(session: Session, request_id: int, status: str, note: str) -> None:
    session.execute(
        "update core.account_request set status = $status, decided_by = $by, decided_at = $now, note = $note"
        " where request_id = $number",
        status=status,
        by=session.actor.login,
        now=session.now,
        note=note,
        number=request_id,
    )
