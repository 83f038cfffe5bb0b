"""A sheet as it stands in the file: every cell a kind and a text, so that a number and a text are never confused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from math import isfinite
from typing import Any

import polars as pl

KIND = pl.Enum(["text", "number", "date", "bool", "error"])


# Two grids are never compared cell by cell; by identity they can be remembered.
@dataclass(frozen=True, eq=False)
class Grid:
    """One sheet: frame has `row` (1-based, as the file counts) and per column `t<n>` (text) and `k<n>` (kind).

    Rows without any value are not in the frame; `rows_declared` says how far the sheet claims to reach.
    """

    file: str
    sheet: str
    frame: pl.DataFrame
    rows_declared: int = 0
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    struck_rows: tuple[int, ...] = ()
    hidden: bool = False
    encoding: str = ""
    bad_lines: tuple[tuple[int, str], ...] = ()
    odd_rows: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return (self.frame.width - 1) // 2

    @property
    def height(self) -> int:
        """Return the number of rows that hold something."""
        return self.frame.height


@cache
def letter(column: int) -> str:
    """Return the spreadsheet letter of a 0-based column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def column_index(letters: str) -> int:
    """Return the 0-based column of a spreadsheet letter."""
    index = 0
    for sign in letters:
        index = index * 26 + ord(sign) - 64
    return index - 1


def plain_number(text: str) -> str:
    """Return the shortest text that stands for the same double, without exponent: 2.5499999999999998 is 2.55."""
    value = float(text)
    if not isfinite(value):
        return text
    shortest = format(Decimal(repr(value)), "f")
    return shortest.rstrip("0").rstrip(".") if "." in shortest else shortest


def plain_numbers(text: pl.Series) -> pl.Series:
    """Return number texts in their shortest form; only the distinct unusual ones cost Python time."""
    # Plain searches for single signs: a pattern over millions of numbers takes five times as long.
    signs = pl.col("n").str
    ended = (signs.ends_with("0") | signs.ends_with(".")) & signs.contains(".", literal=True)
    exponent = signs.contains("E", literal=True) | signs.contains("e", literal=True)
    odd = signs.starts_with("+") | signs.starts_with(" ") | signs.contains("n", literal=True)
    unusual = text.to_frame("n").select(ended | exponent | odd | (signs.len_bytes() > 15)).to_series()
    if not unusual.any():
        return text
    distinct = text.filter(unusual).unique()
    fixed = pl.Series([plain_number(value) for value in distinct], dtype=pl.String)
    return text.replace(distinct, fixed)


@lru_cache(1 << 16)
def serial_text(serial: str, *, epoch_1904: bool) -> str:
    """Return the moment a date serial stands for, as 2023-01-05 or 2023-01-05 08:30:00; the serial itself if none."""
    days = float(serial)
    if epoch_1904:
        days += 1462
    if days < 1 or 60 <= days < 61 or days > 2958465:
        return serial
    start = datetime(1899, 12, 30) if days >= 61 else datetime(1899, 12, 31)
    return moment_text(start + timedelta(seconds=round(days * 86400)))


def moment_text(moment: date | datetime) -> str:
    """Return a date, or a date and time when the time is not midnight, as ISO text."""
    if isinstance(moment, datetime):
        if moment.time() == time(0):
            return moment.date().isoformat()
        return moment.isoformat(sep=" ", timespec="seconds")
    return moment.isoformat()


def typed(value: Any) -> tuple[str | None, str | None]:
    """Return (kind, text) of a Python cell value; (None, None) for an empty one."""
    if value is None or value == "":
        return None, None
    if isinstance(value, bool):
        return "bool", "1" if value else "0"
    if isinstance(value, (int, float)):
        return "number", plain_number(repr(value)) if isinstance(value, float) else str(value)
    if isinstance(value, (datetime, date)):
        return "date", moment_text(value)
    if isinstance(value, time):
        return "date", f"1899-12-31 {value.isoformat(timespec='seconds')}"
    if isinstance(value, timedelta):
        return "number", plain_number(repr(value.total_seconds() / 86400))
    text = str(value)
    return ("text", text) if text.strip() else (None, None)


def grid_frame(rows: Iterable[tuple[int, Sequence[tuple[str | None, str | None]]]], width: int) -> pl.DataFrame:
    """Return the frame of a grid from (row number, cells as (kind, text)); blank rows are left out."""
    numbers: list[int] = []
    texts: list[list[str | None]] = [[] for _ in range(width)]
    kinds: list[list[str | None]] = [[] for _ in range(width)]
    for number, cells in rows:
        if all(kind is None for kind, _ in cells):
            continue
        numbers.append(number)
        for column in range(width):
            kind, text = cells[column] if column < len(cells) else (None, None)
            texts[column].append(text)
            kinds[column].append(kind)
    columns = [pl.Series("row", numbers, dtype=pl.Int32)]
    for column in range(width):
        columns.append(pl.Series(f"t{column}", texts[column], dtype=pl.String))
        columns.append(pl.Series(f"k{column}", kinds[column], dtype=KIND))
    return pl.DataFrame(columns)


def drop_blank_edges(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without empty trailing columns and without rows that hold nothing."""
    width = (frame.width - 1) // 2
    while width and frame[f"t{width - 1}"].null_count() == frame.height:
        width -= 1
    keep = [name for column in range(width) for name in (f"t{column}", f"k{column}")]
    frame = frame.select("row", *keep)
    if not width:
        return frame.clear()
    filled = frame.select(pl.any_horizontal(pl.col(r"^t\d+$").is_not_null())).to_series()
    return frame if filled.all() else frame.filter(filled)
