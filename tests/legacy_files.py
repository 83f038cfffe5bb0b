"""Writes small legacy files, honest and ugly, for the tests of the intake."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def workbook(path: Path, **sheets: Rows) -> Path:
    """Write an .xlsx: one sheet per keyword, None for empty cells, dates as date cells."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
    return path


def delimited(path: Path, rows: Rows, *, encoding: str = "utf-8", sign: str = ",") -> Path:
    """Write delimited text in an encoding of one's choice."""
    with path.open("w", encoding=encoding, newline="") as target:
        csv.writer(target, delimiter=sign).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return path


def cut_in_half(path: Path) -> Path:
    """Leave only the first half of a file's bytes."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def ocean(path: Path, rows: Rows, last_row: int = 1_048_576) -> Path:
    """Write a workbook whose sheet goes on in blank formatted rows down to the last one a sheet can have."""
    workbook(path, Sheet1=rows)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    blank = "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(len(rows) + 1, last_row + 1)
    )
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", blank.encode() + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def with_part(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Change the XML of one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
