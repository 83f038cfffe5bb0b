"""Old BIFF workbooks, and any workbook the fast reader does not understand, cell by cell through calamine."""

from pathlib import Path

import python_calamine as calamine

from pipelines.intake.cells import Grid, drop_blank_edges, grid_frame, typed
from pipelines.intake.errors import DamagedWorkbook, EncryptedWorkbook


def read_oldbook(path: Path) -> list[Grid]:
    """Return every sheet with its typed cells, merged ranges and visibility; refuse a damaged or locked file."""
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            shown = {meta.name: meta.visible == calamine.SheetVisibleEnum.Visible for meta in book.sheets_metadata}
            sheets = [meta.name for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
            return [_grid(path, book.get_sheet_by_name(name), hidden=not shown[name]) for name in sheets]
    except calamine.PasswordError as problem:
        raise EncryptedWorkbook(file=path.name) from problem
    except (calamine.CalamineError, OSError, ValueError) as problem:
        raise DamagedWorkbook(file=path.name, detail=str(problem)[:120]) from problem


def _grid(path: Path, sheet: calamine.CalamineSheet, *, hidden: bool) -> Grid:
    rows = sheet.to_python(skip_empty_area=False)
    width = max((len(row) for row in rows), default=0)
    cells = ((number, [typed(value) for value in row]) for number, row in enumerate(rows, 1))
    return Grid(
        file=path.name,
        sheet=sheet.name,
        frame=drop_blank_edges(grid_frame(cells, width)),
        rows_declared=len(rows),
        merges=tuple((first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in sheet.merged_cell_ranges or ()),
        hidden=hidden,
    )
