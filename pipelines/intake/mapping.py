"""Map: which layout fits a sheet, and the sheet's columns as the layout's fields, still as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

import polars as pl

from pipelines.intake.cells import KIND, Grid, letter
from pipelines.intake.header import Header, find_header, plain_name
from pipelines.intake.layout import Column, Layout
from pipelines.intake.rows import Body, body_of
from pipelines.step import REJECTS, Batch

# Columns of our own in a file of failed rows: where each row came from, and why it came back.
SOURCE_MARK = "__source"
ISSUES_MARK = "__issues"
BARE = frozenset(["编码", "编号", "代码", "名称", "code", "name", "no", "id", "单据号", "日期", "数量", "金额", "余额"])


@dataclass(frozen=True)
class Fit:
    """How well a layout fits a sheet: field -> column found, fields without one, headers nobody asked for."""

    layout: Layout
    grid: Grid
    header: Header
    found: dict[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def wanted(self) -> int:
        """Return how many fields the layout takes from the sheet."""
        return len(self.found) + len(self.missing)

    @property
    def share(self) -> float:
        """Return the share of the layout's fields that were found."""
        return len(self.found) / self.wanted if self.wanted else 0.0

    @property
    def accepted(self) -> bool:
        """Return whether the layout may be used: everything it requires is there, and enough of the rest."""
        names = self.header.columns
        required = all(plain_name(name) in names for name in self.layout.match.require)
        fields = all(name in self.found for name, column in self.layout.columns.items() if needs(column))
        enough = self.share >= self.layout.match.min_hit and len(set(self.found.values())) >= min(2, self.wanted)
        enough = enough and (
            not self.layout.match.any_of or any(name in self.found for name in self.layout.match.any_of)
        )
        return required and fields and enough and self._sheet_fits and self._name_fits

    @property
    def _sheet_fits(self) -> bool:
        return not self.grid.sheet or fnmatchcase(self.grid.sheet, self.layout.match.sheet)

    @property
    def _name_fits(self) -> bool:
        return self.named or not (self.layout.match.by_name or self._bare)

    @property
    def _bare(self) -> bool:
        """Whether the required fields were found only by names that every kind of list has."""
        needed = [self.header.names[self.found[name]] for name, column in self.layout.columns.items() if needs(column)]
        return bool(needed) and all(name in BARE for name in needed)

    @property
    def named(self) -> bool:
        """Return whether a word of the layout stands in the name of the file or sheet, or in the title."""
        words = self.layout.match.words
        if not words:
            return False
        above = self.grid.frame.head(10).filter(pl.col("row") < self.header.first_row)
        titles = above.select(
            pl.concat_str([pl.col(f"t{n}").fill_null("") for n in range(self.grid.width)])
        ).to_series()
        place = " ".join([self.grid.file, self.grid.sheet, *titles]).lower()
        return any(word.lower() in place for word in words)

    @property
    def score(self) -> float:
        """Return by what the best of several layouts is chosen: fields found, then share, words of file and sheet.

        Of two that find the same, the one that asks for headers of its own is meant for the file.
        """
        own = 0.5 if self.layout.match.require else 0
        return own + len(self.found) + self.share + (3 if self.named else 0) - len(self.unknown) * 0.1


def needs(column: Column) -> bool:
    """Return whether a field must have a column in the sheet."""
    elsewhere = column.default is not None or column.const is not None or column.sheet_name
    return column.required and bool(column.source) and not elsewhere


def aliases_of(layouts: Iterable[Layout]) -> set[str]:
    """Return every header name the layouts know."""
    return {plain_name(name) for layout in layouts for column in layout.columns.values() for name in column.source}


def fit(grid: Grid, layout: Layout, header: Header | None = None) -> Fit | None:
    """Return how a layout fits a sheet; None when the sheet shows no header at all."""
    header = header or find_header(grid, aliases_of([layout]))
    if header is None:
        return None
    names = header.columns
    found, missing = {}, []
    for field, column in layout.columns.items():
        if not column.source:
            continue
        places = [names[plain_name(name)] for name in column.source if plain_name(name) in names]
        if places:
            found[field] = places[0]
        elif column.default is None or column.required:
            missing.append(field)
    used = set(found.values())
    unknown = tuple(
        name for name, place in names.items() if place not in used and name not in (SOURCE_MARK, ISSUES_MARK)
    )
    return Fit(layout, grid, header, found, tuple(missing), unknown)


def best_fit(grid: Grid, layouts: Iterable[Layout]) -> Fit | None:
    """Return the fit of the layout that suits a sheet best, accepted ones first; None when there is no header."""
    fits = [found for layout in layouts if (found := fit(grid, layout)) is not None]
    return max(fits, key=lambda found: (found.accepted, found.score), default=None)


