"""Proof of a load: rows, control totals, balances and stock of the legacy files beside those of the books."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.intake.causes import Row, cause_of
from pipelines.intake.openings import ITEM_TARGETS
from pipelines.intake.pack import Pack
from pipelines.intake.residuals import NONE, balance_rows, item_rows, residuals, roles_of, stock_rows

OPENED = """
    select l.account, coalesce(l.party, '') as party, sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.voucher v using (voucher_id) where v.kind = 'opening' group by all
"""
STOCKED = """
    select m.warehouse, m.item, sum(m.quantity) as quantity, coalesce(sum(v.amount), 0) as amount
    from rpt.stock_move m left join rpt.stock_value v on v.move_id = m.move_id and v.kind = 'receipt'
    where m.kind = 'opening' group by all
"""
Amounts = dict[tuple[str, str], list[Row]]


@dataclass
class Proof:
    """What was proven, each part a list of plain rows.

    counts per sheet, totals per column, rules (rejected rows by sheet and rule), ties per account and per account and
    party, stock per warehouse and item, residuals within the files themselves; files with their SHA-256.
    """

    counts: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    ties: list[dict[str, Any]] = field(default_factory=list)
    stock: list[dict[str, Any]] = field(default_factory=list)
    residuals: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Return whether every balance and stock agrees to the cent and every total of the files was right."""
        apart = any(Decimal(one["difference"]) for one in [*self.ties, *self.residuals])
        stock = any(Decimal(one["difference"]) or Decimal(one["quantity_difference"]) for one in self.stock)
        return not apart and not stock and not any(count["wrong_totals"] for count in self.counts)

    def plain(self) -> dict[str, Any]:
        """Return the proof as plain values; amounts are texts."""
        parts = ("counts", "totals", "rules", "ties", "stock", "residuals", "files")
        return {"passed": self.passed} | {name: getattr(self, name) for name in parts}


def files_in(pack: Pack) -> list[dict[str, str]]:
    """Return file and sha256 of each file of a pack, once."""
    found = {sheet.path.name: sheet.file_hash for sheet in pack.sheets}
    return [{"file": name, "sha256": digest} for name, digest in sorted(found.items())]


def proven(books: Any, pack: Pack) -> Proof:
    """Return the proof of a pack that was just loaded into the books or a copy of them."""
    roles = roles_of(books)
    proof = examined(pack, roles)
    if pack.of("opening_balances", *ITEM_TARGETS):
        proof.ties = _ties(books.sql(OPENED), pack, roles)
    if pack.of("opening_stock"):
        proof.stock = _stock(books.sql(STOCKED), pack)
    return proof


def examined(pack: Pack, roles: dict[str, str]) -> Proof:
    """Return what can be proven of the files alone: counts, totals, rules, and where they disagree with each other."""
    proof = Proof(files=files_in(pack))
    for sheet in pack.sheets:
        notes = sheet.prepared.batch.notes
        counts = {name: notes["counts"][name] for name in ("read", "loaded", "rejected", "dropped")}
        target = sheet.prepared.target
        proof.counts.append({"file": sheet.place, "target": target} | counts | {"wrong_totals": len(notes["findings"])})
        proof.totals += [
            {"file": sheet.place, "column": one["column"], "outcome": one["outcome"], "reason": one["reason"],
             "rows": one["rows"], "amount": str(one["amount"])}
            for one in notes["sums"]
        ]  # fmt: skip
        for outcome in ("rejected", "dropped"):
            told = notes[f"{outcome}_by"].items()
            proof.rules += [{"file": sheet.place, "outcome": outcome, "rule": rule, "rows": n} for rule, n in told]
    amounts = ("said", "proven", "difference")
    proof.residuals = [one | {name: str(one[name]) for name in amounts} for one in residuals(pack, roles)]
    return proof


def _ties(opened: pl.DataFrame, pack: Pack, roles: dict[str, str]) -> list[dict[str, Any]]:
    said: Amounts = {}
    for account, row in balance_rows(pack):
        said.setdefault((account, ""), []).append(row)
    items: Amounts = {}
    for account, party, row in item_rows(pack, roles):
        items.setdefault((account, party), []).append(row)
    held: dict[tuple[str, str], Decimal] = {}
    for account, party, amount in opened.iter_rows():
        held[account, ""] = held.get((account, ""), NONE) + amount
        if party:
            held[account, party] = amount
    keys = {*said, *items, *(key for key in held if key in items or (not key[1] and said))}
    return [_tie(key, said.get(key) or items.get(key) or [], held.get(key, NONE)) for key in sorted(keys)]


def _tie(key: tuple[str, str], rows: list[Row], held: Decimal) -> dict[str, Any]:
    legacy = _sum(rows)
    difference = held - legacy
    cause = cause_of(difference, rows) if difference else None
    return {
        "account": key[0], "party": key[1], "legacy": str(legacy), "books": str(held), "difference": str(difference),
        "cause": cause.cause if cause else "", "rows": cause.rows if cause else [],
    }  # fmt: skip


def _stock(stocked: pl.DataFrame, pack: Pack) -> list[dict[str, Any]]:
    files: dict[tuple[str, str], list[tuple[Decimal, Row]]] = {}
    for warehouse, item, quantity, row in stock_rows(pack):
        files.setdefault((warehouse, item), []).append((quantity, row))
    held = {(warehouse, item): (quantity, amount) for warehouse, item, quantity, amount in stocked.iter_rows()}
    found = []
    for key in sorted({*files, *held}):
        rows = files.get(key, [])
        loaded = [(quantity, row) for quantity, row in rows if row.state == "loaded"]
        quantity, value = sum((one for one, _ in loaded), NONE), _sum([row for _, row in loaded])
        there, worth = held.get(key, (NONE, NONE))
        apart = there != quantity or worth != value
        cause = cause_of(worth - value, [row for _, row in rows]) if worth != value else None
        found.append({
            "warehouse": key[0], "item": key[1], "quantity": str(quantity), "quantity_books": str(there),
            "quantity_difference": str(there - quantity), "legacy": str(value), "books": str(worth),
            "difference": str(worth - value), "cause": cause.cause if cause else "quantity" if apart else "",
            "rows": cause.rows if cause else [row.said() for _, row in loaded[:5]] if apart else [],
        })  # fmt: skip
    return found


def _sum(rows: list[Row]) -> Decimal:
    return sum((row.amount for row in rows if row.state == "loaded"), NONE)
