"""The user's own workbook back: failing cells coloured and commented, a list in front, all else as it was."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import xlsxwriter

from erp_core.foundation.words import word
from pipelines.intake.cells import Grid, column_index, letter
from pipelines.intake.findings import issue_words, safe
from pipelines.intake.mapping import SOURCE_MARK
from pipelines.intake.pack import Pack, Sheet
from pipelines.intake.patch import Front, Mark, Marks, mark
from pipelines.intake.patch_front import Line
from pipelines.intake.patch_rows import UnusualParts
from pipelines.intake.read import read_file

TITLES = ("sheet", "row", "cell", "column", "severity", "code", "rule", "found", "fix")
FOUND_SHOWN = 120


def annotate(pack: Pack, folder: Path, language: str) -> tuple[list[Path], list[str]]:
    """Write a marked copy of each file with issues, as .xlsx; return the copies and the names of files left out.

    Files that are no .xlsx, or one in whose XML cells cannot be found, come back as a new workbook of their cells.
    """
    written = []
    by_file: dict[Path, list[Sheet]] = {}
    for sheet in pack.sheets:
        if sheet.prepared.batch.rejects.height:
            by_file.setdefault(sheet.path, []).append(sheet)
    for path, sheets in by_file.items():
        written.append(annotate_file(path, sheets, folder, language))
    return written, []


def annotate_file(path: Path, sheets: list[Sheet], folder: Path, language: str) -> Path:
    """Write the marked copy of one file and return it."""
    target = folder / f"{path.stem}{word('pipelines', 'intake.annotated_suffix', language)}.xlsx"
    marks: dict[str, Marks] = {}
    lines: list[Line] = []
    for sheet in sheets:
        issues = _placed(sheet)
        # Tables side by side share their sheet.
        marks.setdefault(_tab(sheet.fit.grid), {}).update(_marks(issues, language))
        lines += _lines(sheet, issues, language)
    name = word("pipelines", "intake.annotated_sheet", language)
    titles = [word("pipelines", f"intake.column.{key}", language) for key in TITLES]
    front = Front(name, titles, lines, (path.name, sheets[0].file_hash, name))
    with path.open("rb") as source:
        zipped = source.read(2) == b"PK"
    if zipped:
        try:
            mark(path, target, marks, front)
        except (UnusualParts, UnicodeDecodeError, KeyError):
            zipped = False
    if not zipped:
        plain = target.with_name(target.name + ".plain")
        try:
            # Read again, since the sheets at hand lack what no layout asked for.
            _copied(plain, read_file(path, encoding=sheets[0].fit.layout.read.encoding))
            mark(plain, target, marks, front)
        finally:
            plain.unlink(missing_ok=True)
    return target


def _tab(grid: Grid) -> str:
    return grid.sheet or "Sheet1"


def _placed(sheet: Sheet) -> pl.DataFrame:
    """Return the issues in the order of their rows with `place`, the column (from 0) of the cell that shows each."""
    first = min(sheet.fit.found.values(), default=0)
    rejects = sheet.prepared.batch.rejects.filter(pl.col("row") > 0)
    known = {text: column_index(text) for text in rejects["column"].unique() if text}
    by_letter = pl.col("column").replace_strict(known, default=None, return_dtype=pl.Int32)
    by_field = pl.col("field").replace_strict(sheet.fit.found, default=first, return_dtype=pl.Int32)
    issues = rejects.with_columns(place=pl.coalesce(by_letter, by_field))
    back = _rows_here(sheet)
    if back:
        issues = issues.with_columns(pl.col("row").replace(back))
    return issues.sort("row", "place", maintain_order=True)


def _rows_here(sheet: Sheet) -> dict[int, int]:
    """Return the rows in this file by the rows they once had, for a file of failed rows that came back."""
    place = sheet.fit.header.columns.get(SOURCE_MARK)
    if place is None or "origin" not in sheet.prepared.batch.notes:
        return {}
    marks = sheet.fit.grid.frame.select("row", before=pl.col(f"t{place}").str.extract(r"\|(\d+)$").cast(pl.Int32))
    return {before: row for row, before in marks.drop_nulls().iter_rows()}


def _marks(issues: pl.DataFrame, language: str) -> Marks:
    """Return one mark per cell: the colour of its worst issue, and what every issue says."""
    said = {code: _said(code, language) for code in issues["code"].unique()}
    found_word = word("pipelines", "intake.column.found", language)
    marks: Marks = {}
    for row, place, code, severity, found in issues.select("row", "place", "code", "severity", "found").iter_rows():
        rule, fix = said[code]
        text = "\n".join(part for part in (rule, f"{found_word}: {found[:FOUND_SHOWN]}" if found else "", fix) if part)
        known = marks.get((row, place))
        if known:
            worst = "reject" if "reject" in (known.severity, severity) else "warn"
            marks[row, place] = Mark(worst, f"{known.text}\n{text}")
        else:
            marks[row, place] = Mark(severity, text)
    return marks


def _said(code: str, language: str) -> tuple[str, str]:
    text, fix = issue_words(code, language)
    return f"{code} {text}", f"→ {fix}" if fix else ""


def _lines(sheet: Sheet, issues: pl.DataFrame, language: str) -> Iterable[Line]:
    """Return one line per issue for the list in front."""
    words = {code: issue_words(code, language) for code in issues["code"].unique()}
    kinds = {kind: word("pipelines", f"intake.severity.{kind}", language) for kind in ("reject", "warn")}
    names, tab = sheet.fit.header.names, _tab(sheet.fit.grid)
    titles = {n: names[n] if n < len(names) else "" for n in range(sheet.fit.grid.width + 1)}
    columns = ("row", "place", "code", "severity", "found")
    return [
        Line(
            (tab, str(row), cell, titles.get(place, ""), kinds[severity], code, *_around(found, words[code])), tab, cell
        )
        for row, place, code, severity, found in issues.select(columns).iter_rows()
        for cell in (f"{letter(place)}{row}",)
    ]


def _around(found: str | None, words: tuple[str, str]) -> tuple[str, str, str]:
    return words[0], found or "", words[1]


def _copied(path: Path, grids: list[Grid]) -> None:
    """Write the cells of a file that is no .xlsx into a new workbook, each where it stood and as what it was."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        formats = {"guarded": book.add_format({"quote_prefix": True})}
        for grid in grids:
            tab = book.add_worksheet(_tab(grid))
            for row in grid.frame.iter_rows():
                for column in range(grid.width):
                    text, kind = row[1 + 2 * column], row[2 + 2 * column]
                    if text is not None:
                        _plain(tab, row[0] - 1, column, text, kind, formats)


def _plain(tab: xlsxwriter.worksheet.Worksheet, row: int, column: int, text: str, kind: str, formats: dict) -> None:
    digits = text.lstrip("-").replace(".", "")
    if kind == "number" and digits.isdigit() and len(digits) <= 15:
        tab.write_number(row, column, float(text))
    else:
        safe(tab, row, column, text, formats)
