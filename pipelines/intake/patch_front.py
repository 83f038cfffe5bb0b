"""The sheets a marked workbook has more than its original: the list of findings, and a hidden one for the marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.intake.cells import letter
from pipelines.intake.patch_notes import SPACE, xml_text

# More links than this and a program refuses the sheet.
LINKS_MAX = 65_000
ROWS_MAX = 1_048_000
MARKS_SHEET = "_mig"
HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{SPACE}">'


@dataclass(frozen=True)
class Line:
    """One line of the list: what it says, and the sheet and cell it leads to."""

    texts: Sequence[str]
    sheet: str
    cell: str


def list_sheet(titles: Sequence[str], lines: Sequence[Line], bold: int, link: int) -> bytes:
    """Return the XML of the list: titles, one line per finding, filters, links from the third column to the cell."""
    lines = lines[:ROWS_MAX]
    last = f"{letter(len(titles) - 1)}{len(lines) + 1}"
    rows = [_row(1, titles, [bold] * len(titles))]
    styles = [0, 0, link, *[0] * (len(titles) - 3)]
    rows += [_row(number, line.texts, styles) for number, line in enumerate(lines, 2)]
    links = "".join(
        f'<hyperlink ref="C{number}" location="{_place(line)}" display="{xml_text(line.cell)}"/>'
        for number, line in enumerate(lines[:LINKS_MAX], 2)
    )
    wide = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_widths(titles), 1))
    return (
        HEAD
        + '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
        + f' state="frozen"/></sheetView></sheetViews><cols>{wide}</cols><sheetData>{"".join(rows)}</sheetData>'
        + f'<autoFilter ref="A1:{last}"/>'
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + "</worksheet>"
    ).encode()


def marks_sheet(facts: Sequence[str], marks: Iterable[tuple[str, str, int, str]]) -> bytes:
    """Return the XML of the hidden sheet: facts of the file in its first row, then sheet, cell, style before, fill."""
    rows = [_row(1, facts, [0] * len(facts))]
    rows += [_row(number, [str(part) for part in mark], [0] * 4) for number, mark in enumerate(marks, 2)]
    return f"{HEAD}<sheetData>{''.join(rows[:ROWS_MAX])}</sheetData></worksheet>".encode()


def _row(number: int, texts: Sequence[str], styles: Sequence[int]) -> str:
    cells = "".join(
        f'<c r="{letter(column)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{xml_text(text[:32_000])}</t></is></c>"
        for column, (text, style) in enumerate(zip(texts, styles, strict=True))
        if text
    )
    return f'<row r="{number}">{cells}</row>'


def _place(line: Line) -> str:
    name = line.sheet.replace("'", "''")
    return xml_text(f"'{name}'!{line.cell}")


def _widths(titles: Sequence[str]) -> list[int]:
    known = [16, 8, 10, 16, 10, 20, 40, 24, 50]
    return (known + [20] * len(titles))[: len(titles)]
