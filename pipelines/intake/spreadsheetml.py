"""Workbooks written as one XML text (SpreadsheetML 2003), which old systems liked to call .xls."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from pipelines.intake.cells import Grid, drop_blank_edges, grid_frame, plain_number
from pipelines.intake.errors import DamagedWorkbook, FormulasNotCalculated
from pipelines.intake.workbook import is_code_format, shown_as_code

SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
ROWS_MAX, COLUMNS_MAX = 1_048_576, 16_384
Cell = tuple[str | None, str | None]


@dataclass
class _Sheet:
    """One worksheet while it is being read."""

    name: str
    hidden: bool
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    blank_formulas: list[str] = field(default_factory=list)


def read_spreadsheetml(path: Path) -> list[Grid]:
    """Return the worksheets of the file; refuse entities, XML that breaks off, and formulas without a result."""
    head = path.read_bytes()[:4096]
    # Nothing an office program writes needs a document type; what has one wants to unfold something.
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise DamagedWorkbook(file=path.name, detail="DOCTYPE")
    try:
        return [_grid(path, sheet) for sheet in _sheets(path)]
    except (ET.ParseError, ValueError, OverflowError) as problem:
        raise DamagedWorkbook(file=path.name, detail=str(problem)[:120]) from problem


def _sheets(path: Path) -> Iterator[_Sheet]:
    codes: dict[str, str] = {}
    sheet = _Sheet("", hidden=False)
    row = 0
    with path.open("rb") as source:
        for event, element in ET.iterparse(source, events=("start", "end")):  # noqa: S314 - no entities, see above
            name = element.tag.removeprefix(SS)
            if event == "start" and name == "Worksheet":
                sheet, row = _Sheet(element.get(f"{SS}Name", ""), hidden=False), 0
            elif event == "end" and name == "Style":
                shown = element.find(f"{SS}NumberFormat")
                if shown is not None and is_code_format(shown.get(f"{SS}Format", "")):
                    codes[element.get(f"{SS}ID", "")] = shown.get(f"{SS}Format", "")
            elif event == "end" and name == "Row":
                row = _number(element, "Index", row + 1, ROWS_MAX)
                _take_row(sheet, element, row, codes)
                row += _number(element, "Span", 0, ROWS_MAX)
                element.clear()
            elif event == "end" and name == "Worksheet":
                visible = element.find(".//{urn:schemas-microsoft-com:office:excel}Visible")
                sheet.hidden = visible is not None and (visible.text or "").startswith("Sheet")
                yield sheet
                element.clear()


def _number(element: ET.Element, name: str, usual: int, most: int) -> int:
    value = int(element.get(f"{SS}{name}", usual))
    if not 0 <= value <= most:
        raise ValueError(f"{name} {value}")
    return value


def _take_row(sheet: _Sheet, element: ET.Element, row: int, codes: dict[str, str]) -> None:
    cells: list[Cell] = []
    if element.get(f"{SS}Hidden") == "1":
        sheet.hidden_rows.append(row)
    for cell in element.iter(f"{SS}Cell"):
        column = _number(cell, "Index", len(cells) + 1, COLUMNS_MAX) - 1
        across = _number(cell, "MergeAcross", 0, COLUMNS_MAX - column - 1)
        down = _number(cell, "MergeDown", 0, ROWS_MAX)
        data = cell.find(f"{SS}Data")
        if data is None and cell.get(f"{SS}Formula"):
            sheet.blank_formulas.append(f"R{row}C{column + 1}")
        cells += [(None, None)] * (column - len(cells))
        cells.append(_typed(data, codes.get(cell.get(f"{SS}StyleID", ""), "")))
        cells += [(None, None)] * across
        if across or down:
            sheet.merges.append((row, column, row + down, column + across))
    sheet.rows.append((row, cells))


def _typed(data: ET.Element | None, code: str) -> Cell:
    text = "".join(data.itertext()) if data is not None else ""
    if data is None or not text.strip():
        return None, None
    kind = data.get(f"{SS}Type", "String")
    if kind == "Number":
        number = plain_number(text)
        return ("text", shown_as_code(number, code)) if code and number.isdigit() else ("number", number)
    if kind == "DateTime":
        day, _, time = text.partition("T")
        return "date", day if time.startswith("00:00:00") or not time else f"{day} {time[:8]}"
    return {"Boolean": "bool", "Error": "error"}.get(kind, "text"), text


def _grid(path: Path, sheet: _Sheet) -> Grid:
    if sheet.blank_formulas:
        count, first = len(sheet.blank_formulas), sheet.blank_formulas[0]
        raise FormulasNotCalculated(file=path.name, sheet=sheet.name, count=count, cell=first)
    width = max((len(cells) for _, cells in sheet.rows), default=0)
    return Grid(
        file=path.name,
        sheet=sheet.name,
        frame=drop_blank_edges(grid_frame(sheet.rows, width)),
        rows_declared=max((row for row, _ in sheet.rows), default=0),
        merges=tuple(sheet.merges),
        hidden_rows=tuple(sheet.hidden_rows),
        hidden=sheet.hidden,
    )
