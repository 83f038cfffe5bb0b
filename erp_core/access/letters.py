"""Letters to users in their own language, laid in the outbox."""

from __future__ import annotations

from datetime import datetime

import duckdb

from erp_core.access import outbox
from erp_core.foundation.database import Database
from erp_core.foundation.words import word

_PERSON = """
    select u.name, coalesce(p.email, ''), coalesce(p.language, 'zh')
    from core.app_user u left join core.user_profile p on p.login = u.login where u.login = $login
"""


def write(
    database: Database, cursor: duckdb.DuckDBPyConnection, event: str, login: str, now: datetime, **facts: object
) -> int:
    """Lay a letter to a user in the outbox; its words are letter.<event>_subject and _body. Returns its number."""
    name, email, language = cursor.execute(_PERSON, {"login": login}).fetchall()[0]
    subject, body = (
        word("erp_core", f"letter.{event}_{part}", language, login=login, name=name, **facts)
        for part in ("subject", "body")
    )
    return outbox.put(database, cursor, event, subject=subject, body=body, now=now, login=login, address=email)
