"""The sheets a marked workbook has more than its original: the list of findings, and a hidden one for the marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from pipelines.intake.cells import letter
from pipelines.intake.patch_notes import SPACE
from pipelines.intake.patch_text import TEXT_MAX, safe_texts, woven, xml_text

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
    styles = [0, 0, link, *[0] * (len(titles) - 3)]
    rows = _row(1, titles, [bold] * len(titles)) + _rows([line.texts for line in lines], styles)
    links = _links(lines[:LINKS_MAX])
    wide = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_widths(titles), 1))
    return (
        HEAD
        + '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
        + f' state="frozen"/></sheetView></sheetViews><cols>{wide}</cols><sheetData>{rows}</sheetData>'
        + f'<autoFilter ref="A1:{last}"/>'
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + "</worksheet>"
    ).encode()


def marks_sheet(facts: Sequence[str], marks: Iterable[tuple[str, str, int, str]]) -> bytes:
    """Return the XML of the hidden sheet: facts of the file in its first row, then sheet, cell, style before, fill."""
    shown = [[str(part) for part in mark] for mark in islice(marks, ROWS_MAX)]
    rows = _row(1, facts, [0] * len(facts)) + _rows(shown, [0] * 4)
    return f"{HEAD}<sheetData>{rows}</sheetData></worksheet>".encode()


def _rows(lines: Sequence[Sequence[str]], styles: Sequence[int]) -> str:
    """Return the XML of the rows from the second on; cells without text are left out."""
    if not lines:
        return ""
    numbers = pl.int_range(2, len(lines) + 2, eager=True).cast(pl.String)
    cells = []
    for column, texts in enumerate(zip(*lines, strict=True)):
        safe = safe_texts(texts)
        start = pl.lit(f'<c r="{letter(column)}')
        kind = pl.lit(f'" s="{styles[column]}" t="inlineStr"><is><t xml:space="preserve">')
        cell = pl.concat_str(start, numbers, kind, safe, pl.lit("</t></is></c>"))
        cells.append(pl.when(safe != "").then(cell).otherwise(pl.lit("")))
    row = pl.concat_str(pl.lit('<row r="'), numbers, pl.lit('">'), *cells, pl.lit("</row>"))
    return "".join(pl.select(row).to_series().to_list())


def _links(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    cells = safe_texts(line.cell for line in lines)
    sheets = safe_texts("'" + line.sheet.replace("'", "''") + "'!" for line in lines)
    places = pl.DataFrame({"n": pl.int_range(2, len(lines) + 2, eager=True), "sheet": sheets, "cell": cells})
    return woven('<hyperlink ref="C{n}" location="{sheet}{cell}" display="{cell}"/>', places)


def _row(number: int, texts: Sequence[str], styles: Sequence[int]) -> str:
    cells = [
        f'<c r="{letter(column)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{xml_text(text if len(text) <= TEXT_MAX else text[:TEXT_MAX])}</t></is></c>"
        for column, (text, style) in enumerate(zip(texts, styles, strict=True))
        if text
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _widths(titles: Sequence[str]) -> list[int]:
    known = [16, 8, 10, 16, 10, 20, 40, 24, 50]
    return (known + [20] * len(titles))[: len(titles)]
