"""Findings for people: a workbook of issues, drops and sums, the same as JSON, and the failed rows alone."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from erp_core.foundation.words import word
from pipelines.intake.header import plain_name
from pipelines.intake.mapping import ISSUES_MARK, SOURCE_MARK
from pipelines.intake.pack import Pack, Sheet

ROWS_MAX = 100_000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "|")


def issue_words(code: str, language: str) -> tuple[str, str]:
    """Return what an issue code means and how to put it right."""
    text, fix = (word("pipelines", f"issue.{code}.{part}", language) for part in ("text", "fix"))
    return (code if text.startswith("issue.") else text, "" if fix.startswith("issue.") else fix)


def issues_of(sheet: Sheet) -> pl.DataFrame:
    """Return the issues of a sheet in row order with file and sheet."""
    return sheet.prepared.batch.rejects.sort("row", maintain_order=True).select(
        pl.lit(sheet.path.name).alias("file"), pl.lit(sheet.fit.grid.sheet).alias("sheet"), pl.all()
    )


def summary_of(sheet: Sheet) -> dict[str, Any]:
    """Return the closing counts and sums of a sheet as plain values; amounts are texts."""
    notes = sheet.prepared.batch.notes
    codes = sheet.prepared.batch.rejects.group_by("code", "severity").len().sort("code").rows()
    return {
        "file": sheet.path.name,
        "sheet": sheet.fit.grid.sheet,
        "sha256": sheet.file_hash,
        "encoding": sheet.fit.grid.encoding,
        "layout": sheet.fit.layout.layout,
        "version": sheet.fit.layout.version,
        "target": sheet.prepared.target,
        "header_row": sheet.fit.header.last_row,
        **notes["counts"],
        "dropped_by": notes["dropped_by"],
        "rejected_by": notes["rejected_by"],
        "issues": [{"code": code, "severity": severity, "count": count} for code, severity, count in codes],
        "sums": [{**total, "amount": str(total["amount"])} for total in notes["sums"]],
        "wrong_totals": [{name: str(value) for name, value in wrong.items()} for wrong in notes["findings"]],
        "unknown_columns": list(sheet.fit.unknown),
        "missing_columns": list(sheet.fit.missing),
        "also": {target: rows.height for target, rows in sheet.prepared.also.items()},
    }


def write_findings(pack: Pack, folder: Path, language: str, loaded: list[Any] | None = None) -> list[Path]:
    """Write findings.xlsx, findings.json and, per sheet with rejects, its failed rows; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "findings.json", folder / "findings.xlsx"]
    facts = {
        "sheets": [summary_of(sheet) for sheet in pack.sheets],
        "passed_over": [{"file": file, "sheet": sheet} for file, sheet in pack.passed_over],
        "issues": [row for sheet in pack.sheets for row in issues_of(sheet).head(ROWS_MAX).to_dicts()],
        "loaded": [one.__dict__ for one in loaded or []],
    }
    written[0].write_text(json.dumps(facts, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    _workbook(written[1], pack, language)
    for sheet in pack.sheets:
        if sheet.prepared.batch.notes["counts"]["rejected"]:
            written.append(write_failed_rows(sheet, folder, language))
    return written


def safe(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    """Write one cell so that no text of a legacy file can ever act as a formula."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        text = str(value)
        sheet.write_string(row, column, text[:32_767], formats["guarded"] if text.startswith(DANGEROUS) else None)
    else:
        sheet.write_number(row, column, value)


def safe_text(text: str) -> str:
    """Return text that no program takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _workbook(path: Path, pack: Pack, language: str) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1}),
            "guarded": book.add_format({"quote_prefix": True}),
        }
        for name, columns, rows in (
            ("summary", ("file", "sheet", "layout", "target", "read", "loaded", "rejected", "dropped"), _summary(pack)),
            (
                "issues",
                ("file", "sheet", "row", "column", "field", "severity", "code", "rule", "found", "fix"),
                _issues(pack, language),
            ),
            ("drops", ("file", "sheet", "row", "reason"), _drops(pack, language)),
            (
                "sums",
                ("file", "sheet", "column", "outcome", "reason", "group", "rows", "amount"),
                _sums(pack, language),
            ),
        ):
            tab = book.add_worksheet(word("pipelines", f"intake.tab.{name}", language))
            tab.freeze_panes(1, 0)
            for column, key in enumerate(columns):
                tab.write_string(0, column, word("pipelines", f"intake.column.{key}", language), formats["head"])
            tab.set_column(0, len(columns) - 1, 16)
            tab.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
            for number, row in enumerate(rows[:ROWS_MAX], 1):
                for column, value in enumerate(row):
                    safe(tab, number, column, value, formats)


