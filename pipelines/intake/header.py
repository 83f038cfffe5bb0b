"""Where the table of a sheet begins: titles above it, headers over two or three rows, units in the header."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from pipelines.intake.cells import Grid
from pipelines.intake.parsers.kinds import folded

ROWS_TRIED = 40
HEADER_ROWS = 3
# A name that a layout knows weighs more than any looks.
HIT = 3
# Of two rows that look alike the upper one is the header.
LATER = 0.05
FIGURES = re.compile(r"[\d.,:/\-¥%]+")
UNIT = re.compile(r"[(\[](元|千元|万元|百万元|亿元|人民币元|rmb|%)[)\]]$")
SHEET_UNIT = re.compile(r"单位\s*[::]\s*(元|千元|万元|百万元|亿元)")
MARKS = re.compile(r"\((必填|选填|必输|可选|必录)\)|\*|★|※")


@dataclass(frozen=True)
class Header:
    """Where the header stands and what each column is called: normal name -> 0-based column."""

    first_row: int
    last_row: int
    names: tuple[str, ...]
    units: Mapping[int, str]
    doubled: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, int]:
        """Return name -> column; of equal names the first has the name, the next is called name_2."""
        found: dict[str, int] = {}
        for column, name in enumerate(self.names):
            if not name:
                continue
            times = 1
            while (each := name if times == 1 else f"{name}_{times}") in found:
                times += 1
            found[each] = column
        return found


# Thirty layouts look at the same first rows of a sheet; what the rows look like is found out once.
REMEMBERED: WeakKeyDictionary[Grid, tuple[list[tuple[Header, frozenset[str], float]], str]] = WeakKeyDictionary()


@lru_cache(1 << 16)
def plain_name(text: str) -> str:
    """Return a header text by which it is compared: no blanks, marks, units or case."""
    name = re.sub(r"\s+", "", folded(text)).lower()
    name = MARKS.sub("", name)
    return UNIT.sub("", name).rstrip(":")


@lru_cache(1 << 16)
def unit_of(text: str) -> str:
    """Return the unit a header names in brackets: 金额(万元)."""
    found = UNIT.search(MARKS.sub("", re.sub(r"\s+", "", folded(text)).lower()))
    return found[1] if found and found[1] not in ("rmb", "人民币元", "%") else ""


def find_header(grid: Grid, aliases: Collection[str]) -> Header | None:
    """Return the header that names most of the aliases, over one to three rows; None when no row looks like one."""
    candidates, sheet_unit = _candidates(grid)
    best, best_score = None, 0.0
    for header, names, looks in candidates:
        score = looks + HIT * sum(name in aliases for name in names)
        if score > best_score:
            best, best_score = header, score
    if best and sheet_unit:
        units = dict.fromkeys(range(grid.width), sheet_unit) | dict(best.units)
        best = Header(best.first_row, best.last_row, best.names, units, best.doubled)
    return best


def _candidates(grid: Grid) -> tuple[list[tuple[Header, frozenset[str], float]], str]:
    """Return the rows that may be a header with their names and how much they look like one, and the sheet's unit."""
    if grid in REMEMBERED:
        return REMEMBERED[grid]
    rows = grid.frame.head(ROWS_TRIED)
    found, sheet_unit = [], ""
    for index in range(rows.height):
        values = rows.row(index, named=True)
        texts = [values[f"t{column}"] or "" for column in range(grid.width)]
        for text in texts:
            sheet_unit = sheet_unit or _sheet_unit(text)
        if sum(bool(text) for text in texts) < min(2, grid.width):
            continue
        kinds = [values[f"k{column}"] for column in range(grid.width)]
        for header in _readings(grid, index, texts):
            names = frozenset(name for name in header.names if name)
            if names:
                found.append((header, names, _looks(header, kinds) - index * LATER))
    REMEMBERED[grid] = found, sheet_unit
    return found, sheet_unit


@lru_cache(1 << 16)
def _sheet_unit(text: str) -> str:
    found = SHEET_UNIT.search(folded(text))
    return found[1] if found and found[1] != "元" else ""


def _readings(grid: Grid, index: int, texts: list[str]) -> list[Header]:
    """Return the row read alone, and joined with the next one or two rows when cells above are merged."""
    row = grid.frame["row"][index]
    found = [_header(row, row, texts)]
    spread, row_now = list(texts), row
    for deeper in range(1, HEADER_ROWS):
        merged = [area for area in grid.merges if area[0] <= row_now <= area[2]]
        if index + deeper >= grid.height or not merged:
            break
        below = grid.frame.row(index + deeper, named=True)
        if below["row"] != row_now + 1:
            break
        spread = _joined(_spread(spread, merged, row_now), [below[f"t{n}"] or "" for n in range(grid.width)])
        row_now = below["row"]
        found.append(_header(row, row_now, spread))
    return found


def _spread(texts: list[str], merged: list[tuple[int, int, int, int]], row: int) -> list[str]:
    """Return the texts of a row with those of horizontally merged cells over all their columns."""
    spread = list(texts)
    for first, left, _, right in merged:
        if first == row and right > left:
            for column in range(left, min(right + 1, len(spread))):
                spread[column] = spread[left]
    return spread


def _joined(above: list[str], below: list[str]) -> list[str]:
    return [
        f"{one}/{under}" if one and under and one.rsplit("/", 1)[-1] != under else one or under
        for one, under in zip(above, below, strict=True)
    ]


def _header(first: int, last: int, texts: list[str]) -> Header:
    names = tuple(plain_name(text) for text in texts)
    counts = Counter(name for name in names if name)
    return Header(
        first,
        last,
        names,
        {column: unit_of(text) for column, text in enumerate(texts) if unit_of(text)},
        tuple(name for name, times in counts.items() if times > 1),
    )


def _looks(header: Header, kinds: list[str | None]) -> float:
    names = [name for name in header.names if name]
    worded = [kind == "text" and not FIGURES.fullmatch(name) for kind, name in zip(kinds, header.names, strict=True)]
    texts = sum(worded) / max(1, sum(kind is not None for kind in kinds))
    distinct = len(set(names)) / len(names)
    short = sum(len(name) <= 16 for name in names) / len(names)
    # Without any known name a wide row of short, different texts still looks like a header.
    return texts + distinct + short + min(len(names), 8) / 8
