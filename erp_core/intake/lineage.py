"""Where loaded rows came from and where they went: addresses of rows, maps of columns, links to lines and moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.intake.refusals import AddressesUnfit

ROW = "row"
ORIGINS = {ROW: pl.Int32, "part": pl.Int32, "source_row": pl.Int32}
ASIDE = {"part": pl.Int32, "source_row": pl.Int32, "outcome": pl.String, "reason": pl.String, "target_key": pl.String}
NOTES = {
    "part": pl.Int32, "source_row": pl.Int32, "letter": pl.String, "field": pl.String, "code": pl.String,
    "found": pl.String,
}  # fmt: skip
LINKS = {ROW: pl.Int32, "kind": pl.String, "target_id": pl.Int64, "line": pl.Int32, "fields": pl.String}
PART = {"file": "", "file_hash": "", "sheet": "", "header_row": 0, "layout": ""}
COLUMN = ("field", "letter", "header", "role", "rule")
OUTCOMES, ROLES = ("dropped", "rejected", "checked"), ("value", "condition")
Table = pl.DataFrame | list[dict[str, Any]] | None


@dataclass(frozen=True)
class Entered:
    """What came of rows that were entered, and the lines or moves they became (row, kind, target_id, line, fields)."""

    result: Any
    links: pl.DataFrame


@dataclass(frozen=True)
class Addresses:
    """Whence the rows of a batch: the tables they were read from, each row's place there, and the rows left aside."""

    parts: list[dict[str, Any]]
    origins: pl.DataFrame | None
    aside: pl.DataFrame
    notes: pl.DataFrame

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with part and source_row beside their own number."""
        if self.origins is None:
            return rows.with_columns(pl.lit(0, pl.Int32).alias("part"), pl.col(ROW).cast(pl.Int32).alias("source_row"))
        return rows.join(self.origins, on=ROW, how="left", maintain_order="left")


def no_links() -> pl.DataFrame:
    """Links of rows that are no lines and no moves."""
    return pl.DataFrame(schema=LINKS)


def addresses(rows: pl.DataFrame, run: dict[str, Any], origins: Table, aside: Table, notes: Table) -> Addresses:
    """The addresses of a batch as given; rows of which nothing is said are where their number says, in the first part.

    run: parts, a list of file, file_hash, sheet, header_row, layout and columns (field, letter, header, role, rule); a
    run without parts is one part by its own file, file_hash, sheet and layout.
    """
    parts = run.get("parts") or [{name: run.get(name, none) for name, none in PART.items()}]
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise AddressesUnfit(what="parts")
    placed = None if origins is None else _shaped(origins, ORIGINS, "origins")
    found = Addresses(parts, placed, _shaped(aside, ASIDE, "aside"), _shaped(notes, NOTES, "notes"))
    for name, frame in (("origins", placed), ("aside", found.aside), ("notes", found.notes)):
        if frame is not None and not frame["part"].is_between(0, len(parts) - 1).all():
            raise AddressesUnfit(what=f"{name}.part")
    if not found.aside["outcome"].is_in(OUTCOMES).all():
        raise AddressesUnfit(what="aside.outcome")
    if placed is not None and (placed[ROW].is_duplicated().any() or rows.join(placed, on=ROW, how="anti").height):
        raise AddressesUnfit(what="origins.row")
    return found


def _shaped(given: Table, schema: dict[str, Any], name: str) -> pl.DataFrame:
    if given is None:
        return pl.DataFrame(schema=schema)
    try:
        frame = pl.DataFrame(given, infer_schema_length=None)
        if frame.is_empty() and not frame.width:
            return pl.DataFrame(schema=schema)
        shaped = frame.select(pl.col(column).cast(kind) for column, kind in schema.items())
    except (pl.exceptions.PolarsError, TypeError, ValueError) as problem:
        raise AddressesUnfit(what=name) from problem
    if sum(shaped.null_count().row(0)):
        raise AddressesUnfit(what=name)
    return shaped


def write(session: Session, run_id: str, known: Addresses, fresh: pl.DataFrame, links: pl.DataFrame) -> None:
    """Keep where the fresh rows (row) came from, which columns, what they became, and what was left aside."""
    session.insert("intake_part", _parts(run_id, known.parts))
    columns = _columns(run_id, known.parts)
    if columns.height:
        session.insert("intake_column", columns)
    if links.height:
        linked = known.placed(links.cast(LINKS))
        session.insert("intake_link", linked.select("part", "source_row", *list(LINKS)[1:]), run_id=run_id)
    if known.aside.height:
        session.insert("intake_aside", known.aside, run_id=run_id)
    if known.notes.height:
        places = known.placed(fresh.select(ROW))
        notes = known.notes.join(places, on=["part", "source_row"], how="semi", maintain_order="left")
        session.insert("intake_note", notes, run_id=run_id)


def _parts(run_id: str, parts: list[dict[str, Any]]) -> pl.DataFrame:
    try:
        rows = [
            {"run_id": run_id, "part": number} | {name: type(none)(part.get(name, none)) for name, none in PART.items()}
            for number, part in enumerate(parts)
        ]
    except (TypeError, ValueError) as problem:
        raise AddressesUnfit(what="parts") from problem
    return pl.DataFrame(rows, schema_overrides={"part": pl.Int32, "header_row": pl.Int32})


def _columns(run_id: str, parts: list[dict[str, Any]]) -> pl.DataFrame:
    try:
        rows = [
            {"run_id": run_id, "part": number} | {name: str(column[name]) for name in COLUMN}
            for number, part in enumerate(parts)
            for column in part.get("columns") or []
        ]
    except (TypeError, KeyError) as problem:
        raise AddressesUnfit(what="parts.columns") from problem
    if any(row["role"] not in ROLES for row in rows):
        raise AddressesUnfit(what="parts.columns.role")
    schema = {"run_id": pl.String, "part": pl.Int32, **dict.fromkeys(COLUMN, pl.String)}
    return pl.DataFrame(rows, schema=schema).unique(["part", "field", "letter"], keep="first", maintain_order=True)
