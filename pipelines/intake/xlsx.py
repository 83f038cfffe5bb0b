"""Workbook sheets through Polars' own text scanner, in pieces: row, column, kind and original text of every cell."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

import polars as pl

from pipelines.intake.cells import KIND, Grid, column_index, drop_blank_edges, letter, plain_numbers, serial_text
from pipelines.intake.errors import DamagedWorkbook, FormulasNotCalculated
from pipelines.intake.oldbook import read_oldbook
from pipelines.intake.workbook import Sheet, Workbook, open_parts, shown_as_code

CHUNK_BYTES = 16 << 20
PREFIXES_LOOKED_FOR = 500
TAGS = ("c ", "c>", "v>", "v ", "v/", "t>", "t ", "f>", "f ", "f/", "row ", "row>", "mergeCell ")
ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
REFERENCE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


class UnusualXml(Exception):
    """The sheet is written in a way the fast reader does not know: prefixed tags or cells without a reference."""


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
    except (zipfile.BadZipFile, ET.ParseError, KeyError, EOFError, OSError, zipfile.zlib.error) as problem:
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
    with archive.open(sheet.part) as source:
        for piece, done in _pieces(source):
            tags = _tags(piece)
            declared = max(declared, _last_row(tags))
            merges += _merges(tags)
            hidden += _hidden_rows(tags)
            long = _cells(tags, path.name, sheet.name)
            if long.height:
                struck += _struck_rows(long, book)
                frames.append(_wide(_resolved(long, book)))
            if on_bytes:
                on_bytes(done, total)
    frame = pl.concat(frames, how="diagonal", rechunk=True) if frames else pl.DataFrame(schema={"row": pl.Int32})
    return Grid(
        file=path.name,
        sheet=sheet.name,
        frame=drop_blank_edges(_ordered(frame)),
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
        cut = max(block.rfind(b"</row>"), block.rfind(b"/>", 0, block.rfind(b"<row")) if b"<row" in block else -1)
        cut = block.find(b">", cut) + 1 if cut >= 0 else 0
        if cut:
            yield block[:cut], done
        rest = block[cut:]
    if not rest.rstrip().endswith(b"worksheet>"):
        raise EOFError("sheet ends too early")
    yield rest, done


def _tags(piece: bytes) -> pl.DataFrame:
    """Return one row per tag of interest: the text from its name up to the next tag."""
    tags = pl.read_csv(
        piece,
        has_header=False,
        schema={"tag": pl.String},
        separator="\x01",
        eol_char="<",
        quote_char=None,
        truncate_ragged_lines=True,
    )
    tag = pl.col("tag")
    if tags.head(PREFIXES_LOOKED_FOR).filter(tag.str.contains(r"^\w+:(c|row|sheetData)[ >]")).height:
        raise UnusualXml
    return tags.filter(pl.any_horizontal(*[tag.str.starts_with(start) for start in TAGS]))


def _last_row(tags: pl.DataFrame) -> int:
    rows = tags.filter(pl.col("tag").str.starts_with("row"))
    last = rows["tag"].tail(1).str.extract(r'\br="(\d+)"').cast(pl.Int64)
    return int(last[0] or 0) if len(last) else 0


def _hidden_rows(tags: pl.DataFrame) -> list[int]:
    rows = tags.filter(pl.col("tag").str.starts_with("row"))
    rows = rows.filter(
        pl.col("tag").str.contains('hidden="', literal=True) & pl.col("tag").str.contains(r'hidden="(1|t)')
    )
    return rows["tag"].str.extract(r'\br="(\d+)"').cast(pl.Int64).drop_nulls().to_list()


def _struck_rows(long: pl.DataFrame, book: Workbook) -> list[int]:
    if not book.styles.struck:
        return []
    odd = [text for text in long["attributes"].unique() if _style(text) in book.styles.struck]
    return long.filter(pl.col("attributes").is_in(odd))["row"].unique().sort().to_list() if odd else []


def _style(attributes: str) -> str:
    style = re.search(r'\bs="(\d+)"', attributes)
    return style[1] if style else ""


def _merges(tags: pl.DataFrame) -> list[tuple[int, int, int, int]]:
    found = []
    for tag in tags.filter(pl.col("tag").str.starts_with("mergeCell "))["tag"]:
        place = REFERENCE.search(tag.partition('ref="')[2])
        if place and place[3]:
            found.append((int(place[2]), column_index(place[1]), int(place[4]), column_index(place[3])))
    return found


def _cells(tags: pl.DataFrame, file: str, sheet: str) -> pl.DataFrame:
    """Return one row per cell that holds something: row, letters, attributes, text."""
    tag = pl.col("tag")
    marked = tags.filter(~tag.str.starts_with("row") & ~tag.str.starts_with("mergeCell")).with_columns(
        sign=tag.str.head(1), cell=tag.str.starts_with("c").cum_sum().cast(pl.UInt32)
    )
    cells = marked.filter(pl.col("sign") == "c")
    if cells.is_empty():
        return pl.DataFrame(schema={"row": pl.Int32, "letters": pl.String, "attributes": pl.String, "text": pl.String})
    texts = _texts(marked.filter((pl.col("sign") == "v") | (pl.col("sign") == "t")))
    split = pl.DataFrame(_split_reference(cells["tag"])).unnest("parts").with_columns(pl.col("row").cast(pl.Int32))
    if split["row"].null_count():
        raise UnusualXml
    formulas = marked.filter(pl.col("sign") == "f")
    if formulas.height:
        numbered = split.with_columns(cell=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
        _refuse_uncalculated(formulas, numbered.join(texts, on="cell", how="left"), file, sheet)
    texts = texts.filter(pl.col("text") != "")
    # Cells are counted from 1 in the order of their tags, so a text finds its cell by position, without a join.
    return split[texts["cell"] - 1].with_columns(texts["text"]).select("row", "letters", "attributes", "text")


def _texts(tags: pl.DataFrame) -> pl.DataFrame:
    """Return cell and text of the value tags; the runs of a rich text are joined."""
    tag = pl.col("tag")
    plain = pl.when(tag.str.starts_with("v>")).then(tag.str.strip_prefix("v>"))
    other = pl.when(tag.str.contains(">", literal=True)).then(tag.str.replace(r"^[^>]*>", ""))
    # Regular expressions are dear on millions of tags, so they see only what is not a bare <v>.
    if (~tags["tag"].str.starts_with("v>")).any():
        plain = plain.otherwise(other)
    texts = tags.select(pl.col("cell").cast(pl.UInt32), text=plain)
    if (texts["cell"] == texts["cell"].shift()).any():
        texts = texts.group_by("cell", maintain_order=True).agg(pl.col("text").drop_nulls().str.join(""))
    return texts


def _split_reference(tags: pl.Series) -> pl.Series:
    parts = tags.str.extract_groups(r'^c r="(?<letters>[A-Z]{1,3})(?<row>[0-9]+)"(?<attributes>[^>]*)>?')
    if parts.struct.field("row").null_count():
        parts = tags.str.extract_groups(r'^c[^>]*?\br="(?<letters>[A-Z]{1,3})(?<row>[0-9]+)"(?<attributes>)[^>]*>?')
        parts = (
            pl.DataFrame({"parts": parts, "tag": tags})
            .select(
                pl.struct(
                    pl.col("parts").struct.field("letters"),
                    pl.col("parts").struct.field("row"),
                    pl.col("tag").str.extract(r"^c([^>]*)").alias("attributes"),
                )
            )
            .to_series()
        )
    return parts.alias("parts")


def _refuse_uncalculated(formulas: pl.DataFrame, cells: pl.DataFrame, file: str, sheet: str) -> None:
    empty = cells.join(formulas.select("cell").unique(), on="cell", how="semi", maintain_order="left").filter(
        (pl.col("text").fill_null("") == "") & ~pl.col("attributes").str.contains('t="str"', literal=True)
    )
    if empty.height:
        first = f"{empty['letters'][0]}{empty['row'][0]}"
        raise FormulasNotCalculated(file=file, sheet=sheet, count=empty.height, cell=first)


def _resolved(long: pl.DataFrame, book: Workbook) -> pl.DataFrame:
    """Return cells with kind and readable text; the few distinct attribute texts decide how each cell is read."""
    meanings = {text: _meaning(text, book) for text in long["attributes"].unique()}
    long = long.with_columns(meaning=pl.col("attributes").replace_strict(meanings, return_dtype=pl.String))
    parts = []
    for (meaning,), cells in long.group_by("meaning", maintain_order=True):
        kind, text = _read_cells(meaning, cells["text"], book)
        if kind == "code":
            # A fraction or a negative number in a cell formatted as a code stays the number it is.
            whole = cells["text"].str.contains(r"^\d+(\.0*)?$")
            kinds = pl.select(pl.when(whole).then(pl.lit("text")).otherwise(pl.lit("number")).cast(KIND)).to_series()
            parts.append(cells.select("row", "letters").with_columns(text.alias("text"), kinds.alias("kind")))
        else:
            parts.append(cells.select("row", "letters").with_columns(text, pl.lit(kind, KIND).alias("kind")))
    cells = pl.concat(parts)
    return cells.filter(pl.col("text").str.strip_chars() != "") if "text" in meanings.values() else cells


def _meaning(attributes: str, book: Workbook) -> str:
    found = re.search(r'\bt="(\w+)"', attributes)
    kind = found[1] if found else "n"
    if kind == "n":
        style = _style(attributes)
        if style in book.styles.codes:
            return f"code {style}"
        return "date" if style in book.styles.dates else "number"
    return {"s": "shared", "b": "bool", "e": "error", "d": "iso"}.get(kind, "text")


def _read_cells(meaning: str, text: pl.Series, book: Workbook) -> tuple[str, pl.Series]:
    if meaning == "shared":
        return "text", book.texts.gather(text.cast(pl.UInt32)).alias("text")
    if meaning == "number":
        return "number", plain_numbers(text)
    if meaning.startswith("code "):
        code, plain = book.styles.codes[meaning.removeprefix("code ")], plain_numbers(text)
        distinct = plain.unique()
        return "code", plain.replace(distinct, [shown_as_code(value, code) for value in distinct])
    if meaning == "date":
        distinct = text.unique()
        days = pl.Series([serial_text(value, epoch_1904=book.epoch_1904) for value in distinct], dtype=pl.String)
        return "date", text.replace(distinct, days)
    if meaning == "iso":
        return "date", text.str.replace("T", " ", literal=True)
    if meaning == "text":
        return "text", _without_entities(text)
    return meaning, text


def _without_entities(text: pl.Series) -> pl.Series:
    if not text.str.contains("&", literal=True).any() and not text.str.contains("_x", literal=True).any():
        return text
    text = text.str.replace_many(list(ENTITIES), list(ENTITIES.values()))
    odd = text.filter(text.str.contains(r"&#\w+;|_x[0-9A-Fa-f]{4}_")).unique()
    return text.replace(odd, pl.Series([_resolve(value) for value in odd], dtype=pl.String))


def _resolve(text: str) -> str:
    text = re.sub(r"&#x([0-9A-Fa-f]+);", lambda match: chr(int(match[1], 16)), text)
    text = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), text)
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def _wide(long: pl.DataFrame) -> pl.DataFrame:
    """Return one row per sheet row with t<n> and k<n> per column."""
    wide = long.select(pl.col("row").unique().sort())
    for (letters,), cells in long.group_by("letters"):
        column = column_index(letters)
        named = cells.select("row", pl.col("text").alias(f"t{column}"), pl.col("kind").alias(f"k{column}"))
        wide = wide.join(named, on="row", how="left", maintain_order="left")
    return wide


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with its columns in sheet order and gaps filled."""
    numbers = [int(name[1:]) for name in frame.columns if name.startswith("t")]
    width = max(numbers, default=-1) + 1
    gaps = [n for n in range(width) if n not in set(numbers)]
    frame = frame.with_columns(
        *[pl.lit(None, pl.String).alias(f"t{n}") for n in gaps], *[pl.lit(None, KIND).alias(f"k{n}") for n in gaps]
    )
    return frame.select("row", *[f"{part}{n}" for n in range(width) for part in "tk"])


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as people say it: A1."""
    return f"{letter(column)}{row}"
