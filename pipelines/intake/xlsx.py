"""Workbook sheets in pieces: row, column, kind and original text of every cell."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl

from pipelines.intake.cells import KIND, Grid, column_index, drop_blank_edges, letter, plain_numbers, serial_text
from pipelines.intake.errors import DamagedWorkbook, SheetTooWide
from pipelines.intake.oldbook import read_oldbook
from pipelines.intake.workbook import Sheet, Workbook, open_parts, shown_as_code
from pipelines.intake.xlsx_scan import Column, Scanned, scan
from pipelines.intake.xlsx_tags import UnusualXml, cells_of, tags_of
from pipelines.intake.xlsx_texts import without_entities
from pipelines.intake.zipped import reading

CHUNK_BYTES = 8 << 20
NEAR_BYTES = 1 << 16
# A stray cell at the far end of a long sheet would make a table of nothing; so many places hold any real list.
PLACES_MAX = 100_000_000
ROW = re.compile(rb"<row\b[^>]*>")
ROW_NUMBER = re.compile(rb'\br="(\d+)"')
HIDDEN = re.compile(rb'\bhidden="(?:1|t)')
MERGE = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
BROKEN = (
    zipfile.BadZipFile, ET.ParseError, KeyError, EOFError, OSError, zipfile.zlib.error, NotImplementedError,
    pl.exceptions.PolarsError, ValueError, OverflowError, RuntimeError,
)  # fmt: skip


def read_xlsx(path: Path, on_bytes: Callable[[int, int], None] | None = None) -> list[Grid]:
    """Return every sheet of a workbook; on_bytes(done, total) follows the unpacking.

    Refuses a damaged archive and formulas that were never calculated.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            book = open_parts(archive)
            return [_read_sheet(path, archive, book, sheet, on_bytes) for sheet in book.sheets]
    except UnusualXml:
        return read_oldbook(path)
    except BROKEN as problem:
        raise DamagedWorkbook(file=path.name, detail=str(problem)[:120]) from problem


def _read_sheet(
    path: Path,
    archive: zipfile.ZipFile,
    book: Workbook,
    sheet: Sheet,
    on_bytes: Callable[[int, int], None] | None,
) -> Grid:
    total = archive.getinfo(sheet.part).file_size
    frames, declared, merges, hidden, struck = [], 0, [], [], []
    with reading(archive, sheet.part) as source:
        for piece, done in _pieces(source):
            if not declared and b"<!DOCTYPE" in piece[: piece.find(b"<row")]:
                raise ET.ParseError("DOCTYPE")
            declared = max(declared, _last_row(piece))
            merges += _merges(piece)
            hidden += _hidden_rows(piece)
            frame, crossed = _frame(piece, book, path.name, sheet.name)
            if frame.height:
                frames.append(frame)
                struck += crossed
            if on_bytes:
                on_bytes(done, total)
    frame = _joined(frames, path.name, sheet.name)
    return Grid(
        file=path.name,
        sheet=sheet.name,
        frame=drop_blank_edges(frame),
        rows_declared=declared,
        merges=tuple(merges),
        hidden_rows=tuple(hidden),
        struck_rows=tuple(struck),
        hidden=sheet.hidden,
    )


