"""Proof of a load: rows, control totals and balances of the legacy files beside those of the books."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from erp_core.foundation.words import word
from pipelines.intake.findings import safe
from pipelines.intake.openings import ITEM_TARGETS
from pipelines.intake.pack import Pack

OPENED = """
    select l.account, coalesce(l.party, '') as party, sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.voucher v using (voucher_id) where v.kind = 'opening' group by all
"""
ROWS_SHOWN = 20


@dataclass
class Proof:
    """What was proven: counts per sheet, sums per column, balances per account and per account and party."""

    counts: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    ties: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Return whether every balance agrees to the cent and every total of the files was right."""
        return all(Decimal(tie["difference"]) == 0 for tie in self.ties) and not any(
            count["wrong_totals"] for count in self.counts
        )

    def plain(self) -> dict[str, Any]:
        """Return the proof as plain values; amounts are texts."""
        return {"passed": self.passed, "counts": self.counts, "totals": self.totals, "ties": self.ties}


def files_in(pack: Pack) -> list[dict[str, str]]:
    """Return file and sha256 of each file of a pack, once."""
    found = {sheet.path.name: sheet.file_hash for sheet in pack.sheets}
    return [{"file": name, "sha256": digest} for name, digest in sorted(found.items())]


def proven(books: Any, pack: Pack) -> Proof:
    """Return the proof of a pack that was just loaded into the books or a copy of them."""
    proof = Proof()
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
    if pack.of("opening_balances", *ITEM_TARGETS):
        proof.ties = _ties(
            books.sql(OPENED), pack, dict(books.sql("select role, account from rpt.account_role").iter_rows())
        )
    return proof


def _ties(opened: pl.DataFrame, pack: Pack, roles: dict[str, str]) -> list[dict[str, Any]]:
    said, items = _said(pack), _items(pack, roles)
    held: dict[tuple[str, str], Decimal] = {}
    for account, party, amount in opened.iter_rows():
        held[account, ""] = held.get((account, ""), Decimal(0)) + amount
        if party:
            held[account, party] = amount
    ties = []
    for key in sorted({*said, *items, *(key for key in held if key in items or (not key[1] and said))}):
        legacy, rows = said.get(key) or items.get(key) or (Decimal(0), [])
        difference = held.get(key, Decimal(0)) - legacy
        ties.append({
            "account": key[0], "party": key[1], "legacy": str(legacy), "books": str(held.get(key, Decimal(0))),
            "difference": str(difference), "rows": rows[:ROWS_SHOWN] if difference else [],
        })  # fmt: skip
    return ties


Amounts = dict[tuple[str, str], tuple[Decimal, list[str]]]


def _add(found: Amounts, key: tuple[str, str], amount: Decimal, row: str) -> None:
    before, rows = found.get(key, (Decimal(0), []))
    found[key] = (before + amount, [*rows, row])


def _said(pack: Pack) -> Amounts:
    """Return the legacy trial balance by account, debit less credit, with the rows it stands in."""
    found: Amounts = {}
    for sheet in pack.of("opening_balances"):
        for row in sheet.prepared.rows.iter_rows(named=True):
            amount = (row.get("debit") or Decimal(0)) - (row.get("credit") or Decimal(0))
            _add(found, (row["account"], ""), amount, f"{sheet.place} {row['row']}")
    return found


def _items(pack: Pack, roles: dict[str, str]) -> Amounts:
    """Return the open documents by account and party, debit less credit, with the rows they stand in."""
    found: Amounts = {}
    for sheet in pack.of(*ITEM_TARGETS):
        usual = roles.get(ITEM_TARGETS[sheet.prepared.target], "")
        for row in sheet.prepared.rows.iter_rows(named=True):
            account = row.get("account") or usual
            amount = row["amount"] if account.startswith("1") else -row["amount"]
            _add(found, (account, row["party"]), amount, f"{sheet.place} {row['row']}")
    return found


