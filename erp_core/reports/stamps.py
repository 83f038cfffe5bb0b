"""When the answer of a report can have changed last: the tables behind its views, and the commits that touched them."""

from __future__ import annotations

import re

from erp_core.foundation.database import Database
from erp_core.reports.definition import definitions

# What decides who sees what; every answer rests on it.
RIGHTS = frozenset(
    {"app_user", "user_role", "role_permission", "user_scope", "user_profile", "employee", "department", "party"}
)
# These views read papers of one kind only: what happens to orders leaves them as they were.
OF_KIND = {"rpt.sales_line": "sales_invoice"}
PAPERS = frozenset({"document", "document_line"})
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
    waiting, seen = [("", sql)], set()
    while waiting:
        view, text = waiting.pop()
        for schema, name in _NAMED.findall(text):
            full = f"{schema}.{name}".lower()
            if full in views:
                # The text of a view names itself.
                waiting += [] if full in seen else [(full, views[full])]
                seen.add(full)
            elif name.lower() in PAPERS and view in OF_KIND:
                tables.add(f"document/{OF_KIND[view]}")
            else:
                # A table, or a macro that never changes.
                tables.add(name.lower())
    return tables
