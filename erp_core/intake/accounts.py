"""Accounts that a legacy book has and ours lacks: created below their parents, and told."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.session import Session
from erp_core.intake.refusals import AccountWithoutParent
from erp_core.ledger import accounts


def enter(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, object]:
    """Create the accounts that are missing, parents first; an account that exists stays as it is.

    rows: code, name_zh, and optionally name_en, parent, path (the legacy code with dots, from which the levels between
    are known). Returns the created accounts.
    """
    del run
    known = dict(accounts.chart(session).select("code", "name_zh").iter_rows())
    created = []
    for row in rows.sort("code").iter_rows(named=True):
        for code, parent, name in _missing(row, known):
            accounts.add(session, code=code, parent=parent, name_zh=name, name_en=row.get("name_en") or "")
            known[code] = name
            created.append({"code": code, "parent": parent, "name": name})
    return {"created": created}


def _missing(row: dict[str, str], known: dict[str, str]) -> list[tuple[str, str, str]]:
    """The accounts to create for one row, top down: (code, parent, name)."""
    if row["code"] in known:
        return []
    above = _levels(row, known)
    wanted, parent = [], ""
    for code in [*above, row["code"]]:
        if code not in known:
            if not parent:
                raise AccountWithoutParent(first=row["code"], count=1)
            # The legacy file names only its leaves; a level between is called after its parent until someone names it.
            name = row["name_zh"] if code == row["code"] else f"{known.get(parent, parent)}{code[len(parent) :]}"
            wanted.append((code, parent, name))
        parent = code
    return wanted


def _levels(row: dict[str, str], known: dict[str, str]) -> list[str]:
    """The codes above an account, by its legacy path, its given parent, or the longest code it begins with."""
    path = row.get("path") or ""
    if "." in path:
        parts = path.split(".")[:-1]
        return ["".join(parts[: size + 1]) for size in range(len(parts))]
    if row.get("parent"):
        return [row["parent"]]
    above = [code for code in known if row["code"].startswith(code)]
    return [max(above, key=len)] if above else []
