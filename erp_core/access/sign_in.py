"""The door: signing in, entering by ticket, showing a pass, leaving, forgetting a password, asking for an account."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

import duckdb

from erp_core.access import attempts, door, letters, networks, passes, passwords, refusals, settings
from erp_core.access.settings import Settings
from erp_core.foundation.database import Database
from erp_core.foundation.errors import BooksBusy, Refusal
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import BOOKS_ZONE, Session

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,31}")
# How long a request's texts may be.
REQUEST_TEXT_MOST = 200
SEEN_EVERY = timedelta(minutes=1)
RESETS_PER_LOCK = 3
_OUTCOMES = {refusals.SignInLocked: "locked", refusals.AddressClosed: "address"}
_PERSON = """
    select coalesce(c.hash, ''), coalesce(c.must_change, false) from core.app_user u
    left join core.credential c on c.login = u.login where u.login = $login and u.active
"""


@dataclass(frozen=True)
class Entered:
    """Somebody came in: the token, told this once, and what to show of the time before."""

    token: str = field(repr=False)
    login: str
    pass_id: int
    must_change: bool
    last_entered_at: datetime | None
    last_address: str


@dataclass(frozen=True)
class Visitor:
    """Somebody showed a pass that is good."""

    login: str
    pass_id: int
    kind: str
    ends_at: datetime
    must_change: bool


def sign_in(database: Database, *, login: str, password: str, address: str, client: str = "", now: datetime) -> Entered:
    """Enter with login and password, always with a new token.

    Refuses SignInWrong (alike for unknown, inactive and wrong), SignInLocked, AddressClosed.
    """
    login, address, client = (attempts.legible(text) for text in (login, address, client))
    with door.of(database).turn:
        with database.read() as cursor:
            limits = settings.read(cursor, _day(now))
            locked = _locked(cursor, login, address, now, limits)
            known, must_change = _person(cursor, login)
            open_to = networks.of_login(cursor, login)
        if locked:
            _refuse(database, locked, login=login, address=address, now=now, client=client)
        # An unknown login costs the same hashing as a known one.
        if not passwords.fits(known, password):
            _refuse(database, refusals.SignInWrong(), login=login, address=address, now=now, client=client)
        _admit(database, open_to, login=login, address=address, now=now, client=client)
        fresh = passwords.hashed(password) if passwords.outdated(known) else ""
        with database.write() as cursor:
            if fresh:
                passwords.write(cursor, login, fresh, now, must_change=must_change)
            return _come_in(database, cursor, limits, login=login, address=address, client=client, now=now)


def enter(database: Database, *, ticket: str, address: str, client: str = "", now: datetime) -> Entered:
    """Enter with a one-use ticket, as the terminal or an administrator gives it out; refuses TicketStale."""
    address, client = attempts.legible(address), attempts.legible(client)
    with door.of(database).turn:
        with database.read() as cursor:
            limits = settings.read(cursor, _day(now))
            login, pass_id = _ticket(cursor, ticket, "enter", now)
            locked = None if login else _locked(cursor, "", address, now, limits)
            open_to = networks.of_login(cursor, login)
        if not login:
            _refuse(database, locked or refusals.TicketStale(), login="", address=address, now=now, client=client)
        _admit(database, open_to, login=login, address=address, now=now, client=client)
        with database.write() as cursor:
            if not passes.end_one(cursor, pass_id, now, "used"):
                raise refusals.TicketStale
            return _come_in(
                database, cursor, limits, login=login, address=address, client=client, now=now, reason="ticket"
            )


def let_in(database: Database, *, login: str, address: str, client: str, now: datetime, reason: str) -> Entered:
    """Let in somebody whose identity another door has proved; refuses SignInWrong (inactive) and AddressClosed."""
    with door.of(database).turn:
        with database.read() as cursor:
            limits = settings.read(cursor, _day(now))
            active = cursor.execute(_PERSON, {"login": login}).fetchall()
            open_to = networks.of_login(cursor, login)
        if not active:
            facts = {"login": login, "address": address, "now": now, "client": client, "reason": reason}
            _refuse(database, refusals.SignInWrong(), **facts)
        _admit(database, open_to, login=login, address=address, now=now, client=client)
        with database.write() as cursor:
            return _come_in(
                database, cursor, limits, login=login, address=address, client=client, now=now, reason=reason
            )


def verify(database: Database, token: str, *, address: str, now: datetime, touch: bool = True) -> Visitor:
    """Whose pass this is; refuses PassStale (unknown, ended, idle, expired, inactive user) and AddressClosed."""
    token_hash = passes.fingerprint(token)
    found = door.known(database, token_hash, now)
    if found is None or not found.alive(now):
        raise refusals.PassStale
    if found.networks and not networks.admits(found.networks, address):
        raise refusals.AddressClosed(login=found.login, address=address)
    if touch:
        found.seen_at = max(found.seen_at, now)
        if now - found.written_at >= SEEN_EVERY:
            found.written_at = now
            _write_seen(database, found.pass_id, now)
    return Visitor(found.login, found.pass_id, found.kind, found.ends_at, found.must_change)


def leave(database: Database, token: str, *, now: datetime) -> None:
    """Sign out; a token that is none is let go in silence."""
    with database.write() as cursor:
        cursor.execute(
            "update core.pass set ended_at = $now, ended_why = 'left' where token_hash = $token_hash"
            " and ended_at is null and kind = 'browser'",
            {"now": now, "token_hash": passes.fingerprint(token)},
        )


def ask_reset(database: Database, *, login: str, address: str, now: datetime) -> None:
    """Have a one-use token for a new password sent to the address on file; the answer is always the same."""
    login, address = attempts.legible(login), attempts.legible(address)
    with database.read() as cursor:
        limits = settings.read(cursor, _day(now))
        since = now - timedelta(minutes=limits.number("lock_minutes"))
        if attempts.asked_too_often(cursor, "asked", address, since, RESETS_PER_LOCK, login[:64]):
            return
    with database.write(counted=False) as cursor:
        attempts.note(database, cursor, "asked", login=login, address=address, now=now)
        if not cursor.execute(_PERSON, {"login": login}).fetchall():
            return
        minutes = limits.number("reset_minutes")
        lasts = timedelta(minutes=minutes)
        ticket = passes.ticket(database, cursor, login, purpose="reset", now=now, lasts=lasts)
        letters.write(database, cursor, "reset", login, now, ticket=ticket, minutes=minutes)


def reset(database: Database, *, token: str, new_password: str, address: str, now: datetime) -> str:
    """Choose a new password with a one-use token; ends every pass of that person and returns the login.

    Refuses TicketStale and whatever is wrong with the password; a refused password leaves the token good.
    """
    address = attempts.legible(address)
    with door.of(database).turn:
        with database.read() as cursor:
            limits = settings.read(cursor, _day(now))
            login, pass_id = _ticket(cursor, token, "reset", now)
            locked = None if login else _locked(cursor, "", address, now, limits)
        if not login:
            _refuse(database, locked or refusals.TicketStale(), login="", address=address, now=now)
        session = Session(database, Actor(login, frozenset({"access.password.reset"})), _day(now), now=now)
        with session.act("access.password.reset", {"login": login, "address": address}) as act:
            if not passes.end_one(session.cursor, pass_id, now, "used"):
                raise refusals.TicketStale
            passwords.choose(session.cursor, login, new_password, now)
            act.result = {"login": login, "ended": passes.end(session.cursor, login, now, "password")}
    return login


def apply_for_account(
    database: Database,
    *,
    login: str,
    name: str,
    contact: str,
    department: str = "",
    wanted_role: str = "",
    address: str,
    now: datetime,
) -> int:
    """Ask for an account and return the number of the request; what one may do, an administrator decides."""
    asked = {"login": login, "name": name, "contact": contact, "department": department, "wanted_role": wanted_role}
    asked = {field: attempts.legible(value).strip()[:REQUEST_TEXT_MOST] for field, value in asked.items()}
    address = attempts.legible(address)
    for need in ("login", "name", "contact"):
        if not asked[need]:
            raise refusals.PersonIncomplete(field=need)
    if not LOGIN.fullmatch(asked["login"]):
        raise refusals.LoginInvalid(login=asked["login"])
    with database.read() as cursor:
        most = settings.read(cursor, _day(now)).number("requests_per_day")
        if attempts.asked_too_often(cursor, "applied", address, now - timedelta(days=1), most):
            raise refusals.TooManyRequests(address=address)
    session = Session(database, Actor("-", frozenset({"access.request.apply"})), _day(now), now=now)
    with session.act("access.request.apply", {**asked, "address": address}) as act:
        attempts.note(database, session.cursor, "applied", login=asked["login"], address=address, now=now)
        act.result = {"request_id": _write_request(session, asked)}
        return act.result["request_id"]


def _write_request(session: Session, asked: dict[str, str]) -> int:
    # Whether the login is already a user's, only the approval says: here it would tell strangers who works here.
    waiting = session.one(
        "select 1 from core.account_request where lower(login) = lower($login) and status = 'applied'",
        login=asked["login"],
    )
    if waiting:
        raise refusals.LoginTaken(login=asked["login"])
    number = session.take_ids("account_request", "request_id", 1)
    session.execute(
        "insert into core.account_request (request_id, login, name, contact, department, wanted_role, status, made_at)"
        " values ($number, $login, $name, $contact, $department, $wanted_role, 'applied', $now)",
        number=number,
        now=session.now,
        **asked,
    )
    return number


def _come_in(
    database: Database,
    cursor: duckdb.DuckDBPyConnection,
    limits: Settings,
    *,
    login: str,
    address: str,
    client: str,
    now: datetime,
    reason: str = "",
) -> Entered:
    # Looked at again under the writer's lock: the person may have been suspended meanwhile.
    people = cursor.execute(_PERSON, {"login": login}).fetchall()
    if not people:
        raise refusals.SignInWrong
    last_at, last_address = attempts.last_entered(cursor, login)
    attempts.note(database, cursor, "entered", login=login, address=address, now=now, client=client, reason=reason)
    lasts = timedelta(hours=limits.number("absolute_hours"))
    pass_id, token = passes.make(
        database, cursor, kind="browser", login=login, now=now, lasts=lasts, address=address, client=client
    )
    passes.end_oldest(cursor, login, now, limits.number("max_sessions"))
    return Entered(token, login, pass_id, people[0][1], last_at, last_address)


def _admit(
    database: Database, open_to: tuple[str, ...], *, login: str, address: str, now: datetime, client: str
) -> None:
    if not networks.admits(open_to, address):
        refusal = refusals.AddressClosed(login=login, address=address)
        _refuse(database, refusal, login=login, address=address, now=now, client=client)


def _refuse(database: Database, refusal: Refusal, *, address: str, now: datetime, **facts: str) -> NoReturn:
    """Write an attempt down and refuse it."""
    outcome = _OUTCOMES.get(type(refusal), "wrong")
    if outcome != "locked" or door.knocks_anew(database, address, now):
        # Not counted as a new version: guesses at the door must not empty everybody's caches.
        with database.write(counted=False) as cursor:
            attempts.note(database, cursor, outcome, address=address, now=now, **facts)
    raise refusal


def _locked(
    cursor: duckdb.DuckDBPyConnection, login: str, address: str, now: datetime, limits: Settings
) -> Refusal | None:
    try:
        attempts.refuse_locked(cursor, login, address, now, limits)
    except refusals.SignInLocked as refusal:
        return refusal
    return None


def _person(cursor: duckdb.DuckDBPyConnection, login: str) -> tuple[str, bool]:
    rows = cursor.execute(_PERSON, {"login": login}).fetchall()
    return rows[0] if rows else ("", False)


def _ticket(cursor: duckdb.DuckDBPyConnection, ticket: str, purpose: str, now: datetime) -> tuple[str, int]:
    rows = cursor.execute(
        "select p.login, p.pass_id from core.pass p join core.app_user u on u.login = p.login and u.active"
        " where p.token_hash = $token_hash and p.kind = 'ticket' and p.purpose = $purpose and p.ended_at is null"
        " and p.ends_at > $now",
        {"token_hash": passes.fingerprint(ticket), "purpose": purpose, "now": now},
    ).fetchall()
    return rows[0] if rows else ("", 0)


def _write_seen(database: Database, pass_id: int, now: datetime) -> None:
    # A long act may hold the writer; the mark then waits for the next look.
    with suppress(BooksBusy), database.write(wait=0, counted=False) as cursor:
        cursor.execute(
            "update core.pass set seen_at = $now where pass_id = $pass_id and ended_at is null",
            {"now": now, "pass_id": pass_id},
        )


def _day(now: datetime) -> date:
    return now.replace(tzinfo=UTC).astimezone(BOOKS_ZONE).date()