def mapped(found: Fit) -> Batch:
    """Return the data rows of a sheet under the layout's field names, each with its kind, and what was left out."""
    body = body_of(found.grid, found.header)
    columns = [pl.col("row")]
    for field in found.layout.columns:
        place = found.found.get(field)
        if place is None:
            columns += [pl.lit(None, pl.String).alias(field), pl.lit(None, KIND).alias(f"{field}__kind")]
        else:
            columns += [pl.col(f"t{place}").alias(field), pl.col(f"k{place}").alias(f"{field}__kind")]
    batch = Batch(body.frame.select(columns)).drop(body.dropped)
    batch = batch.note(
        read=body.frame.height + body.dropped.height + len(_bad_below(found)),
        totals=_totals(found, body),
        letters={field: letter(place) for field, place in found.found.items()},
    )
    batch = batch.reject(_unreadable(found)).reject(_odd_widths(found, body))
    batch = batch.reject(_told(body, found.grid.hidden_rows, "W_HIDDEN_ROW"))
    batch = batch.reject(_told(body, found.grid.struck_rows, "W_STRIKETHROUGH")).reject(_doubled(found))
    return _as_before(batch, found, body)


def _as_before(batch: Batch, found: Fit, body: Body) -> Batch:
    """Return rows that come back from a file of failed rows under the number, file and sheet they had there."""
    place = found.header.columns.get(SOURCE_MARK)
    if place is None or batch.frame.is_empty():
        return batch
    marks = body.frame.select("row", origin=pl.col(f"t{place}").str.split("|"))
    marks = marks.filter(pl.col("origin").list.len() == 3)
    first = marks.select(pl.col("origin").list.first(), sheet=pl.col("origin").list.get(1)).unique()
    if first.height != 1:
        return batch
    numbers = marks.select("row", before=pl.col("origin").list.get(2).cast(pl.Int32))
    frame = batch.frame.join(numbers, on="row", how="left", maintain_order="left")
    frame = frame.with_columns(row=pl.coalesce("before", "row")).drop("before")
    return batch.with_frame(frame).note(origin={"file": first["origin"][0], "sheet": first["sheet"][0]})


def _bad_below(found: Fit) -> list[tuple[int, str]]:
    return [(row, text) for row, text in found.grid.bad_lines if row > found.header.last_row]


def _unreadable(found: Fit) -> pl.DataFrame:
    """Return the lines that could not be decoded; they are in no frame, so they are counted from here."""
    rows = [(row, "", "", "E_ENCODING", "reject", text[:200]) for row, text in _bad_below(found)]
    return (
        pl.DataFrame(rows, schema=["row", "field", "column", "code", "severity", "found"], orient="row")
        if rows
        else _none()
    )


def _odd_widths(found: Fit, body: Body) -> pl.DataFrame:
    odd = body.frame.filter(pl.col("row").is_in(list(found.grid.odd_rows)))
    if odd.is_empty():
        return _none()
    return odd.select(
        "row", field=pl.lit(""), column=pl.lit(""), code=pl.lit("E_ROW_WIDTH"), severity=pl.lit("reject"),
        found=pl.concat_str([pl.col(f"t{n}").fill_null("") for n in range(found.grid.width)], separator="|"),
    )  # fmt: skip


def _told(body: Body, rows: tuple[int, ...], code: str) -> pl.DataFrame:
    """Return a warning per row that is hidden or struck out: it is taken, but may have been meant to stay out."""
    if not rows:
        return _none()
    told = {"field": "", "column": "", "code": code, "severity": "warn", "found": ""}
    there = body.frame.filter(pl.col("row").is_in(list(rows))).select("row")
    return there.with_columns(pl.lit(text).alias(name) for name, text in told.items()) if there.height else _none()


def _doubled(found: Fit) -> pl.DataFrame:
    """Return a warning per header that stands over more than one column and is read from the first of them."""
    used = {found.header.names[place] for place in found.found.values()}
    rows = [
        (found.header.last_row, "", letter(column), "W_DUPLICATE_HEADER", "warn", name)
        for name, column in found.header.columns.items()
        if found.header.names[column] in used and name != found.header.names[column]
    ]
    return pl.DataFrame(rows, schema=REJECTS, orient="row") if rows else _none()


def _none() -> pl.DataFrame:
    return Batch(pl.DataFrame()).rejects


def _totals(found: Fit, body: Body) -> list[dict[str, object]]:
    """Return what the sheet's own total rows say: row, kind, field, text."""
    if body.totals.is_empty():
        return []
    rows = body.totals.join(found.grid.frame, on="row", how="left", maintain_order="left")
    said = []
    for row in rows.iter_rows(named=True):
        for field, place in found.found.items():
            parser = found.layout.columns[field].parser
            if parser in ("amount", "quantity") and row[f"k{place}"]:
                said.append({"row": row["row"], "kind": row["reason"], "field": field, "text": row[f"t{place}"]})
    return said
