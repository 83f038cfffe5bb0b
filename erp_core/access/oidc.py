"""People who are vouched for by an OpenID provider: matched with users of these books, never made into new ones."""

from __future__ import annotations

from datetime import datetime

import duckdb

from erp_core.access import attempts, refusals, settings
from erp_core.access.sign_in import Entered, let_in
from erp_core.foundation.database import Database

_BY_EMAIL = """
    select u.login from core.user_profile p join core.app_user u on u.login = p.login and u.active
    where p.email <> '' and lower(p.email) = lower($email)
"""


def enter_by_claim(
    database: Database, *, issuer: str, subject: str, email: str, address: str, now: datetime, client: str = ""
) -> Entered:
    """Let in the user whom a verified claim names: by issuer and subject, the first time by the e-mail on file.

    The caller has verified signature, audience and nonce; an e-mail the provider has not verified is given as ''.
    Refuses IssuerUntrusted (parameter access.oidc_issuers), IdentityUnknown, SignInLocked, AddressClosed, SignInWrong.
    """
    subject, email, address, client = (attempts.legible(text) for text in (subject, email, address, client))
    with database.read() as cursor:
        limits = settings.read(cursor, now.date())
        if not subject or issuer not in limits.issuers:
            raise refusals.IssuerUntrusted(issuer=issuer)
        attempts.refuse_locked(cursor, "", address, now, limits)
        login, is_new = _matched(cursor, issuer, subject, email)
    if not login:
        with database.write(counted=False) as cursor:
            attempts.note(
                database, cursor, "wrong", login=email, address=address, now=now, client=client, reason=issuer
            )
        raise refusals.IdentityUnknown(issuer=issuer, email=email or subject)
    entered = let_in(database, login=login, address=address, client=client, now=now, reason=f"oidc {issuer}"[:200])
    if is_new:
        with database.write(counted=False) as cursor:
            cursor.execute(
                "insert into core.user_identity values (?, ?, ?, ?) on conflict do nothing",
                [issuer, subject, login, now],
            )
    return entered


def _matched(cursor: duckdb.DuckDBPyConnection, issuer: str, subject: str, email: str) -> tuple[str, bool]:
    rows = cursor.execute(
        "select login from core.user_identity where issuer = $issuer and subject = $subject",
        {"issuer": issuer, "subject": subject},
    ).fetchall()
    if rows:
        return rows[0][0], False
    people = cursor.execute(_BY_EMAIL, {"email": email}).fetchall() if email else []
    # Two users with one address are nobody: a guess would let the wrong one in.
    return (people[0][0], True) if len(people) == 1 else ("", False)