def _pieces(source: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield the XML in pieces cut after a row, so that memory does not grow with the sheet."""
    rest, done = b"", 0
    while block := source.read(CHUNK_BYTES):
        done += len(block)
        block = rest + block
        last = block.rfind(b"<row")
        # Rows without cells close themselves; looked for only where the last ones must be.
        cut = max(block.rfind(b"</row>"), block.rfind(b"/>", max(last - NEAR_BYTES, 0), last) if last > 0 else -1)
        cut = block.find(b">", cut) + 1 if cut >= 0 else 0
        if cut:
            yield block[:cut], done
        rest = block[cut:]
    if not rest.rstrip().endswith(b"worksheet>"):
        raise EOFError("sheet ends too early")
    yield rest, done


def _last_row(piece: bytes) -> int:
    found = ROW.match(piece, max(piece.rfind(b"<row "), 0))
    number = ROW_NUMBER.search(found[0]) if found else None
    return int(number[1]) if number else 0


def _hidden_rows(piece: bytes) -> list[int]:
    if b"hidden=" not in piece:
        return []
    rows = [found[0] for found in ROW.finditer(piece) if HIDDEN.search(found[0])]
    return [int(number[1]) for row in rows if (number := ROW_NUMBER.search(row))]


def _merges(piece: bytes) -> list[tuple[int, int, int, int]]:
    if b"<mergeCell " not in piece:
        return []
    found = [[part.decode() for part in one.groups()] for one in MERGE.finditer(piece)]
    return [(int(top), column_index(left), int(low), column_index(right)) for left, top, right, low in found]


def _frame(piece: bytes, book: Workbook, file: str, sheet: str) -> tuple[pl.DataFrame, list[int]]:
    """Return the rows of a piece with t<n> and k<n> per column, and the rows that are struck out."""
    scanned = scan(piece)
    if scanned is None:
        cells = cells_of(tags_of(piece), file, sheet)
        return (_from_cells(cells, book), _struck(cells, book)) if cells.height else (cells.clear(), [])
    crossed = [kind for kind, text in enumerate(scanned.attributes) if _style(text) in book.styles.struck]
    rows = [scanned.rows[one.places[np.isin(one.kinds, crossed)]] for one in scanned.columns] if crossed else []
    return _from_scan(scanned, book), sorted({int(row) for part in rows for row in part})


def _struck(cells: pl.DataFrame, book: Workbook) -> list[int]:
    odd = [text for text in cells["attributes"].unique() if _style(text) in book.styles.struck]
    return cells.filter(pl.col("attributes").is_in(odd))["row"].unique().sort().to_list() if odd else []


def _style(attributes: str) -> str:
    style = re.search(r'\bs="(\d+)"', attributes)
    return style[1] if style else ""


def _from_scan(scanned: Scanned, book: Workbook) -> pl.DataFrame:
    columns = [pl.Series("row", scanned.rows, dtype=pl.Int32)]
    for column in scanned.columns:
        text, kind = _column(column, scanned.attributes, book)
        if len(column.places) < len(scanned.rows):
            # What is not there is taken from nowhere, which is nothing.
            order = np.full(len(scanned.rows), len(column.places), np.int64)
            order[column.places] = np.arange(len(column.places))
            text, kind = (pl.concat([one, one.clear(1)]).gather(order) for one in (text, kind))
        columns += [text.alias(f"t{column.index}"), kind.alias(f"k{column.index}")]
    return pl.DataFrame(columns)


def _column(column: Column, attributes: tuple[str, ...], book: Workbook) -> tuple[pl.Series, pl.Series]:
    """Return text and kind of the filled cells of a column."""
    found = [kind for kind, times in enumerate(np.bincount(column.kinds).tolist()) if times]
    meanings = {kind: _meaning(attributes[kind], book) for kind in found}
    if len(set(meanings.values())) == 1:
        return _read_cells(meanings[found[0]], column.texts, book)
    parts, places = [], []
    for meaning in dict.fromkeys(meanings.values()):
        mine = [kind for kind, one in meanings.items() if one == meaning]
        place = np.flatnonzero(np.isin(column.kinds, mine))
        parts.append(_read_cells(meaning, column.texts.gather(place), book))
        places.append(place)
    order = np.empty(len(column.kinds), np.int64)
    order[np.concatenate(places)] = np.arange(len(order))
    text, kind = (pl.concat([one.rename("x") for one in each]) for each in zip(*parts, strict=True))
    return text.gather(order), kind.gather(order)


def _from_cells(cells: pl.DataFrame, book: Workbook) -> pl.DataFrame:
    """Return one row per sheet row of the cells that were found tag by tag."""
    meanings = {text: _meaning(text, book) for text in cells["attributes"].unique()}
    cells = cells.with_columns(meaning=pl.col("attributes").replace_strict(meanings, return_dtype=pl.String))
    parts = []
    for (meaning,), alike in cells.group_by("meaning", maintain_order=True):
        text, kind = _read_cells(str(meaning), alike["text"], book)
        parts.append(alike.select("row", "letters").with_columns(text.alias("text"), kind.alias("kind")))
    found = pl.concat(parts).drop_nulls("text")
    wide = found.select(pl.col("row").unique().sort())
    for (letters,), each in found.group_by("letters"):
        column = column_index(str(letters))
        named = each.select("row", pl.col("text").alias(f"t{column}"), pl.col("kind").alias(f"k{column}"))
        wide = wide.join(named, on="row", how="left", maintain_order="left")
    return wide


def _meaning(attributes: str, book: Workbook) -> str:
    found = re.search(r'\bt="(\w+)"', attributes)
    kind = found[1] if found else "n"
    if kind == "n":
        style = _style(attributes)
        if style in book.styles.codes:
            return f"code {style}"
        return "date" if style in book.styles.dates else "number"
    return {"s": "shared", "b": "bool", "e": "error", "d": "iso"}.get(kind, "text")


def _read_cells(meaning: str, text: pl.Series, book: Workbook) -> tuple[pl.Series, pl.Series]:
    """Return the readable texts of cells that mean the same, and their kinds; a text of blanks is nothing."""
    kind = {"shared": "text", "iso": "date"}.get(meaning, meaning)
    if meaning == "shared":
        text = book.texts.gather(text.cast(pl.UInt32))
    elif meaning == "number":
        text = plain_numbers(text)
    elif meaning.startswith("code "):
        return _codes(text, book.styles.codes[meaning.removeprefix("code ")])
    elif meaning == "date":
        distinct = text.unique()
        days = pl.Series([serial_text(value, epoch_1904=book.epoch_1904) for value in distinct], dtype=pl.String)
        text = text.replace(distinct, days)
    elif meaning == "iso":
        text = text.str.replace("T", " ", literal=True)
    elif meaning == "text":
        text = without_entities(text)
    if kind == "text":
        blank = text.str.strip_chars() == ""
        text = text.set(blank, None) if blank.any() else text
    return text, _kinds(kind, text)


def _codes(text: pl.Series, code: str) -> tuple[pl.Series, pl.Series]:
    plain = plain_numbers(text)
    distinct = plain.unique()
    shown = plain.replace(distinct, pl.Series([shown_as_code(value, code) for value in distinct], dtype=pl.String))
    # A fraction or a negative number in a cell formatted as a code stays the number it is.
    whole = text.str.contains(r"^\d+(\.0*)?$")
    kinds = pl.select(pl.when(whole).then(pl.lit("text")).otherwise(pl.lit("number")).cast(KIND)).to_series()
    return shown, kinds


def _kinds(kind: str, text: pl.Series) -> pl.Series:
    same = pl.Series([kind], dtype=KIND).new_from_index(0, len(text))
    return same.set(text.is_null(), None) if text.null_count() else same


def _joined(frames: list[pl.DataFrame], file: str, sheet: str) -> pl.DataFrame:
    """Return all pieces as one frame with its columns in sheet order and gaps filled, column by column."""
    if not frames:
        return pl.DataFrame(schema={"row": pl.Int32})
    numbers = {int(name[1:]) for frame in frames for name in frame.columns if name.startswith("t")}
    width, height = max(numbers, default=-1) + 1, sum(frame.height for frame in frames)
    if width * height > PLACES_MAX and len(numbers) < width // 2:
        raise SheetTooWide(file=file, sheet=sheet, column=letter(width - 1), filled=len(numbers))
    columns = [pl.concat([frame["row"] for frame in frames], rechunk=True)]
    for n in range(width):
        for part, dtype in (("t", pl.String), ("k", KIND)):
            name = f"{part}{n}"
            empty = pl.Series(name, [], dtype)
            pieces = [frame[name] if name in frame.columns else empty.clear(frame.height) for frame in frames]
            columns.append(pl.concat(pieces, rechunk=True))
            frames = [frame.drop(name, strict=False) for frame in frames]
    return pl.DataFrame(columns)
