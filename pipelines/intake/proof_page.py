"""The proof for people: one page and one workbook with the same tables and charts, and the figures as JSON."""

import json
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import xlsxwriter

from erp_core.foundation.words import word
from pipelines.intake.findings import field_words, issue_words, reason_words, safe
from pipelines.intake.profile_page import STYLE
from pipelines.intake.proof import Proof
from pipelines.intake.rehearsed import changes, last_written
from pipelines.intake.waterfall import draw, falls, insert

Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]
NUMBERS = ("read", "loaded", "rejected", "dropped")
BARS = (
    "<style>.bar{display:flex;height:12px;width:20rem;background:var(--wash)}.bar i{display:block}"
    ".l{background:#3b7a57}.r{background:#c0504d}.d{background:#bbb}</style>"
)


def write_proof(proof: Proof, folder: Path, language: str, before: dict[str, Any] | None = None) -> list[Path]:
    """Write reconcile.html, .xlsx and .json, compared with before: the last rehearsal, else what the folder holds."""
    folder.mkdir(parents=True, exist_ok=True)
    page, book, facts = (folder / f"reconcile.{kind}" for kind in ("html", "xlsx", "json"))
    earlier = before or last_written(folder)
    tables = _tables(proof, earlier, language)
    _workbook(book, tables, proof, language)
    page.write_text(_page(tables, proof, earlier, language), "utf-8")
    facts.write_text(json.dumps(proof.plain(), ensure_ascii=False, indent=1), "utf-8")
    return [page, book, facts]


def _w(key: str, language: str, **facts: Any) -> str:
    return word("pipelines", f"proof.{key}", language, **facts)


def _tables(proof: Proof, before: dict[str, Any], language: str) -> list[Table]:
    earlier = {(one["file"], one["target"]): one["loaded"] for one in before.get("counts", [])}
    apart = {(one["account"], one["party"]): Decimal(one["difference"]) for one in before.get("ties", [])}
    counts = [
        (o["file"], word("pipelines", f"intake.target.{o['target']}", language), *(o[name] for name in NUMBERS),
         earlier.get((o["file"], o["target"])))
        for o in proof.counts
    ]  # fmt: skip
    rules = [
        (o["file"], _outcome(o["outcome"], language), o["rule"], rule_words(o["rule"], language), o["rows"])
        for o in proof.rules
    ]
    totals = [
        (o["file"], field_words(o["column"], language), _outcome(o["outcome"], language),
         rule_words(o["reason"], language), o["rows"], Decimal(o["amount"]))
        for o in proof.totals
    ]  # fmt: skip
    ties = [
        (o["account"], o["party"], Decimal(o["legacy"]), Decimal(o["books"]), Decimal(o["difference"]),
         apart.get((o["account"], o["party"])), cause_words(o["cause"], language), "; ".join(o["rows"]))
        for o in proof.ties
    ]  # fmt: skip
    stock = [
        (o["warehouse"], o["item"], *(Decimal(o[name]) for name in STOCK[2:8]), cause_words(o["cause"], language),
         "; ".join(o["rows"]))
        for o in proof.stock
    ]  # fmt: skip
    residuals = [
        (_w(f"kind.{o['kind']}", language), o["account"], *(Decimal(o[n]) for n in ("said", "proven", "difference")),
         cause_words(o["cause"], language), "; ".join(o["rows"]))
        for o in proof.residuals
    ]  # fmt: skip
    since = [
        (_w(f"part.{o['part']}", language), o["what"], _title(o["measure"], language), o["before"], o["now"],
         _w(f"verdict.{o['verdict']}", language))
        for o in changes(proof, before)
    ]  # fmt: skip
    shapes = (
        ("counts", ("file", "target", *NUMBERS, "loaded_before"), counts),
        ("rules", ("file", "outcome", "code", "rule", "rows"), rules),
        ("totals", ("file", "column", "outcome", "reason", "rows", "amount"), totals),
        ("residuals", ("kind", "account", "said", "proven", "difference", "cause", "explained"), residuals),
        ("ties", TIES, ties),
        ("stock", STOCK, stock),
        ("changes", ("part", "what", "measure", "before", "now", "verdict"), since),
    )
    kept = [one for one in shapes if one[2] or one[0] in ("counts", "ties")]
    return [
        (_w(name, language), tuple(_title(column, language) for column in columns), rows)
        for name, columns, rows in kept
    ]


