"""What a caller hands in: one document as a dict, many as a frame, brought to the columns and types of the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal

Given = pl.DataFrame | list[dict[str, Any]] | dict[str, Any]
ONE = "1"


class NoSuchColumn(Refusal):
    """{table} has no column {column}; known: {known}."""


class BinaryFraction(Refusal):
    """Column {column} holds binary fractions; give amounts, prices and quantities as Decimal, whole number or text."""


class ValueUnreadable(Refusal):
    """Column {column}: {value} cannot be read as {wanted}."""


class ValueMissing(Refusal):
    """{table} {first} has no {column} ({count} such rows)."""


class KeyGivenTwice(Refusal):
    """The key {first} stands for more than one document ({count} such keys)."""


class LineWithoutDocument(Refusal):
    """Lines with the key {first} belong to no document of the set ({count} such keys)."""


def documents(given: Given, schema: dict[str, Any], required: tuple[str, ...]) -> pl.DataFrame:
    """The headers of a set as a typed frame; absent columns become null, a missing key becomes the row number."""
    frame = _typed(given, {"key": pl.String, **schema}, "documents")
    if frame["key"].null_count():
        numbers = pl.int_range(1, pl.len() + 1).cast(pl.String)
        frame = frame.with_columns(pl.coalesce("key", numbers).alias("key"))
    if frame["key"].n_unique() < frame.height:
        twice = frame.filter(pl.col("key").is_duplicated())["key"].unique(maintain_order=True)
        raise KeyGivenTwice(first=twice[0], count=len(twice))
    require(frame, required, "documents")
    return frame


def lines(given: Given | None, schema: dict[str, Any], required: tuple[str, ...], heads: pl.DataFrame) -> pl.DataFrame:
    """The lines of a set as a typed frame; where the set is one document, lines need no key."""
    frame = _typed([] if given is None else given, {"key": pl.String, **schema}, "lines")
    if frame.is_empty():
        return frame
    if heads.height == 1 and frame["key"].null_count():
        frame = frame.with_columns(pl.col("key").fill_null(heads["key"][0]))
    lost = frame.join(heads, on="key", how="anti", nulls_equal=False)["key"].unique(maintain_order=True)
    if len(lost):
        raise LineWithoutDocument(first=lost[0], count=len(lost))
    require(frame, required, "lines")
    return frame


def rows(given: Given, schema: dict[str, Any], required: tuple[str, ...], table: str) -> pl.DataFrame:
    """Rows that have no key of their own as a typed frame; a refusal names a row by its place."""
    frame = _typed(given, schema, table)
    require(frame.with_columns(key=pl.int_range(1, pl.len() + 1).cast(pl.String)), required, table)
    return frame


def require(frame: pl.DataFrame, columns: tuple[str, ...], table: str) -> None:
    """Refuse the first row in which one of the columns has no value."""
    for column in columns:
        text = frame.schema[column] == pl.String
        if frame[column].null_count() or (text and frame[column].str.len_bytes().min() == 0):
            empty = pl.col(column).is_null() | (pl.col(column) == "" if text else False)
            rows = frame.filter(empty)
            raise ValueMissing(table=table, column=column, first=rows["key"][0], count=rows.height)


def _typed(given: Given, schema: dict[str, Any], table: str) -> pl.DataFrame:
    if not isinstance(given, pl.DataFrame):
        if not isinstance(given, dict | list | tuple):
            raise ValueUnreadable(column=table, value=given, wanted="rows")
        return _from_rows([given] if isinstance(given, dict) else list(given), schema, table)
    for column in given.columns:
        if column not in schema:
            raise NoSuchColumn(table=table, column=column, known=", ".join(schema))
        if given.schema[column].is_float() and not schema[column].is_float():
            raise BinaryFraction(column=column)
    return given.select(
        [
            _cast(given, name, kind) if name in given.columns else pl.lit(None, kind).alias(name)
            for name, kind in schema.items()
        ]
    )


def _cast(given: pl.DataFrame, name: str, kind: Any) -> pl.Series:
    column = given[name]
    if column.dtype == kind:
        return column
    try:
        return column.str.to_date() if column.dtype == pl.String and kind == pl.Date else column.cast(kind)
    except pl.exceptions.PolarsError as problem:
        raise ValueUnreadable(column=name, value=str(problem).splitlines()[0], wanted=str(kind)) from problem


def _from_rows(rows: list[dict[str, Any]], schema: dict[str, Any], table: str) -> pl.DataFrame:
    """Rows as a frame; every value takes one exact way to its type, whole number, Decimal and text alike."""
    for row in rows:
        if not isinstance(row, dict):
            raise ValueUnreadable(column=table, value=row, wanted="a row of named values")
        for column in row:
            if column not in schema:
                raise NoSuchColumn(table=table, column=column, known=", ".join(schema))
    readers = {name: _reader(kind) for name, kind in schema.items()}
    read = [tuple(_read(row.get(name), name, *readers[name]) for name in schema) for row in rows]
    return pl.DataFrame(read, schema=schema, orient="row")


def _read(value: Any, column: str, wanted: str, reader: Callable[[Any], Any]) -> Any:
    if value is None or (value == "" and wanted != "text"):
        return None
    if isinstance(value, float):
        raise BinaryFraction(column=column)
    try:
        return reader(value)
    except (ValueError, TypeError, ArithmeticError) as problem:
        raise ValueUnreadable(column=column, value=value, wanted=wanted) from problem


def _reader(kind: Any) -> tuple[str, Callable[[Any], Any]]:
    """How a value of a type is read, and what that type is called."""
    if isinstance(kind, pl.Decimal):
        unit = Decimal(1).scaleb(-kind.scale)
        return "number", lambda value: Decimal(str(value)).quantize(unit, ROUND_HALF_UP)
    if kind == pl.Date:
        return "date", _day
    if kind == pl.Boolean:
        return "yes or no", bool
    if isinstance(kind, pl.List):
        return "list", lambda value: [value] if isinstance(value, str) else [str(one) for one in value]
    return ("whole number", int) if kind.is_integer() else ("text", str)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)
