"""Lineage of a sheet: the columns each field is read from, the rows left aside, and what was assumed in which cell."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from pipelines.intake.cells import letter
from pipelines.intake.layout import Also, Case, Column, Derive, Layout
from pipelines.intake.mapping import Fit
from pipelines.intake.pack import Sheet

VALUE, CONDITION = "value", "condition"
ASIDE = {"part": pl.Int32, "source_row": pl.Int32, "outcome": pl.String, "reason": pl.String, "target_key": pl.String}
NOTES = ("part", "source_row", "letter", "field", "code", "found")
ITEM_AMOUNT = "amount"
SIDES = ("debit", "credit")


@dataclass(frozen=True)
class Source:
    """One column a field is read from: its letter and header, whether it is the value or only decides, and the rule."""

    letter: str
    header: str
    role: str
    rule: str


@dataclass(frozen=True)
class Lineage:
    """What the books keep of where a batch came from: tables with their columns, rows beside their source, the rest."""

    parts: list[dict[str, Any]]
    aside: pl.DataFrame
    notes: pl.DataFrame
    origins: pl.DataFrame | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the arguments by which the act that loads takes them."""
        frames = {"origins": self.origins, "aside": self.aside, "notes": self.notes}
        return {name: frame for name, frame in frames.items() if frame is not None and frame.height}


@dataclass
class _Walk:
    layout: Layout
    found: Fit
    seen: set[str] = field(default_factory=set)


def sources_of(found: Fit) -> dict[str, list[Source]]:
    """Return field -> the columns it is read from, derived fields by way of those they are made of."""
    names = [*found.layout.columns, *found.layout.derive]
    return {name: _sources(name, _Walk(found.layout, found)) for name in dict.fromkeys(names)}


def _sources(name: str, walk: _Walk) -> list[Source]:
    if name in walk.seen:
        return []
    walk.seen.add(name)
    own, column, rule = [], walk.layout.columns.get(name), walk.layout.derive.get(name)
    place = walk.found.found.get(name)
    if column is not None and place is not None:
        own = [Source(letter(place), walk.found.header.names[place], VALUE, _how(column))]
    if rule is None:
        return own
    for each, role in _parts_of(rule):
        for source in _sources(each, _Walk(walk.layout, walk.found, set(walk.seen))):
            lesser = CONDITION if CONDITION in (role, source.role) else VALUE
            own.append(Source(source.letter, source.header, lesser, f"{_kind(rule)}({source.rule})"))
    return _once(own)


def _once(sources: Iterable[Source]) -> list[Source]:
    """Return each column once; one that is a value anywhere is a value."""
    best: dict[str, Source] = {}
    for source in sources:
        if source.letter not in best or (best[source.letter].role == CONDITION and source.role == VALUE):
            best[source.letter] = source
    return list(best.values())


def _how(column: Column) -> str:
    before = [
        name for name, used in (("split", column.split), ("map", column.map), ("fill", column.fill == "down")) if used
    ]
    return " > ".join([*before, column.parser])


def _kind(rule: Derive) -> str:
    return next(
        (name for name in ("multiply", "add", "subtract", "first_of", "join", "case") if getattr(rule, name)), "case"
    )


def _parts_of(rule: Derive) -> list[tuple[str, str]]:
    plain = rule.multiply or rule.add or rule.subtract or rule.first_of or rule.join or []
    return [(name, VALUE) for name in plain] + _of_cases(rule.case or [])


def _of_cases(cases: list[Case]) -> list[tuple[str, str]]:
    told = [(case.take, VALUE) for case in cases if case.take]
    return told + [(when.field, CONDITION) for case in cases for when in case.when]


def of_sheet(sheet: Sheet) -> Lineage:
    """Return the lineage of a sheet's own rows."""
    return Lineage([part_of(sheet)], aside_of(sheet, 0), notes_of(sheet, 0))


def of_further(sheet: Sheet, also: Also) -> Lineage:
    """Return the lineage of a further target made out of a sheet's rows; what was left aside is told once."""
    known = sources_of(sheet.fit)
    map_ = {name: known.get(source, []) for name, source in also.columns.items()}
    map_ |= {
        name: _once([s for each, _ in _of_cases(cases) for s in known.get(each, [])])
        for name, cases in also.case.items()
    }
    empty = aside_of(sheet, 0).clear()
    return Lineage([part_of(sheet, map_)], empty, notes_of(sheet, 0).clear())


def part_of(sheet: Sheet, sources: dict[str, list[Source]] | None = None) -> dict[str, Any]:
    """Return a table as the books keep it: file, sheet, header, layout, and its columns by field."""
    run = sheet.run
    columns = sources_of(sheet.fit) if sources is None else sources
    return {
        "file": run["file"], "file_hash": run["file_hash"], "sheet": run["sheet"], "layout": run["layout"],
        "header_row": sheet.fit.header.last_row,
        "columns": [
            {"field": name, "letter": one.letter, "header": one.header, "role": one.role, "rule": one.rule}
            for name, found in columns.items()
            for one in found
        ],
    }  # fmt: skip


def item_part(sheet: Sheet) -> dict[str, Any]:
    """Return the table of a list of open items: the amount of a row is the debit or the credit of its line."""
    sources = sources_of(sheet.fit)
    amounts = sources.pop(ITEM_AMOUNT, [])
    return part_of(sheet, sources | dict.fromkeys(SIDES, amounts))


def aside_of(sheet: Sheet, part: int) -> pl.DataFrame:
    """Return the rows of a sheet that were read and not loaded, with why."""
    batch = sheet.prepared.batch
    reject = batch.rejects.filter(pl.col("severity") == "reject").unique("row", keep="first", maintain_order=True)
    told = [
        batch.drops.select(source_row="row", outcome=pl.lit("dropped"), reason="reason"),
        reject.filter(pl.col("row") > 0).select(source_row="row", outcome=pl.lit("rejected"), reason="code"),
    ]
    return (
        pl.concat(told)
        .select(pl.lit(part).alias("part"), "source_row", "outcome", "reason", target_key=pl.lit(""))
        .cast(ASIDE)
    )


def notes_of(sheet: Sheet, part: int) -> pl.DataFrame:
    """Return what was assumed in which cell of the rows that are loaded."""
    batch = sheet.prepared.batch
    told = batch.rejects.filter((pl.col("severity") == "warn") & (pl.col("row") > sheet.fit.header.last_row))
    letters = batch.notes.get("letters", {})
    own = pl.col("field").replace_strict(letters, default="", return_dtype=pl.String) if letters else pl.lit("")
    place = pl.when(pl.col("column") == "").then(own).otherwise("column")
    return told.select(
        pl.lit(part, pl.Int32).alias("part"), source_row="row", letter=place, field="field", code="code", found="found"
    ).select(NOTES)
