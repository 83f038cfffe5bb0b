"""Delimited text as a grid: decoded by us, every cell a text, unreadable lines set aside by number."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl

from pipelines.intake.cells import KIND, Grid, drop_blank_edges
from pipelines.intake.errors import DamagedWorkbook, WrongEncoding
from pipelines.intake.sniff import FileKind

DELIMITERS = ",\t;|"
CHUNK_ROWS = 50_000
# With more unreadable lines than one in so many a file is in another encoding.
BAD_LINES_SHARE = 10
# As many columns as a sheet can have.
COLUMNS_MAX = 16_384


def read_delimited(path: Path, kind: FileKind, encoding: str = "") -> Grid:
    """Return the file as one grid; `encoding` overrules what was sniffed (a layout may name it)."""
    chosen = encoding or kind.encoding
    try:
        text, bad_lines = _decode(path.read_bytes(), chosen, broken=kind.broken or bool(encoding))
    except LookupError as problem:
        raise WrongEncoding(file=path.name, tried=chosen, line=1) from problem
    if bad_lines and len(bad_lines) > max(1, text.count("\n") // BAD_LINES_SHARE):
        raise WrongEncoding(file=path.name, tried=chosen, line=bad_lines[0][0])
    # Excel's own first line sep=; names the delimiter and is no row; its line still counts.
    named = re.match(r"\ufeff?sep=(.)\r?\n", text)
    sign = named[1] if named else delimiter_of(text)
    text = text[named.end() - 1 :] if named else text
    try:
        frames = list(
            _frames(csv.reader(io.StringIO(text, newline=""), delimiter=sign), {line for line, _ in bad_lines})
        )
    except (csv.Error, OverflowError) as problem:
        raise DamagedWorkbook(file=path.name, detail=str(problem)[:120]) from problem
    frame = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={"row": pl.Int32, "cells": pl.Int32})
    declared = int(frame["row"].max() or 0) if frame.height else 0
    usual = frame["cells"].mode().max() if frame.height else 0
    return Grid(
        file=path.name,
        sheet="",
        frame=drop_blank_edges(frame),
        rows_declared=declared,
        encoding=chosen,
        bad_lines=tuple(bad_lines),
        odd_rows=tuple(frame.filter(pl.col("cells") != usual)["row"]),
    )


def _decode(content: bytes, encoding: str, *, broken: bool) -> tuple[str, list[tuple[int, str]]]:
    if not broken or encoding.startswith("utf-16"):
        # A file may begin as if it were in an encoding and go on otherwise.
        with suppress(UnicodeDecodeError):
            return content.decode(encoding), []
    if encoding.startswith("utf-16"):
        raise LookupError(encoding)
    lines, bad = [], []
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            lines.append(line.decode(encoding))
        except UnicodeDecodeError:
            bad.append((number, line.decode(encoding, errors="replace").strip()))
            lines.append("")
    return "\n".join(lines), bad


def delimiter_of(text: str) -> str:
    """Return the delimiter that splits the first lines most evenly."""
    lines = [line for line in text[:65_536].splitlines()[:50] if line.strip()]
    best, score = ",", 0.0
    for sign in DELIMITERS:
        counts = [len(row) - 1 for row in csv.reader(lines, delimiter=sign)]
        if not counts or not max(counts):
            continue
        usual, times = Counter(count for count in counts if count).most_common(1)[0]
        if usual * times / len(counts) > score:
            best, score = sign, usual * times / len(counts)
    return best


def _frames(reader: Iterator[list[str]], bad: set[int]) -> Iterator[pl.DataFrame]:
    numbers: list[int] = []
    rows: list[list[str]] = []
    # A row is known by its first line, as an editor counts; quoted line breaks make rows longer than a line.
    before = 0
    for row in reader:
        if before + 1 not in bad and row:
            numbers.append(before + 1)
            rows.append(row)
        before = reader.line_num
        if len(rows) >= CHUNK_ROWS:
            yield _frame(numbers, rows)
            numbers, rows = [], []
    if rows:
        yield _frame(numbers, rows)


def _frame(numbers: list[int], rows: list[list[str]]) -> pl.DataFrame:
    width = max(len(row) for row in rows)
    if width > COLUMNS_MAX:
        raise OverflowError(f"{width} columns")
    columns = [pl.Series("row", numbers, dtype=pl.Int32)]
    for column in range(width):
        values = [row[column] if column < len(row) else None for row in rows]
        columns.append(pl.Series(f"t{column}", values, dtype=pl.String))
    frame = pl.DataFrame(columns)
    filled = [
        pl.when(pl.col(f"t{n}").str.strip_chars() != "").then(pl.col(f"t{n}")).alias(f"t{n}") for n in range(width)
    ]
    frame = frame.with_columns(filled)
    kinds = [pl.when(pl.col(f"t{n}").is_not_null()).then(pl.lit("text", KIND)).alias(f"k{n}") for n in range(width)]
    cells = pl.Series("cells", [len(row) for row in rows], dtype=pl.Int32)
    return frame.with_columns(*kinds, cells)
