"""The one query layer: a cursor that knows whose eyes it lends; the published views ask it how far they reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from erp_core.foundation.database import Database
from erp_core.foundation.rights import Actor, Scope

# The employees of a department tree, and the parties that employees look after, are worked out when the cursor is lent,
# so that a view compares with a list instead of asking again for every row.
_PARTIES = "select coalesce(list(code), []) from core.party where list_contains($employees, employee)"
_TREE = """
    with recursive below (code) as (
        select unnest($roots) union select d.code from core.department d join below on d.parent = below.code
    )
    select coalesce(list(code), []) from below
"""
# Who may not read the ledger still sees what customers owe with read.sales, and what is owed with read.purchasing.
_ACCOUNTS = """
    select coalesce(list(distinct up.account), [])
    from rpt.account_ancestor up join core.account_role r on r.account = up.ancestor where list_contains($roles, r.role)
"""
_OWING = {"sales": ("receivable", "advance_from_customer"), "purchasing": ("payable", "advance_to_supplier")}
_STAFF = "select coalesce(list(code), []) from core.employee where list_contains($departments, department)"


@contextmanager
def reading(database: Database, actor: Actor) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor on which every view of schema rpt shows what this person may see, and nothing else."""
    with database.read() as cursor:
        if not actor.unlimited:
            lend(cursor, actor)
        yield cursor


def lend(cursor: duckdb.DuckDBPyConnection, actor: Actor) -> None:
    """Set the limits of a person on a cursor; a cursor without limits is the core reading for itself."""
    scope = actor.scope
    limits = {
        "reader": actor.login,
        "areas": list(actor.areas),
        "masks": list(actor.masks),
        "scope_employees": _listed(scope.employees),
        "scope_departments": _listed(scope.departments),
        "scope_warehouses": _listed(scope.warehouses),
        "scope_parties": _listed(scope.parties),
        "scope_projects": _listed(scope.projects),
        "scope_own_parties": parties_of_persons(cursor, scope),
        "open_accounts": _open_accounts(cursor, actor),
    }
    for name, value in limits.items():
        if value is not None:
            cursor.execute(f"set variable {name} = $value", {"value": value}).fetchall()


def scope_of(cursor: duckdb.DuckDBPyConnection, login: str) -> Scope:
    """The limits of a person as they stand in the books, departments followed down and their staff named."""
    rows = cursor.execute("select kind, value from core.user_scope where login = $login", {"login": login}).fetchall()
    if not rows:
        return Scope()
    named: dict[str, set[str]] = {}
    for kind, value in rows:
        named.setdefault(kind, set()).add(value)
    persons = named.keys() & {"own", "department", "department_tree"}
    departments = named.get("department", set()) | _below(cursor, named.get("department_tree", set()))
    employees = _staff(cursor, departments) | (_own(cursor, login) if "own" in named else set())
    return Scope(
        employees=frozenset(employees) if persons else None,
        departments=frozenset(departments) if persons else None,
        **{
            dimension: frozenset(named[kind])
            for kind, dimension in (("warehouse", "warehouses"), ("party", "parties"), ("project", "projects"))
            if kind in named
        },
    )


def _listed(limit: frozenset[str] | None) -> list[str] | None:
    # An empty list has no type of its own; the empty text belongs to nobody.
    return None if limit is None else sorted(limit) or ["\x00"]


def parties_of_persons(cursor: duckdb.DuckDBPyConnection, scope: Scope) -> list[str] | None:
    """The parties that the persons of a scope look after; nothing where persons are not limited."""
    if scope.employees is None:
        return None
    found = cursor.execute(_PARTIES, {"employees": _listed(scope.employees)}).fetchall()[0][0]
    return found or ["\x00"]


def _open_accounts(cursor: duckdb.DuckDBPyConnection, actor: Actor) -> list[str] | None:
    if "ledger" in actor.areas:
        return None
    open_to = [area for area in actor.areas if area != "purchasing" or "cost" not in actor.masks]
    roles = [role for area in open_to for role in _OWING.get(area, ())]
    found = cursor.execute(_ACCOUNTS, {"roles": roles or ["\x00"]}).fetchall()[0][0]
    return found or ["\x00"]


def _below(cursor: duckdb.DuckDBPyConnection, roots: set[str]) -> set[str]:
    return set(cursor.execute(_TREE, {"roots": sorted(roots)}).fetchall()[0][0]) if roots else set()


def _staff(cursor: duckdb.DuckDBPyConnection, departments: set[str]) -> set[str]:
    if not departments:
        return set()
    return set(cursor.execute(_STAFF, {"departments": sorted(departments)}).fetchall()[0][0])


def _own(cursor: duckdb.DuckDBPyConnection, login: str) -> set[str]:
    rows = cursor.execute("select employee from core.user_profile where login = $login", {"login": login}).fetchall()
    return {row[0] for row in rows if row[0]}
