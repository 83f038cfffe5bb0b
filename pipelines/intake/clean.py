"""Clean: every field read by its reader, plain cells in one sweep, the distinct rest one by one."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.intake.cells import KIND
from pipelines.intake.layout import Column
from pipelines.intake.mapping import Fit
from pipelines.intake.months import Month, named_month
from pipelines.intake.parsers import PARSERS
from pipelines.step import REJECTS, Batch

# What a cell is for its reader: as in the file, or a value that the layout's map does not know.
CELL_KIND = pl.Enum([*KIND.categories, "unmapped"])
SAMPLE = 4_096


@dataclass(frozen=True)
class Read:
    """The values of one field in row order, and the codes where something was wrong or assumed."""

    values: pl.Series
    codes: pl.DataFrame


def cleaned(batch: Batch, found: Fit) -> Batch:
    """Return the batch with typed values instead of texts; what could not be read is an issue and empty."""
    values = [batch.frame["row"]]
    issues = []
    month = named_month(found.grid, found.header)
    for field, given in found.layout.columns.items():
        column = _dated(given, month, missing=field not in found.found)
        read = read_field(batch.frame, field, column, unit=found.header.units.get(found.found.get(field, -1), ""))
        values.append(read.values.alias(field))
        if read.codes.height:
            issues.append(_issues(read.codes, field, batch.notes["letters"].get(field, ""), column))
        missing = _missing(batch.frame["row"], read, field, column, found)
        if missing.height:
            issues.append(_issues(missing, field, batch.notes["letters"].get(field, ""), column))
    batch = batch.with_frame(pl.DataFrame(values))
    return batch.reject(pl.concat(issues)) if issues else batch


def _dated(column: Column, month: Month | None, *, missing: bool) -> Column:
    """Return the column with what the sheet's name says: the date where there is no column, the year where it lacks."""
    if month is None or column.parser not in ("date", "moment", "period"):
        return column
    if missing and column.sheet_name:
        return column.model_copy(update={"const": month.text(column.parser, str(column.options.get("day", "")))})
    if column.parser != "period" and "default_year" not in column.options:
        return column.model_copy(update={"parse": {column.parser: column.options | {"default_year": month.year}}})
    return column


def read_field(frame: pl.DataFrame, field: str, column: Column, *, unit: str = "") -> Read:
    """Return one field of a mapped frame (columns `field`, `field__kind`, row) read by its layout column."""
    parser = PARSERS[column.parser]
    options = dict(column.options) | ({"unit": unit} if unit and column.parser in ("amount", "price") else {})
    cells = _prepared(frame.select("row", text=field, kind=f"{field}__kind"), column)
    if parser.fast and _varied(cells):
        values, codes = _swept(cells, column, options)
    else:
        values, codes = _looked_up(cells, column, options)
    if column.default is not None:
        value, _ = parser.one(column.default, "text", options)
        fill = pl.lit(pl.Series([value], dtype=parser.dtype)[0], parser.dtype)
        values = values.to_frame("value").select(pl.col("value").fill_null(fill)).to_series()
    return Read(values, codes)


def _varied(cells: pl.DataFrame) -> bool:
    """Return whether most cells differ, so that looking for the distinct ones first would only cost time."""
    tried = cells["text"].head(SAMPLE)
    return len(tried) == SAMPLE and tried.n_unique() > SAMPLE // 8


def _looked_up(cells: pl.DataFrame, column: Column, options: dict) -> tuple[pl.Series, pl.DataFrame]:
    """Return values and codes of all cells by reading each distinct one once."""
    known = _read_distinct(cells.select("text", "kind").unique(), column, options)
    read = cells.join(known, on=["text", "kind"], how="left", maintain_order="left", nulls_equal=True)
    return read["value"], _coded(read)


def _swept(cells: pl.DataFrame, column: Column, options: dict) -> tuple[pl.Series, pl.DataFrame]:
    """Return values and codes of all cells: the plain ones in one sweep, the others by reading each distinct one."""
    plain, value = PARSERS[column.parser].fast(pl.col("text"), pl.col("kind"), options)
    tried = cells.select(value=value, good=plain & pl.col("text").is_not_null())
    good = (tried["good"] & tried["value"].is_not_null()).fill_null(value=False)
    if good.all():
        return tried["value"], _coded(cells.clear().with_columns(code=pl.lit("")))
    others = cells.filter(~good)
    known = _read_distinct(others.select("text", "kind").unique(), column, options)
    read = others.join(known, on=["text", "kind"], how="left", maintain_order="left", nulls_equal=True)
    order = np.arange(cells.height)
    order[(~good).to_numpy()] = cells.height + np.arange(others.height)
    return pl.concat([tried["value"], read["value"]]).gather(order), _coded(read)