def _summary(pack: Pack) -> list[tuple[Any, ...]]:
    rows = []
    for sheet in pack.sheets:
        counts = sheet.prepared.batch.notes["counts"]
        numbers = tuple(counts[name] for name in ("read", "loaded", "rejected", "dropped"))
        rows.append((sheet.path.name, sheet.fit.grid.sheet, sheet.fit.layout.layout, sheet.prepared.target, *numbers))
    return rows


def _issues(pack: Pack, language: str) -> list[tuple[Any, ...]]:
    rows = []
    for sheet in pack.sheets:
        for issue in issues_of(sheet).head(ROWS_MAX).iter_rows(named=True):
            text, fix = issue_words(issue["code"], language)
            severity = word("pipelines", f"intake.severity.{issue['severity']}", language)
            rows.append((
                issue["file"], issue["sheet"], issue["row"], issue["column"], issue["field"], severity, issue["code"],
                text, issue["found"], fix,
            ))  # fmt: skip
    return rows


def _drops(pack: Pack, language: str) -> list[tuple[Any, ...]]:
    return [
        (sheet.path.name, sheet.fit.grid.sheet, row, reason_words(reason, language))
        for sheet in pack.sheets
        for row, reason in sheet.prepared.batch.drops.sort("row").head(ROWS_MAX).iter_rows()
    ]


def reason_words(reason: str, language: str) -> str:
    """Return why a row was left out: a reason, or the rule it broke; what a layout made up stands for itself."""
    text = word("pipelines", f"intake.reason.{reason}", language)
    return issue_words(reason, language)[0] if text.startswith("intake.") else text


def field_words(field: str, language: str) -> str:
    """Return what a field is called; one that only a layout knows stands for itself."""
    text = word("pipelines", f"intake.field.{field}", language)
    return field if text.startswith("intake.") else text


def _sums(pack: Pack, language: str) -> list[tuple[Any, ...]]:
    rows = []
    for sheet in pack.sheets:
        for total in sheet.prepared.batch.notes["sums"]:
            outcome = word("pipelines", f"intake.outcome.{total['outcome']}", language)
            reason = reason_words(total["reason"], language) if total["reason"] else ""
            rows.append((
                sheet.path.name, sheet.fit.grid.sheet, field_words(total["column"], language), outcome, reason,
                total["group"], total["rows"], total["amount"],
            ))  # fmt: skip
    return rows


def write_failed_rows(sheet: Sheet, folder: Path, language: str) -> Path:
    """Write the rejected rows of a sheet in its own layout, with why, and marks by which they are known again."""
    grid, header = sheet.fit.grid, sheet.fit.header
    bad = sheet.prepared.batch.rejects.filter(pl.col("severity") == "reject")
    reasons: dict[int, list[str]] = {}
    for row, column, code in bad.select("row", "column", "code").iter_rows():
        reasons.setdefault(row, []).append(f"{column} {issue_words(code, language)[0]}".strip())
    rows = grid.frame.filter(pl.col("row").is_in(list(reasons)))
    titles = grid.frame.filter(pl.col("row") == header.last_row)
    suffix = word("pipelines", "intake.failed_suffix", language)
    path = folder / f"{sheet.path.stem}{'_' + grid.sheet if grid.sheet else ''}{suffix}.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {"guarded": book.add_format({"quote_prefix": True})}
        tab = book.add_worksheet((grid.sheet or "Sheet1")[:31])
        names = [titles[f"t{n}"][0] if titles.height else name for n, name in enumerate(header.names)]
        known = [n for n, name in enumerate(header.names) if name not in (SOURCE_MARK, plain_name(ISSUES_MARK))]
        for place, title in enumerate([*(names[n] for n in known), SOURCE_MARK, ISSUES_MARK]):
            safe(tab, 0, place, title, formats)
        for number, row in enumerate(rows.iter_rows(named=True), 1):
            for place, column in enumerate(known):
                _original(tab, number, place, row[f"k{column}"], row[f"t{column}"], formats)
            safe(tab, number, len(known), f"{sheet.path.name}|{grid.sheet}|{row['row']}", formats)
            safe(tab, number, len(known) + 1, "; ".join(reasons[row["row"]]), formats)
    return path


def _original(tab: Any, row: int, column: int, kind: str | None, text: str | None, formats: dict[str, Any]) -> None:
    """Write a cell back as what it was: numbers as numbers unless digits would be lost, all else as text."""
    short = text is not None and len(text.lstrip("-").replace(".", "")) <= 15
    safe(tab, row, column, Decimal(text) if kind == "number" and text and short else text, formats)
