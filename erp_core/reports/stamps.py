"""When the answer of a report can have changed last: the tables behind its views, and the commits that touched them."""

from __future__ import annotations

import re

from erp_core.foundation.database import Database
from erp_core.reports.definition import definitions

# What decides who sees what; every answer rests on it.
RIGHTS = frozenset(
    {"app_user", "user_role", "role_permission", "user_scope", "user_profile", "employee", "department", "party"}
)
ASIDE = frozenset({"people", "audit", "operations"})
EVERYTHING = ""
WHO = "me"
_NAMED = re.compile(r"\b(core|rpt)\.\"?(\w+)", re.IGNORECASE)
_KEY = "reports/tables"


def stamps(database: Database) -> dict[str, int]:
    """A number per report that rises whenever its answer may change; '' for the books as a whole, 'me' for rights."""
    changed, version = database.changed, database.version
    found = {
        name: max((changed.get(table, 0) for table in tables), default=0) for name, tables in _tables(database).items()
    }
    # Signing in, samples and messages are written outside of acts: what shows them may change with every commit.
    aside = {name: version for name, definition in definitions().items() if set(definition.areas) & ASIDE}
    return found | aside | {EVERYTHING: version}


def _tables(database: Database) -> dict[str, tuple[str, ...]]:
    if _KEY not in database.reference:
        views = _views(database)
        read = {name: _behind(definition.sql, views) for name, definition in definitions().items()}
        database.reference[_KEY] = {name: tuple(sorted(tables)) for name, tables in read.items()} | {
            WHO: tuple(sorted(RIGHTS))
        }
    return database.reference[_KEY]


def _views(database: Database) -> dict[str, str]:
    with database.read() as cursor:
        rows = cursor.execute(
            "select schema_name || '.' || view_name, sql from duckdb_views() where not internal"
        ).fetchall()
    return {name.lower(): text for name, text in rows}


def _behind(sql: str, views: dict[str, str]) -> set[str]:
    """The tables a query reads, through all its views."""
    tables: set[str] = set()
    waiting, seen = [sql], set()
    while waiting:
        for schema, name in _NAMED.findall(waiting.pop()):
            full = f"{schema}.{name}".lower()
            if full in seen:
                continue
            seen.add(full)
            # The text of a view names itself; what is no view is a table, or a macro that never changes.
            waiting += [views[full]] if full in views else []
            tables |= set() if full in views else {name.lower()}
    return tables
