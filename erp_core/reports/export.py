"""A report as a file: csv, json, xlsx, parquet; the printed paper is made in paper.py."""

from __future__ import annotations

import io
import json as jsonlib
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import xlsxwriter

from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import word
from erp_core.reports import catalog, columnar, paper
from erp_core.reports.definition import Column, Definition
from erp_core.reports.layout import shown, subtitle, total_row

FORMATS = ("csv", "json", "xlsx", "pdf", "parquet")
# What a spreadsheet takes for a formula when it opens a text file (CWE-1236); a plain number is none.
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?[\d,]*\.?\d+$")
_SHEET_ROWS_MAX = 1_048_576 - 8
_NUMBER_FORMATS = {
    "money": "#,##0.00;[Red]-#,##0.00",
    "price": "#,##0.0000##",
    "ratio": "#,##0.00",
    "percent": "0.0%",
    "integer": "0",
    "date": "yyyy-mm-dd",
    "timestamp": "yyyy-mm-dd hh:mm",
}
_WIDTHS = {
    "money": 16,
    "quantity": 13,
    "price": 13,
    "ratio": 11,
    "percent": 10,
    "integer": 9,
    "date": 12,
    "timestamp": 17,
}


class UnknownFormat(Refusal):
    """There is no format {format}; there are: {known}."""


class SheetTooLong(Refusal):
    """{report} has {rows} rows, more than a worksheet holds; narrow the question or take csv or parquet."""


def to_bytes(
    kind: str, report: str, frame: pl.DataFrame, parameters: dict[str, Any], language: str, company: str = ""
) -> bytes:
    """A report's frame in one of the formats; parameters and company appear in the heading where there is one."""
    if kind not in FORMATS:
        raise UnknownFormat(format=kind, known=", ".join(FORMATS))
    if kind in _PLAIN:
        return _PLAIN[kind](frame)
    return _LAID_OUT[kind](report, frame, parameters, language, company)


def csv(frame: pl.DataFrame) -> bytes:
    """Text for Excel (UTF-8 with mark), columns by their names; texts that look like formulas get a quote."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = frame.with_columns(pl.col(name).map_elements(plain_text, return_dtype=pl.String) for name in texts)
    return b"\xef\xbb\xbf" + safe.write_csv().encode()


def plain_text(text: str) -> str:
    """The text with a quote before it if a spreadsheet would take it for a formula."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.match(text) else text


def json(frame: pl.DataFrame) -> bytes:
    """A list of rows; amounts and quantities are strings, so that no reader rounds them."""
    return jsonlib.dumps(frame.to_dicts(), default=_as_text, ensure_ascii=False, indent=1).encode()


def _as_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def parquet(frame: pl.DataFrame) -> bytes:
    """The frame as it is, with its types."""
    target = io.BytesIO()
    frame.write_parquet(target)
    return target.getvalue()


def xlsx(
    report: str, frame: pl.DataFrame, parameters: dict[str, Any], language: str = "zh", company: str = ""
) -> bytes:
    """A worksheet with title, headings in one language, number formats, filter and totals; text is never a formula."""
    if frame.height > _SHEET_ROWS_MAX:
        raise SheetTooLong(report=report, rows=frame.height)
    frame, definition = columnar.laid_out(frame, catalog.find(report))
    frame, columns = shown(frame, definition, language)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", definition.title.to(language))[:31])
        _write_heading(book, sheet, definition, parameters, language, company, columns)
        _write_rows(book, sheet, frame, columns)
        _write_total(book, sheet, definition, frame, columns, language)
    return target.getvalue()


def _write_heading(
    book: xlsxwriter.Workbook,
    sheet: Any,
    definition: Definition,
    parameters: dict[str, Any],
    language: str,
    company: str,
    columns: list[Column],
) -> None:
    sheet.write_string(0, 0, definition.title.to(language), book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, " · ".join(part for part in (company, subtitle(definition, parameters, language)) if part))
    heading = book.add_format(
        {"bold": True, "bottom": 1, "bg_color": "#EEF2F6", "text_wrap": True, "valign": "vcenter"}
    )
    for at, column in enumerate(columns):
        sheet.write_string(3, at, column.title.to(language), heading)
        if column.meaning.to(language):
            sheet.write_comment(3, at, column.meaning.to(language))
        width = _WIDTHS.get(column.kind, 22 if "name" in column.name or column.name == "summary" else 14)
        sheet.set_column(at, at, width)
    sheet.freeze_panes(4, 0)


def _write_rows(book: xlsxwriter.Workbook, sheet: Any, frame: pl.DataFrame, columns: list[Column]) -> None:
    quoted = book.add_format({"quote_prefix": True})
    for at, column in enumerate(columns):
        shape = book.add_format({"num_format": _number_format(column, frame[column.name])})
        for row, value in enumerate(frame[column.name], start=4):
            _write_cell(sheet, row, at, value, shape, quoted)
    if frame.height:
        sheet.autofilter(3, 0, 3 + frame.height, max(len(columns) - 1, 0))


def _write_cell(sheet: Any, row: int, at: int, value: Any, shape: Any, quoted: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, str):
        sheet.write_string(row, at, value, quoted if plain_text(value) != value else None)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, shape)
    else:
        sheet.write_number(row, at, value, shape)


def _number_format(column: Column, values: pl.Series) -> str:
    if column.kind == "quantity":
        return "#,##0" if (values.drop_nulls() % 1 == 0).all() else "#,##0.00####"
    return _NUMBER_FORMATS.get(column.kind, "General")


def _write_total(
    book: xlsxwriter.Workbook,
    sheet: Any,
    definition: Definition,
    frame: pl.DataFrame,
    columns: list[Column],
    language: str,
) -> None:
    totals = total_row(definition, frame, columns)
    if not totals:
        return
    row = 4 + frame.height
    bold = book.add_format({"bold": True, "top": 1, "num_format": _NUMBER_FORMATS["money"]})
    sheet.write_string(row, 0, word("erp_core", "paper.total", language), bold)
    for at, column in enumerate(columns):
        if column.name in totals:
            sheet.write_number(row, at, totals[column.name], bold)


_PLAIN: dict[str, Callable[[pl.DataFrame], bytes]] = {"csv": csv, "json": json, "parquet": parquet}
_LAID_OUT: dict[str, Callable[..., bytes]] = {"xlsx": xlsx, "pdf": paper.pdf}
