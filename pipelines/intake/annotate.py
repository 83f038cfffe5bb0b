"""The original workbook with its failing cells coloured and commented; only .xlsx files that are not large."""

from pathlib import Path

import openpyxl
import polars as pl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from erp_core.foundation.words import word
from pipelines.intake.cells import column_index
from pipelines.intake.findings import issue_words, safe_text
from pipelines.intake.pack import Pack, Sheet

# Writing a workbook back cell by cell takes seconds per 10,000 rows, so larger ones are not touched.
BYTES_MAX = 3 << 20
MARKS_MAX = 5_000
FILLS = {"reject": PatternFill("solid", fgColor="F4B6B0"), "warn": PatternFill("solid", fgColor="FBE3A8")}


def annotate(pack: Pack, folder: Path, language: str) -> tuple[list[Path], list[str]]:
    """Write a marked copy of each .xlsx with issues; return the copies and the names of files left out as too large."""
    written, left = [], []
    by_file: dict[Path, list[Sheet]] = {}
    for sheet in pack.sheets:
        if sheet.prepared.batch.rejects.height and sheet.path.read_bytes()[:2] == b"PK":
            by_file.setdefault(sheet.path, []).append(sheet)
    for path, sheets in by_file.items():
        if path.stat().st_size > BYTES_MAX:
            left.append(path.name)
            continue
        written.append(_copy(path, sheets, folder, language))
    return written, left


def _copy(path: Path, sheets: list[Sheet], folder: Path, language: str) -> Path:
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        tab = book[sheet.fit.grid.sheet]
        issues = sheet.prepared.batch.rejects.filter(pl.col("row") > 0).sort("severity", "row").head(MARKS_MAX)
        first = min(sheet.fit.found.values(), default=0)
        for (row, column), found in _by_cell(issues, first).items():
            cell = tab.cell(row=row, column=column + 1)
            cell.fill = FILLS["reject" if any(severity == "reject" for _, severity in found) else "warn"]
            lines = [_sentence(code, language) for code, _ in found]
            cell.comment = Comment(safe_text("\n".join(lines)), "erp")
    suffix = word("pipelines", "intake.annotated_suffix", language)
    target = folder / f"{path.stem}{suffix}.xlsx"
    book.save(target)
    return target


def _by_cell(issues: pl.DataFrame, first: int) -> dict[tuple[int, int], list[tuple[str, str]]]:
    """Return the codes by cell; an issue of a whole row is shown in its first mapped cell."""
    cells: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for row, column, code, severity in issues.select("row", "column", "code", "severity").iter_rows():
        place = column_index(column) if column else first
        cells.setdefault((row, place), []).append((code, severity))
    return cells


def _sentence(code: str, language: str) -> str:
    text, fix = issue_words(code, language)
    return f"{code} {text}" + (f"\n→ {fix}" if fix else "")