TIES = ("account", "party", "legacy", "books", "difference", "difference_before", "cause", "explained")
STOCK = (
    "warehouse", "item", "quantity", "quantity_books", "quantity_difference", "legacy", "books", "difference", "cause",
    "explained",
)  # fmt: skip


def cause_words(cause: str, language: str) -> str:
    """Return what probably stands behind a difference."""
    return _w(f"cause.{cause}", language) if cause else ""


def rule_words(rule: str, language: str) -> str:
    """Return a rule or a reason in words, whichever it is."""
    text = issue_words(rule, language)[0] if rule else ""
    return reason_words(rule, language) if text == rule else text


def _outcome(outcome: str, language: str) -> str:
    return word("pipelines", f"intake.outcome.{outcome}", language)


def _title(column: str, language: str) -> str:
    own = _w(f"column.{column}", language)
    return word("pipelines", f"intake.column.{column}", language) if own.startswith("proof.") else own


def _workbook(path: Path, tables: list[Table], proof: Proof, language: str) -> None:
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
            if rows:
                tab.autofilter(0, 0, len(rows), len(titles) - 1)
        _counts_chart(book, tables[0], language)
        shown = falls(proof, language)
        if shown:
            insert(book, shown, _w("waterfall", language), _w("column.step", language), formats)


def _counts_chart(book: Any, table: Table, language: str) -> None:
    name, titles, rows = table
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for column in (3, 4, 5):
        chart.add_series({
            "name": titles[column],
            "categories": [name[:31], 1, 0, max(len(rows), 1), 0],
            "values": [name[:31], 1, column, max(len(rows), 1), column],
        })  # fmt: skip
    chart.set_title({"name": _w("chart", language)})
    book.get_worksheet_by_name(name[:31]).insert_chart(len(rows) + 3, 0, chart)


def _page(tables: list[Table], proof: Proof, before: dict[str, Any], language: str) -> str:
    verdict, kind = _w("passed" if proof.passed else "failed", language), "good" if proof.passed else "bad"
    since = _w("since", language, **before) if before.get("rehearsal") else ""
    lang = "zh-CN" if language == "zh" else "en"
    parts = [
        (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(verdict)}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>{BARS}'
            "</head><body>"
            f'<h1 class="{kind}">{escape(verdict)}</h1><p class="soft">{escape(since)}</p>'
        )
    ]
    for one in proof.counts:
        total = max(one["read"], 1)
        bars = "".join(
            f'<i class="{name[0]}" style="width:{100 * one[name] / total:.2f}%"></i>'
            for name in ("loaded", "rejected", "dropped")
        )
        parts.append(f'<div>{escape(one["file"])}<div class="bar">{bars}</div></div>')
    shown = falls(proof, language)
    if shown:
        parts.append(f"<h2>{escape(_w('waterfall', language))}</h2>" + "".join(draw(fall) for fall in shown))
    for name, titles, rows in tables:
        head = "".join(f"<th>{escape(title)}</th>" for title in titles)
        body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
        parts.append(f'<h2>{escape(name)}</h2><div class="scroll"><table><tr>{head}</tr>{body}</table></div>')
    return "".join(parts) + "</body></html>\n"


def _cell(value: Any) -> str:
    if isinstance(value, (int, Decimal)):
        return f'<td class="n">{value:,}</td>'
    return f"<td>{escape(str(value or ''))}</td>"
