"""Tables that stand side by side on one sheet, taken apart; cells keep the rows and columns they have in the file."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from pipelines.intake.cells import KIND, Grid
from pipelines.intake.header import Header, find_header
from pipelines.intake.layout import Layout
from pipelines.intake.mapping import aliases_of, best_fit

LEAST_COLUMNS = 2


def tables_of(grid: Grid, layouts: Iterable[Layout]) -> list[Grid]:
    """Return the tables of a sheet, usually the one; a spacer column inside one table divides nothing.

    Divided is where the headers of one part repeat those of another, or where each part is a table of its own to some
    layout and no layout knows more columns of the whole than of its best part.
    """
    layouts = tuple(layouts)
    header = find_header(grid, aliases_of(layouts))
    if header is None:
        return [grid]
    parts = _repeated(header) or _apart(grid, header)
    if len(parts) < LEAST_COLUMNS:
        return [grid]
    made = [_only(grid, part) for part in parts]
    if _alike(header, parts):
        return [one for one in made if one.height]
    whole, each = best_fit(grid, layouts), [best_fit(one, layouts) for one in made]
    most = max((len(fit.found) for fit in each if fit is not None), default=0)
    if all(fit is not None and fit.accepted for fit in each) and (whole is None or len(whole.found) <= most):
        return made
    return [grid]


def _repeated(header: Header) -> list[range]:
    """Return the equal blocks of a header such as 编码 名称 编码 名称; nothing when there are none."""
    names = header.names
    width = len(names)
    for size in range(LEAST_COLUMNS, width // 2 + 1):
        if width % size == 0 and all(names[:size]) and names == names[:size] * (width // size):
            return [range(start, start + size) for start in range(0, width, size)]
    return []


def _apart(grid: Grid, header: Header) -> list[range]:
    """Return the groups of columns between columns that are empty from the header down."""
    below = grid.frame.filter(pl.col("row") >= header.first_row)
    empty = [below[f"t{n}"].null_count() == below.height for n in range(grid.width)]
    parts, start = [], None
    for column, blank in enumerate([*empty, True]):
        if not blank and start is None:
            start = column
        elif blank and start is not None:
            parts.append(range(start, column))
            start = None
    return parts if all(len(part) >= LEAST_COLUMNS for part in parts) else []


def _alike(header: Header, parts: list[range]) -> bool:
    """Return whether all parts have the headers of the first."""
    first = [header.names[column] for column in parts[0]]
    return any(first) and all([header.names[column] for column in part] == first for part in parts)


def _only(grid: Grid, part: range) -> Grid:
    """Return the grid with the cells of some columns only; the others are empty, so that letters stay true."""
    blank = [n for n in range(grid.width) if n not in part]
    frame = grid.frame.with_columns(
        *[pl.lit(None, pl.String).alias(f"t{n}") for n in blank], *[pl.lit(None, KIND).alias(f"k{n}") for n in blank]
    ).filter(pl.any_horizontal(pl.col([f"t{n}" for n in part]).is_not_null()))
    merges = tuple(area for area in grid.merges if area[1] in part)
    return replace(grid, frame=frame, merges=merges)
