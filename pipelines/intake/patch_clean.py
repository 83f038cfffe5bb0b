"""Marks taken off again: a copy that came back has its own colours and comments only, whoever saved it in between."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import python_calamine as calamine

from pipelines.intake.cells import column_index
from pipelines.intake.patch import STYLES
from pipelines.intake.patch_book import BOOK, KINDS, LINKS, Book
from pipelines.intake.patch_front import MARKS_SHEET
from pipelines.intake.patch_notes import without_comments, without_shapes
from pipelines.intake.patch_rows import restyled
from pipelines.intake.patch_styles import Styles
from pipelines.intake.zipped import reading, write, writing

CELL = re.compile(r"([A-Z]+)(\d+)")


def unmark(source: Path, target: Path) -> int:
    """Write a copy of a marked workbook without our list, colours and comments; return how many cells lost theirs."""
    facts, marks = _marks_of(source)
    wanted: dict[str, dict[int, list[int]]] = {}
    before: dict[tuple[str, int, int], int] = {}
    for sheet, cell, _, fill in marks:
        letters, row = CELL.fullmatch(cell).groups()
        wanted.setdefault(sheet, {}).setdefault(int(row), []).append(column_index(letters))
        before[sheet, int(row), column_index(letters)] = int(fill)
    done = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        book, styles = Book(old), Styles(old.read(STYLES))
        for name, rows in wanted.items():
            if name in book.sheets:
                done += _clean(old, new, book, styles, name, rows, before)
        gone = _without_sheets(book, {facts[2], MARKS_SHEET})
        write(new, STYLES, styles.xml())
        for part, content in book.parts.items():
            write(new, part, content)
        written = set(new.namelist())
        for item in old.infolist():
            if item.filename not in written and item.filename not in gone:
                write(new, item.filename, old.read(item))
    return done


def _marks_of(source: Path) -> tuple[list[str], list[list[str]]]:
    """Return the facts of a marked workbook and its marks: sheet, cell, style and fill before."""
    with calamine.CalamineWorkbook.from_path(str(source)) as book:
        if MARKS_SHEET not in book.sheet_names:
            return ["", "", ""], []
        first, *marks = book.get_sheet_by_name(MARKS_SHEET).to_python()
    return [str(fact) for fact in first[:3]], [[str(part) for part in mark] for mark in marks]


def _clean(
    old: zipfile.ZipFile,
    new: zipfile.ZipFile,
    book: Book,
    styles: Styles,
    name: str,
    rows: dict[int, list[int]],
    before: dict[tuple[str, int, int], int],
) -> int:
    """Write one sheet without our colours and comments."""
    part, count = book.sheets[name], 0

    def restyle(row: int, column: int, style: int) -> int:
        nonlocal count
        # A cell that a person coloured otherwise in the meantime keeps that colour.
        if not styles.is_mark(style):
            return style
        count += 1
        fill = before[name, row, column]
        return styles.with_fill(style, fill if fill < styles.known else 0)

    with reading(old, part) as source, writing(new, part) as target:
        for piece in restyled(source, rows, restyle):
            target.write(piece)
    links = dict(book.links(part).values())
    if "comments" in links:
        content, gone = without_comments(book.read(links["comments"]) or b"")
        book.parts[links["comments"]] = content
        places = {
            (int(row), column_index(letters)) for letters, row in (CELL.fullmatch(cell).groups() for cell in gone)
        }
        if "vmlDrawing" in links:
            book.parts[links["vmlDrawing"]] = without_shapes(book.read(links["vmlDrawing"]) or b"", places)
    return count


def _without_sheets(book: Book, names: set[str]) -> set[str]:
    """Take sheets off the lists of the workbook and return their parts."""
    text = book.parts[BOOK].decode("utf-8")
    order = list(book.sheets)
    gone = {book.sheets[name] for name in names if name in book.sheets}
    for name in names & set(order):
        place, own = order.index(name), _escaped(name)
        text = re.sub(rf'<(\w+:)?sheet\b[^>]*\bname="{re.escape(own)}"[^>]*/>', "", text)
        text = re.sub(rf'<(\w+:)?definedName\b[^>]*localSheetId="{place}"[^>]*>[^<]*</(\w+:)?definedName>', "", text)
        if place == 0:
            text = re.sub(r'localSheetId="(\d+)"', lambda found: f'localSheetId="{int(found[1]) - 1}"', text)
            text = re.sub(r'\b(activeTab|firstSheet)="([1-9]\d*)"', lambda m: f'{m[1]}="{int(m[2]) - 1}"', text)
    text = re.sub(r"<(\w+:)?definedNames>\s*</(\w+:)?definedNames>", "", text)
    book.parts[BOOK] = text.encode("utf-8")
    for part in gone:
        short = part.removeprefix("xl/")
        for lists, pattern in (
            (LINKS, rf'<Relationship\b[^>]*Target="(?:/?xl/)?{short}"[^>]*/>'),
            (KINDS, rf'<Override\b[^>]*PartName="/{part}"[^>]*/>'),
        ):
            book.parts[lists] = re.sub(pattern, "", book.parts[lists].decode("utf-8")).encode("utf-8")
    return gone


def _escaped(name: str) -> str:
    return ET.tostring(ET.Element("a", {"n": name}), encoding="unicode").split('n="', 1)[1].rsplit('"', 1)[0]