def write_proof(proof: Proof, folder: Path, language: str) -> list[Path]:
    """Write reconcile.html, .xlsx and .json; an earlier .json in the folder stands beside the new figures."""
    folder.mkdir(parents=True, exist_ok=True)
    page, book, facts = (folder / f"reconcile.{kind}" for kind in ("html", "xlsx", "json"))
    before = json.loads(facts.read_text("utf-8")) if facts.is_file() else {}
    tables = _tables(proof, before, language)
    _workbook(book, tables, language)
    verdict = word("pipelines", f"proof.{'passed' if proof.passed else 'failed'}", language)
    page.write_text(_page(tables, verdict, proof, language), "utf-8")
    facts.write_text(json.dumps(proof.plain(), ensure_ascii=False, indent=1), "utf-8")
    return [page, book, facts]


Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def _tables(proof: Proof, before: dict[str, Any], language: str) -> list[Table]:
    earlier = {(one["file"], one["target"]): one["loaded"] for one in before.get("counts", [])}
    apart = {(one["account"], one["party"]): Decimal(one["difference"]) for one in before.get("ties", [])}
    numbers = ("read", "loaded", "rejected", "dropped")
    counts = [
        (one["file"], one["target"], *(one[name] for name in numbers), earlier.get((one["file"], one["target"])))
        for one in proof.counts
    ]
    totals = [
        (o["file"], o["column"], o["outcome"], o["reason"], o["rows"], Decimal(o["amount"])) for o in proof.totals
    ]
    ties = [
        (o["account"], o["party"], Decimal(o["legacy"]), Decimal(o["books"]), Decimal(o["difference"]),
         apart.get((o["account"], o["party"])), "; ".join(o["rows"]))
        for o in proof.ties
    ]  # fmt: skip
    shapes = (
        ("counts", ("file", "target", *numbers, "loaded_before"), counts),
        ("totals", ("file", "column", "outcome", "reason", "rows", "amount"), totals),
        ("ties", ("account", "party", "legacy", "books", "difference", "difference_before", "explained"), ties),
    )
    return [
        (word("pipelines", f"proof.{name}", language), tuple(_title(column, language) for column in columns), rows)
        for name, columns, rows in shapes
    ]


def _title(column: str, language: str) -> str:
    own = word("pipelines", f"proof.column.{column}", language)
    return word("pipelines", f"intake.column.{column}", language) if own.startswith("proof.") else own


def _workbook(path: Path, tables: list[Table], language: str) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {"guarded": book.add_format({"quote_prefix": True}), "head": book.add_format({"bold": True})}
        for name, titles, rows in tables:
            tab = book.add_worksheet(name[:31])
            tab.write_row(0, 0, titles, formats["head"])
            tab.freeze_panes(1, 0)
            tab.set_column(0, len(titles) - 1, 16)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    safe(tab, number, column, value, formats)
        name, titles, rows = tables[0]
        chart = book.add_chart({"type": "bar", "subtype": "stacked"})
        for column in (3, 4, 5):
            chart.add_series({
                "name": titles[column],
                "categories": [name[:31], 1, 0, max(len(rows), 1), 0],
                "values": [name[:31], 1, column, max(len(rows), 1), column],
            })  # fmt: skip
        chart.set_title({"name": word("pipelines", "proof.chart", language)})
        book.get_worksheet_by_name(name[:31]).insert_chart(len(rows) + 3, 0, chart)


def _page(tables: list[Table], verdict: str, proof: Proof, language: str) -> str:
    style = (
        "body{font:14px system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse;margin:1rem 0}"
        "td,th{border-bottom:1px solid #ddd;padding:.3rem .7rem;text-align:left}td.n{text-align:right}"
        ".bar{display:flex;height:12px;width:320px;background:#eee}.l{background:#3b7a57}.r{background:#c0504d}.d{background:#bbb}"
    )
    parts = [
        f"<!doctype html><html lang={language}><meta charset=utf-8><style>{style}</style><h1>{escape(verdict)}</h1>"
    ]
    for one in proof.counts:
        total = max(one["read"], 1)
        bars = "".join(
            f'<i class="{name[0]}" style="width:{100 * one[name] / total:.2f}%"></i>'
            for name in ("loaded", "rejected", "dropped")
        )
        parts.append(f'<div>{escape(one["file"])}<div class="bar">{bars}</div></div>')
    for name, titles, rows in tables:
        head = "".join(f"<th>{escape(title)}</th>" for title in titles)
        body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
        parts.append(f"<h2>{escape(name)}</h2><table><tr>{head}</tr>{body}</table>")
    return "".join(parts) + "</html>"


def _cell(value: Any) -> str:
    if isinstance(value, (int, Decimal)):
        return f'<td class="n">{value:,}</td>'
    return f"<td>{escape(str(value or ''))}</td>"
