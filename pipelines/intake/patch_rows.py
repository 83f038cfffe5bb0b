"""Rows of a sheet's XML with the styles of some cells exchanged, piece by piece, so that memory does not grow."""

import re
from collections.abc import Callable, Iterator
from typing import IO

from pipelines.intake.cells import column_index, letter

BLOCK_BYTES = 8 << 20
ROW = re.compile(rb'<(\w+:)?row\b[^>]*?\br="(\d+)"[^>]*>')
CELL = re.compile(rb'<(?:\w+:)?c\b(?:[^>]*?\br="([A-Z]+)\d+")?[^>]*>')
STYLE = re.compile(rb'\bs="(\d+)"')
END = re.compile(rb"</(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*/>")

Restyle = Callable[[int, int, int], int]
"""Told row, column (from 0) and the style a cell has; answers the style it shall have."""


class UnusualParts(Exception):
    """The workbook is written in a way in which single cells cannot be found: rows or cells without a name."""


def restyled(source: IO[bytes], wanted: dict[int, list[int]], restyle: Restyle) -> Iterator[bytes]:
    """Yield the XML of a sheet with the wanted cells (row -> columns) restyled; the last piece begins after the rows.

    Cells and rows that are wanted but absent are created. Every other byte stays as it was.
    """
    rows, prefix, rest = _Rows(wanted, restyle), b"", b""
    while block := source.read(BLOCK_BYTES):
        rest += block
        end = _end(rest)
        if end:
            body, rest = rest[: end.start()], rest[end.start() :]
            named = re.search(rb"<(\w+:)?worksheet\b", body) if not prefix else None
            prefix = (named[1] or b"") if named else prefix
            closed, rest = _opened(rest, end[0], prefix)
            yield rows.patched(body) + closed + rows.remaining(prefix)
            yield rest + source.read()
            return
        cut = rest.rfind(b"row>") + 4
        if cut > 3:
            yield rows.patched(rest[:cut])
            rest = rest[cut:]
    raise UnusualParts


def _end(piece: bytes) -> re.Match[bytes] | None:
    """Return where the rows end, looked for at the name alone: a pattern tried at every tag takes long."""
    at = piece.find(b"sheetData")
    while at >= 0:
        found = END.match(piece, piece.rfind(b"<", 0, at))
        if found:
            return found
        at = piece.find(b"sheetData", at + 1)
    return None


def _opened(rest: bytes, end: bytes, prefix: bytes) -> tuple[bytes, bytes]:
    """Return the opening and the rest of an empty <sheetData/>, which is about to get rows."""
    if not end.endswith(b"/>"):
        return b"", rest
    return b"<" + prefix + b"sheetData>", b"</" + prefix + b"sheetData>" + rest[len(end) :]


class _Rows:
    """The wanted cells that are still to come, in the order of their rows."""

    def __init__(self, wanted: dict[int, list[int]], restyle: Restyle) -> None:
        self.wanted = sorted(((row, sorted(columns)) for row, columns in wanted.items()), reverse=True)
        self.restyle = restyle

    def patched(self, piece: bytes) -> bytes:
        """Return a piece that ends after a row with its wanted cells restyled."""
        parts, at = self._plainly(piece)
        return b"".join([*parts, self._row_by_row(piece[at:] if at else piece)])

    def _plainly(self, piece: bytes) -> tuple[list[bytes], int]:
        """Return what was patched as long as rows and cells stand as most programs write them, and how far that went.

        Names are searched as they are written, which is many times faster than matching every row.
        """
        parts, at, seen = [], 0, 0
        last = ROW.match(piece, max(piece.rfind(b"<row "), 0))
        end = int(last[2]) if last and not last[1] else 0
        while self.wanted and self.wanted[-1][0] <= end:
            row, columns = self.wanted[-1]
            start = piece.find(b'<row r="%d"' % row, seen)
            over = piece.find(b"</row>", start) if start >= 0 else -1
            if over < 0:
                break
            places = _places(piece, start, over, row, columns)
            if places is None:
                break
            for (begin, finish), column in zip(places, columns, strict=True):
                parts += [piece[at:begin], self._tag(piece[begin:finish], row, column, 2)]
                at = finish
            seen = over
            self.wanted.pop()
        return parts, at

    def _tag(self, tag: bytes, row: int, column: int, first: int) -> bytes:
        """Return the tag of a cell with another style; its first attribute begins after so many bytes."""
        own = STYLE.search(tag)
        style = b's="%d"' % self.restyle(row, column, int(own[1]) if own else 0)
        return tag[: own.start()] + style + tag[own.end() :] if own else tag[:first] + b" " + style + tag[first:]

    def _row_by_row(self, piece: bytes) -> bytes:
        parts, at = [], 0
        for found in ROW.finditer(piece):
            if not self.wanted:
                break
            row = int(found[2])
            while self.wanted and self.wanted[-1][0] < row:
                parts += [piece[at : found.start()], self._new(found[1] or b"")]
                at = found.start()
            if not self.wanted or self.wanted[-1][0] != row:
                continue
            columns = self.wanted.pop()[1]
            head, prefix = found[0], found[1] or b""
            if head.endswith(b"/>"):
                changed = head[:-2] + b">" + self._cells(b"", row, columns, head, prefix) + b"</" + prefix + b"row>"
                parts += [piece[at : found.start()], changed]
                at = found.end()
                continue
            end = piece.index(b"</" + prefix + b"row>", found.end())
            cells = self._cells(piece[found.end() : end], row, columns, head, prefix)
            parts += [piece[at : found.end()], cells]
            at = end
        return b"".join([*parts, piece[at:]])

    def remaining(self, prefix: bytes) -> bytes:
        """Return the rows that are wanted beyond the last one there is."""
        made = []
        while self.wanted:
            made.append(self._new(prefix))
        return b"".join(made)

    def _new(self, prefix: bytes) -> bytes:
        row, columns = self.wanted.pop()
        cells = self._cells(b"", row, columns, b"", prefix)
        return b'<%srow r="%d">%s</%srow>' % (prefix, row, cells, prefix)

    def _cells(self, cells: bytes, row: int, columns: list[int], head: bytes, prefix: bytes) -> bytes:
        there = {}
        for found in CELL.finditer(cells):
            if not found[1]:
                raise UnusualParts
            there[column_index(found[1].decode())] = found
        usual = STYLE.search(head) if b"customFormat" in head else None
        parts, at = [], 0
        for column in columns:
            found = there.get(column)
            if found is None:
                after = min((n for n in there if n > column), default=None)
                start = len(cells) if after is None else there[after].start()
                style = self.restyle(row, column, int(usual[1]) if usual else 0)
                name = f"{letter(column)}{row}".encode()
                parts += [cells[at:start], b'<%sc r="%s" s="%d"/>' % (prefix, name, style)]
                at = start
                continue
            parts += [cells[at : found.start()], self._tag(found[0], row, column, len(prefix) + 2)]
            at = found.end()
        return b"".join([*parts, cells[at:]])


def _places(piece: bytes, start: int, over: int, row: int, columns: list[int]) -> list[tuple[int, int]] | None:
    """Return where the tags of the wanted cells of a row begin and end; None when one is not there in plain writing."""
    found, at = [], start
    for column in columns:
        begin = piece.find(b'<c r="%s%d"' % (letter(column).encode(), row), at, over)
        if begin < 0:
            return None
        at = piece.find(b">", begin) + 1
        found.append((begin, at))
    return found