def _coded(read: pl.DataFrame) -> pl.DataFrame:
    return read.filter(pl.col("code") != "").select("row", "code", found="text")


def _prepared(cells: pl.DataFrame, column: Column) -> pl.DataFrame:
    """Return the cells with constants, parts of a cell, fills and value maps applied."""
    if column.const is not None:
        return cells.with_columns(text=pl.lit(column.const), kind=pl.lit("text", CELL_KIND))
    cells = cells.with_columns(pl.col("kind").cast(CELL_KIND))
    if column.split:
        parts = pl.col("text").str.split(column.split.by)
        part = parts.list.get(column.split.part - 1, null_on_oob=True)
        if column.split.if_first is not None:
            part = pl.when(parts.list.get(0).str.strip_chars() == column.split.if_first).then(part)
        cells = cells.with_columns(text=part)
    if column.fill == "down":
        cells = cells.with_columns(pl.col("text", "kind").forward_fill())
    if column.split:
        blank = pl.col("text").str.strip_chars() == ""
        cells = cells.with_columns(text=pl.when(~blank).then("text"), kind=pl.when(~blank).then("kind"))
    if column.map:
        key = pl.col("text").str.strip_chars()
        mapped = key.replace_strict(column.map, default=None, return_dtype=pl.String)
        other = {"keep": pl.col("text"), "blank": pl.lit(None, pl.String), "reject": pl.col("text")}[column.unmapped]
        kind = pl.when(mapped.is_not_null()).then(pl.lit("text", CELL_KIND)).otherwise("kind")
        if column.unmapped == "reject":
            kind = pl.when(mapped.is_null() & key.is_not_null()).then(pl.lit("unmapped", CELL_KIND)).otherwise(kind)
        cells = cells.with_columns(text=pl.coalesce(mapped, other), kind=kind)
    return cells


def _read_distinct(cells: pl.DataFrame, column: Column, options: dict) -> pl.DataFrame:
    """Return each distinct cell with its value and code; empty cells have neither, unless the reader says otherwise."""
    parser = PARSERS[column.parser]
    parts = []
    filled = cells.filter(pl.col("text").is_not_null() & (pl.col("kind") != "unmapped"))
    if parser.fast:
        plain, value = parser.fast(pl.col("text"), pl.col("kind"), options)
        # One projection for both, so that the same patterns run once.
        tried = filled.with_columns(value=value, plain=plain, code=pl.lit(""))
        swept = tried.filter(pl.col("plain") & pl.col("value").is_not_null()).drop("plain")
        parts.append(swept)
        filled = filled.join(swept, on=["text", "kind"], how="anti")
    if filled.height:
        answers = [parser.one(text, kind, options) for text, kind in filled.iter_rows()]
        parts.append(
            filled.with_columns(
                pl.Series("value", [value for value, _ in answers], dtype=parser.dtype),
                pl.Series("code", [code for _, code in answers], dtype=pl.String),
            )
        )
    unmapped = cells.filter(pl.col("kind") == "unmapped")
    if unmapped.height:
        parts.append(unmapped.with_columns(value=pl.lit(None, parser.dtype), code=pl.lit("E_VALUE_UNMAPPED")))
    empty = cells.filter(pl.col("text").is_null())
    parts.append(empty.with_columns(value=pl.lit(None, parser.dtype), code=pl.lit("")))
    return pl.concat(parts)


def _missing(rows: pl.Series, read: Read, field: str, column: Column, found: Fit) -> pl.DataFrame:
    """Return the rows where a required field is empty and no other reason was given already."""
    if not column.required or not read.values.null_count():
        return read.codes.clear()
    code = "E_KEY_MISSING" if field in found.layout.key else "E_REQUIRED"
    empty = pl.DataFrame({"row": rows}).filter(read.values.is_null())
    told = read.codes.filter(pl.col("code").str.starts_with("E_")).select("row")
    empty = empty.join(told, on="row", how="anti", maintain_order="left")
    return empty.with_columns(code=pl.lit(code), found=pl.lit(""))


def _issues(codes: pl.DataFrame, field: str, letters: str, column: Column) -> pl.DataFrame:
    rejected = pl.col("code").str.starts_with("E_")
    severity = (
        pl.lit("warn")
        if column.on_reject == "blank" and not column.required
        else (pl.when(rejected).then(pl.lit("reject")).otherwise(pl.lit("warn")))
    )
    return codes.select(
        pl.col("row").cast(pl.Int32),
        pl.lit(field).alias("field"),
        pl.lit(letters).alias("column"),
        "code",
        severity.alias("severity"),
        pl.col("found").str.strip_chars().str.head(200),
    ).cast(REJECTS)
