"""Patch: marks set into the parts of a workbook; every part that needs no mark stays byte for byte as it was."""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.intake.cells import letter
from pipelines.intake.patch_book import Book
from pipelines.intake.patch_front import MARKS_SHEET, Line, list_sheet, marks_sheet
from pipelines.intake.patch_notes import with_comments, with_shapes
from pipelines.intake.patch_rows import UnusualParts, restyled
from pipelines.intake.patch_styles import Styles
from pipelines.intake.zipped import reading, write, writing

BEFORE_LEGACY = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts")
LEGACY = re.compile(rb'<(?:\w+:)?legacyDrawing\b[^>]*?\bid="([^"]+)"[^>]*/>')
STYLES = "xl/styles.xml"


@dataclass(frozen=True)
class Mark:
    """Why one cell is marked: reject or warn, and what its comment says."""

    severity: str
    text: str


Marks = dict[tuple[int, int], Mark]
"""Mark by (row, column from 0)."""


@dataclass
class Front:
    """What the list in front says: name of the sheet, titles, lines; and facts by which a copy is known again."""

    name: str
    titles: Sequence[str]
    lines: Sequence[Line]
    facts: Sequence[str] = field(default_factory=tuple)


def mark(source: Path, target: Path, marks: dict[str, Marks], front: Front) -> None:
    """Write a copy of a workbook with the cells of each sheet marked and the list in front.

    Raises UnusualParts when single cells cannot be found in its XML; the copy is then not there.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        with (
            zipfile.ZipFile(source) as old,
            zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            _write(old, new, marks, front)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(old: zipfile.ZipFile, new: zipfile.ZipFile, marks: dict[str, Marks], front: Front) -> None:
    book = Book(old)
    styles = Styles(old.read(STYLES))
    bold, link = styles.with_fill(0, styles.fill(b"FFE8EEF4")), 0
    undone: list[tuple[str, str, int, str]] = []
    for name, found in marks.items():
        _sheet(old, new, book, styles, name, found, undone)
    first = book.add_sheet(front.name, front=True)
    write(new, first, list_sheet(front.titles, front.lines, bold, link))
    write(new, book.add_sheet(MARKS_SHEET, hidden=True), marks_sheet(front.facts, undone))
    write(new, STYLES, styles.xml())
    book.finish(f"A1:{letter(len(front.titles) - 1)}{len(front.lines) + 1}")
    for part, content in book.parts.items():
        write(new, part, content)
    written = set(new.namelist())
    for item in old.infolist():
        if item.filename not in written:
            _copy(old, new, item)


def _copy(old: zipfile.ZipFile, new: zipfile.ZipFile, item: zipfile.ZipInfo) -> None:
    with reading(old, item.filename) as source, writing(new, item.filename) as target:
        while block := source.read(1 << 20):
            target.write(block)


def _sheet(
    old: zipfile.ZipFile,
    new: zipfile.ZipFile,
    book: Book,
    styles: Styles,
    name: str,
    marks: Marks,
    undone: list[tuple[str, str, int, str]],
) -> None:
    """Write one sheet with its cells coloured, and its comments and their shapes."""
    part = book.part_of(name)
    wanted: dict[int, list[int]] = {}
    for row, column in marks:
        wanted.setdefault(row, []).append(column)

    fills: dict[int, str] = {}

    def restyle(row: int, column: int, style: int) -> int:
        if style not in fills:
            fills[style] = str(styles.fill_of(style))
        undone.append((name, f"{letter(column)}{row}", style, fills[style]))
        return styles.coloured(style, marks[row, column].severity)

    with reading(old, part) as source, writing(new, part) as target:
        before = b""
        for piece in restyled(source, wanted, restyle):
            target.write(before)
            before = piece
        target.write(_with_drawing(before, book, part))
    texts = {place: one.text for place, one in marks.items()}
    comments, shapes = book.comments_of(part), book.shapes_of(part)
    content, fresh = with_comments(book.read(comments), texts)
    book.parts[comments] = content
    book.parts[shapes] = with_shapes(book.read(shapes), fresh, book.order_of(part))


def _with_drawing(tail: bytes, book: Book, part: str) -> bytes:
    """Return the end of a sheet with the link to the drawing that shows its comments."""
    found = LEGACY.search(tail)
    if found:
        book.keep_shapes(part, found[1].decode())
        return tail
    if not re.search(rb"</(?:\w+:)?worksheet>", tail):
        raise UnusualParts
    number = book.add_shapes(part)
    names = "|".join(BEFORE_LEGACY).encode()
    # What a program adds for itself stands in lists of extensions; only the last of them belongs to the sheet.
    later = re.search(rb"<(\w+:)?(?:%s)\b|</(\w+:)?worksheet>" % names, tail)
    at = later.start() if later else len(tail)
    prefix = (re.search(rb"</(\w+:)?worksheet>", tail) or [b"", b""])[1] or b""
    last = tail.rfind(b"<%sextLst" % prefix, 0, at)
    if last >= 0 and tail[:at].rstrip().endswith(b"</%sextLst>" % prefix):
        at = last
    space = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    tag = b'<%slegacyDrawing %s r:id="%s"/>' % (prefix, space, number.encode())
    return tail[:at] + tag + tail[at:]
