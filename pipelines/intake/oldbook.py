"""Old BIFF workbooks, and any workbook the fast reader does not understand, cell by cell through calamine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import python_calamine as calamine

from pipelines.intake.cells import Grid, drop_blank_edges, grid_frame, letter, typed
from pipelines.intake.errors import DamagedWorkbook, EncryptedWorkbook, SheetTooWide
from pipelines.intake.oldformats import Shown, shown_by
from pipelines.intake.sniff import OLE
from pipelines.intake.workbook import shown_as_code

# So many places hold any real list; beyond them a stray cell far out makes a table of nothing.
PLACES_MAX = 30_000_000


def read_oldbook(path: Path) -> list[Grid]:
    """Return every sheet with its typed cells, merged ranges and visibility; refuse a damaged or locked file."""
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            shown = {meta.name: meta.visible == calamine.SheetVisibleEnum.Visible for meta in book.sheets_metadata}
            sheets = [meta.name for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
            formats = shown_by(path) if _is_biff(path) else {}
            return [
                _grid(path, book.get_sheet_by_name(name), formats.get(name, Shown()), hidden=not shown[name])
                for name in sheets
            ]
    except calamine.PasswordError as problem:
        raise EncryptedWorkbook(file=path.name) from problem
    except (calamine.CalamineError, OSError, ValueError) as problem:
        raise DamagedWorkbook(file=path.name, detail=str(problem)[:120]) from problem


def _is_biff(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(len(OLE)) == OLE


def _grid(path: Path, sheet: calamine.CalamineSheet, shown: Shown, *, hidden: bool) -> Grid:
    if sheet.total_height * sheet.total_width > PLACES_MAX:
        facts = {"file": path.name, "sheet": sheet.name, "filled": sheet.width}
        raise SheetTooWide(column=letter(sheet.total_width - 1), **facts)
    rows = sheet.to_python(skip_empty_area=False)
    width = max((len(row) for row in rows), default=0)
    cells = ((number, _row(number, row, shown)) for number, row in enumerate(rows, 1))
    return Grid(
        file=path.name,
        sheet=sheet.name,
        frame=drop_blank_edges(grid_frame(cells, width)),
        rows_declared=len(rows),
        merges=tuple((first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in sheet.merged_cell_ranges or ()),
        hidden_rows=shown.hidden_rows,
        struck_rows=shown.struck_rows,
        hidden=hidden,
    )


def _row(number: int, values: Sequence[Any], shown: Shown) -> list[tuple[str | None, str | None]]:
    """Return the cells of a row; a whole number shown as a code is that code."""
    cells = [typed(value) for value in values]
    for column, (kind, text) in enumerate(cells) if shown.codes else ():
        code = shown.codes.get((number, column))
        if code and kind == "number" and text is not None and text.isdigit():
            cells[column] = "text", shown_as_code(text, code)
    return cells
