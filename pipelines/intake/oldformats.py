"""What calamine does not tell of a BIFF workbook: numbers shown as codes, hidden rows, rows struck out."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import xlrd

from pipelines.intake.workbook import is_code_format


@dataclass(frozen=True)
class Shown:
    """How one sheet shows its cells: format of the cells that are codes by (row, column from 0), and odd rows."""

    codes: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: tuple[int, ...] = ()
    struck_rows: tuple[int, ...] = ()


def shown_by(path: Path) -> dict[str, Shown]:
    """Return how each sheet shows its cells, rows from 1; nothing where the formats cannot be read."""
    try:
        with xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO()) as book:
            return {sheet.name: _shown(book, sheet) for sheet in book.sheets()}
    except Exception:  # noqa: BLE001 - a damaged file breaks it anywhere, and the cells were read by another reader
        return {}


def _shown(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Shown:
    formats = {
        number: book.format_map[style.format_key].format_str
        for number, style in enumerate(book.xf_list)
        if style.format_key in book.format_map
    }
    wanted = {number: text for number, text in formats.items() if is_code_format(text)}
    struck = {number for number, style in enumerate(book.xf_list) if book.font_list[style.font_index].struck_out}
    codes, crossed = {}, set()
    if wanted or struck:
        for row in range(sheet.nrows):
            for column, (kind, style) in enumerate(
                zip(sheet.row_types(row), sheet._cell_xf_indexes[row], strict=False)  # noqa: SLF001 - the whole row at once
            ):
                if kind == xlrd.XL_CELL_NUMBER and style in wanted:
                    codes[row + 1, column] = wanted[style]
                if style in struck and kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    crossed.add(row + 1)
    hidden = sorted(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    return Shown(codes, tuple(hidden), tuple(sorted(crossed)))
