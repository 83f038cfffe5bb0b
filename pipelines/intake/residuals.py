"""Residuals of an opening pack: where trial balance, open items and stock disagree, and the rows that explain it."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.intake.causes import Row, cause_of
from pipelines.intake.openings import ITEM_TARGETS, STOCK_CLASS
from pipelines.intake.pack import Pack, Sheet
from pipelines.intake.standards import CHARTS

NONE = Decimal(0)
# A dropped row that was a parent, a total or a double is no missing amount.
NOT_MISSING = ("parent_account", "exact_duplicate", "merged")


def roles_of(books: Any | None, standard: str = "sbe") -> dict[str, str]:
    """Return account by role, of the books or else of a standard's chart."""
    if books is not None:
        return dict(books.sql("select role, account from rpt.account_role").iter_rows())
    with (CHARTS / "account_roles.csv").open(encoding="utf-8", newline="") as source:
        return {row["role"]: row["account"] for row in csv.DictReader(source) if row["standard"] == standard}


def residuals(pack: Pack, roles: dict[str, str]) -> list[dict[str, Any]]:
    """Return what does not agree: kind (balance, items, stock), account, said, proven, difference, cause, rows.

    said is what the trial balance says (debit less credit), proven what the list behind it adds up to.
    """
    balances = list(balance_rows(pack))
    found = [_balanced(balances)] if balances else []
    found += _against_items(pack, balances, roles)
    found += _against_stock(pack, balances)
    return [one for one in found if one["difference"] != NONE]


def balance_rows(pack: Pack) -> Iterator[tuple[str, Row]]:
    """Yield account and row of every line of the trial balance, debit less credit, rejected ones too."""
    for sheet in pack.of("opening_balances"):
        for row in _every(sheet):
            amount = (row.get("debit") or NONE) - (row.get("credit") or NONE)
            yield row.get("account") or "", Row(sheet.place, row["row"], amount, row.get("name") or "", row["state"])


def item_rows(pack: Pack, roles: dict[str, str]) -> Iterator[tuple[str, str, Row]]:
    """Yield account, party and row of every open item, debit less credit, rejected ones too."""
    for sheet in pack.of(*ITEM_TARGETS):
        usual = roles.get(ITEM_TARGETS[sheet.prepared.target], "")
        for row in _every(sheet):
            account = row.get("account") or usual
            amount = row.get("amount") or NONE
            signed = amount if account.startswith("1") else -amount
            text = f"{row.get('party') or ''} {row.get('reference') or ''}".strip()
            yield account, row.get("party") or "", Row(sheet.place, row["row"], signed, text, row["state"])


def stock_rows(pack: Pack) -> Iterator[tuple[str, str, Decimal, Row]]:
    """Yield warehouse, item, quantity and row (value) of every line of the opening stock, rejected ones too."""
    for sheet in pack.of("opening_stock"):
        for row in _every(sheet):
            place, item = row.get("warehouse") or "", row.get("item") or ""
            told = Row(sheet.place, row["row"], row.get("amount") or NONE, f"{place} {item}".strip(), row["state"])
            yield place, item, row.get("quantity") or NONE, told


def _every(sheet: Sheet) -> list[dict[str, Any]]:
    """Return all rows that were read and typed, each with what became of it."""
    notes = sheet.prepared.batch.notes
    rows = [row | {"state": "loaded"} for row in sheet.prepared.batch.frame.to_dicts()]
    rows += [row | {"state": "rejected"} for row in _noted(notes, "rejected_rows")]
    left = [row for row in _noted(notes, "dropped_rows") if row.get("reason") not in NOT_MISSING]
    return rows + [row | {"state": "dropped"} for row in left]


def _noted(notes: dict[str, Any], name: str) -> list[dict[str, Any]]:
    frame = notes.get(name)
    return frame.to_dicts() if isinstance(frame, pl.DataFrame) else []


def _residual(kind: str, account: str, said: Decimal, rows: list[Row]) -> dict[str, Any]:
    proven = _sum(rows)
    difference = said - proven
    cause = cause_of(difference, rows) if difference else None
    return {
        "kind": kind, "account": account, "said": said, "proven": proven, "difference": difference,
        "cause": cause.cause if cause else "", "rows": cause.rows if cause else [],
    }  # fmt: skip


def _sum(rows: list[Row]) -> Decimal:
    return sum((row.amount for row in rows if row.state == "loaded"), NONE)


def _balanced(balances: list[tuple[str, Row]]) -> dict[str, Any]:
    """Return by how much the trial balance itself does not balance."""
    return _residual("balance", "", NONE, [row for _, row in balances])


def _against_items(pack: Pack, balances: list[tuple[str, Row]], roles: dict[str, str]) -> list[dict[str, Any]]:
    if not pack.of("opening_balances"):
        return []
    by_account: dict[str, list[Row]] = {}
    for account, _, row in item_rows(pack, roles):
        by_account.setdefault(account, []).append(row)
    return [
        _residual("items", account, _sum([row for code, row in balances if code == account]), rows)
        for account, rows in sorted(by_account.items())
    ]


def _against_stock(pack: Pack, balances: list[tuple[str, Row]]) -> list[dict[str, Any]]:
    rows = [row for *_, row in stock_rows(pack)]
    if not rows or not balances:
        return []
    said = _sum([row for account, row in balances if account.startswith(STOCK_CLASS)])
    return [_residual("stock", f"{STOCK_CLASS}xx", said, rows)]
