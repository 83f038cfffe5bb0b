"""Regularly written sheet XML by arithmetic over its bytes: where the text of each cell lies, column by column."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

INLINE = 12
PADDING = b"\0" * 32
ATTRIBUTES_MAX = 24
KINDS_MAX = 64
# What may stand before the rows: views, widths of columns.
HEAD_BYTES = 1 << 20
ROW_TAG = int.from_bytes(b'<row r="', "little")
CELL_TAG = int.from_bytes(b'<c r="', "little")
SIX = np.uint64((1 << 48) - 1)
# The first bytes of the first so many signs of a word of eight.
FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
INSIDE = np.isin(np.arange(256), list(b"rcvfit/"))
CLOSED = np.isin(np.arange(256), list(b"rcvfit"))
FIGURE = np.isin(np.arange(256), list(b"0123456789"))
CAPITAL = np.isin(np.arange(256), list(range(65, 91)))
Places = np.ndarray


@dataclass(frozen=True)
class Column:
    """The filled cells of one column: index of their rows, their texts as written, and attributes by number."""

    index: int
    places: Places
    texts: pl.Series
    kinds: Places


@dataclass(frozen=True)
class Scanned:
    """The rows of a piece by number, the columns that hold something, and the attributes of cells by number."""

    rows: Places
    columns: list[Column]
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class _Tags:
    """Every tag between <sheetData> and its end: the bytes, where tags begin, and which of them are what."""

    data: Places
    words: Places
    at: Places
    rows: Places
    cells: Places
    values: Places
    formulas: Places


def scan(piece: bytes) -> Scanned | None:
    """Return the filled cells of a piece that ends after a row; None when anything in it is not plainly regular.

    Regular is `<row r="1" …><c r="A1" s="2" t="s"><v>0</v></c>` and inline texts of one run, without prefixes,
    comments or blanks between tags; what is not is left to the reader of tags, which knows more and takes longer.
    """
    tags = _tags(piece)
    if tags is None or not tags.rows.size:
        return None
    owners = _owners(tags)
    if owners is None:
        return None
    cells, texts = owners
    starts = tags.at[texts] + 3
    lengths = tags.at[texts + 1] - starts
    if _uncalculated(tags, cells[lengths > 0]):
        return None
    filled = lengths > 0
    cells, starts, lengths = cells[filled], starts[filled], lengths[filled]
    numbers = _row_numbers(tags)
    if numbers is None:
        return None
    rows, digits = numbers
    read = _references(tags, cells, digits)
    if read is None:
        return None
    row_of, column_of, kinds, names = read
    columns = list(_columns(tags.data, row_of, column_of, kinds, starts, lengths))
    return Scanned(rows, columns, names) if all(np.all(np.diff(one.places) > 0) for one in columns) else None


def _tags(piece: bytes) -> _Tags | None:
    start, end = piece.find(b"<sheetData>", 0, HEAD_BYTES), piece.find(b"</sheetData>")
    body = piece[start + 11 if start >= 0 else 0 : end if end >= 0 else len(piece)]
    if start < 0 and piece.find(b"worksheet", 0, HEAD_BYTES) >= 0:
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    data = np.frombuffer(body + PADDING, np.uint8)
    words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
    at = np.flatnonzero(data == ord("<"))
    first, second, third = data[at + 1], data[at + 2], data[at + 3]
    closing = first == ord("/")
    if not (INSIDE[first].all() and CLOSED[second[closing]].all()):
        return None
    cells, values, formulas = (np.flatnonzero(first == ord(sign)) for sign in "cvf")
    rows, texts, inline = (np.flatnonzero(first == ord(sign)) for sign in "rti")
    regular = (
        (second[cells] == ord(" ")).all()
        and (second[values] == ord(">")).all()
        and (second[texts] == ord(">")).all()
        and ((second[inline] == ord("s")) & (third[inline] == ord(">"))).all()
        and np.isin(second[formulas], list(b"> /")).all()
        and (words[at[rows]] == ROW_TAG).all()
    )
    # A text or value that opens needs the tag after it to tell where it ends.
    at = np.append(at, len(body))
    values = np.sort(np.concatenate([values, texts])) if texts.size else values
    return _Tags(data, words, at, rows, cells, values, formulas) if regular else None


def _owners(tags: _Tags) -> tuple[Places, Places] | None:
    """Return the cell tags that have a value and their value tags; None when one stands where none belongs."""
    if not tags.values.size:
        return tags.values, tags.values
    known = np.zeros(len(tags.at), np.int32)
    known[tags.cells] = 1
    order = np.cumsum(known, dtype=np.int32)[tags.values] - 1
    if order[0] < 0 or (np.diff(order) <= 0).any():
        return None
    cells = tags.cells[order]
    distance = tags.values - cells
    between = tags.data[tags.at[np.minimum(cells + 1, len(tags.at) - 1)] + 1]
    value = tags.data[tags.at[tags.values] + 1] == ord("v")
    direct = value & (distance == 1)
    formula = value & (between == ord("f")) & (distance <= 3)
    inline = ~value & (between == ord("i")) & (distance == 2)
    return (cells, tags.values) if (direct | formula | inline).all() else None


def _uncalculated(tags: _Tags, filled: Places) -> bool:
    """Return whether a formula has no result, which the reader of tags tells by name."""
    if not tags.formulas.size:
        return False
    return not np.isin(tags.formulas - 1, filled).all()


def _row_numbers(tags: _Tags) -> tuple[Places, Places] | None:
    """Return the number of each row, and how many digits it has."""
    start = tags.at[tags.rows] + 8
    number, digits, open_ = np.zeros(len(start), np.int64), np.zeros(len(start), np.int64), np.ones(len(start), bool)
    for place in range(8):
        sign = tags.data[start + place]
        open_ &= FIGURE[sign]
        number = np.where(open_, number * 10 + sign - 48, number)
        digits += open_
    whole = (digits > 0) & (digits < 8) & (tags.data[start + np.minimum(digits, 8)] == ord('"'))
    return (number.astype(np.int32), digits) if whole.all() and (np.diff(number) > 0).all() else None


def _references(tags: _Tags, cells: Places, digits: Places) -> tuple[Places, Places, Places, tuple[str, ...]] | None:
    """Return row, column and kind of attributes of each filled cell; None when one names another row than its own."""
    at = tags.at[cells]
    begin = np.zeros(len(tags.at), np.int32)
    begin[tags.rows] = 1
    row_of = np.cumsum(begin, dtype=np.int32)[cells] - 1
    if not len(cells):
        return row_of, row_of, row_of.astype(np.uint8), ()
    if row_of.min() < 0 or ((tags.words[at] & SIX) != CELL_TAG).any():
        return None
    one, two, three = tags.data[at + 6], tags.data[at + 7], tags.data[at + 8]
    second = CAPITAL[two]
    third = second & CAPITAL[three]
    column = one.astype(np.int32) - 64
    column = np.where(second, column * 26 + two - 64, column)
    column = np.where(third, column * 26 + three - 64, column)
    place = at + 7 + second + third
    length = digits[row_of]
    named = tags.words[place] ^ tags.words[tags.at[tags.rows] + 8][row_of]
    if not CAPITAL[one].all() or (named & FIRST[length + 1]).any():
        return None
    start = place + length + 1
    size = tags.at[cells + 1] - 1 - start
    if (tags.data[start + size] != ord(">")).any() or size.min() < 0 or size.max() > ATTRIBUTES_MAX:
        return None
    coded = _coded(tags, start, size)
    return (row_of, column - 1, *coded) if coded else None


def _coded(tags: _Tags, start: Places, size: Places) -> tuple[Places, tuple[str, ...]] | None:
    """Return a small number per text of attributes, and the texts by that number; None when there are too many."""
    codes = size.astype(np.uint64)
    for word in range(0, ATTRIBUTES_MAX, 8):
        if word and size.max() <= word:
            break
        codes ^= tags.words[start + word] & FIRST[np.clip(size - word, 0, 8)]
        codes *= np.uint64(0x9E3779B97F4A7C15)
        codes ^= codes >> np.uint64(29)
    distinct = np.sort(pl.Series(codes).unique().to_numpy())
    if len(distinct) > KINDS_MAX:
        return None
    kinds = np.searchsorted(distinct, codes).astype(np.uint8)
    first = [int(np.argmax(kinds == kind)) for kind in range(len(distinct))]
    names = tuple(tags.data[start[at] : start[at] + size[at]].tobytes().decode() for at in first)
    return kinds, names


def _columns(
    data: Places, row_of: Places, column_of: Places, kinds: Places, starts: Places, lengths: Places
) -> Iterator[Column]:
    short, rest = _views(data, starts, lengths)
    for column in range(int(column_of.max(initial=-1)) + 1):
        mine = np.flatnonzero(column_of == column)
        if mine.size:
            texts = _series(data, short[mine], rest[mine], starts[mine], lengths[mine])
            yield Column(column, row_of[mine], texts, kinds[mine])


def texts_at(data: Places, starts: Places, lengths: Places) -> pl.Series:
    """Return the texts that stand at the places of an array of bytes."""
    return _series(data, *_views(data, starts, lengths), starts, lengths)


def _views(data: Places, starts: Places, lengths: Places) -> tuple[Places, Places]:
    """Return both halves of each text as Arrow keeps short ones: length and four bytes, then eight more."""
    words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
    first = (words[starts] & FIRST[np.minimum(lengths, 4)]) << np.uint64(32)
    return first | lengths.astype(np.uint64), words[starts + 4] & FIRST[np.clip(lengths - 4, 0, 8)]


def _series(data: Places, first: Places, rest: Places, starts: Places, lengths: Places) -> pl.Series:
    views = np.empty((len(starts), 2), np.uint64)
    views[:, 0] = first
    views[:, 1] = rest
    long = np.flatnonzero(lengths > INLINE)
    blob = data[:0]
    if long.size:
        size = lengths[long]
        ends = np.cumsum(size)
        blob = data[np.repeat(starts[long] - ends + size, size) + np.arange(ends[-1])]
        # Of a long text the second half is where it lies: buffer 0, and how far into it.
        views[long, 1] = (ends - size).astype(np.uint64) << np.uint64(32)
    buffers = [None, pa.py_buffer(views), pa.py_buffer(blob)]
    return pl.Series(pl.from_arrow(pa.Array.from_buffers(pa.string_view(), len(starts), buffers)))
