"""What a caller hands in: one document as a dict, many as a frame, brought to the columns and types of the books."""

from __future__ import annotations

from datetime import date, datetime
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
    frame = frame.with_columns(pl.coalesce("key", (pl.int_range(1, pl.len() + 1)).cast(pl.String)).alias("key"))
    twice = frame.filter(pl.col("key").is_duplicated())["key"].unique(maintain_order=True)
    if len(twice):
        raise KeyGivenTwice(first=twice[0], count=len(twice))
    require(frame, required, "documents")
    return frame


def lines(given: Given | None, schema: dict[str, Any], required: tuple[str, ...], heads: pl.DataFrame) -> pl.DataFrame:
    """The lines of a set as a typed frame; where the set is one document, lines need no key."""
    frame = _typed([] if given is None else given, {"key": pl.String, **schema}, "lines")
    if heads.height == 1:
        frame = frame.with_columns(pl.col("key").fill_null(heads["key"][0]))
    lost = frame.join(heads, on="key", how="anti", nulls_equal=False)["key"].unique(maintain_order=True)
    if len(lost):
        raise LineWithoutDocument(first=lost[0], count=len(lost))
    require(frame, required, "lines")
    return frame


def require(frame: pl.DataFrame, columns: tuple[str, ...], table: str) -> None:
    """Refuse the first row in which one of the columns has no value."""
    for column in columns:
        empty = frame[column].is_null() | (frame[column] == "" if frame.schema[column] == pl.String else False)
        if empty.any():
            rows = frame.filter(empty)
            raise ValueMissing(table=table, column=column, first=rows["key"][0], count=rows.height)


def _typed(given: Given, schema: dict[str, Any], table: str) -> pl.DataFrame:
    if not isinstance(given, pl.DataFrame):
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
    if given.schema[name] == kind:
        return given[name]
    try:
        return (
            given[name].str.to_date() if given.schema[name] == pl.String and kind == pl.Date else given[name].cast(kind)
        )
    except pl.exceptions.PolarsError as problem:
        raise ValueUnreadable(column=name, value=str(problem).splitlines()[0], wanted=str(kind)) from problem


def _from_rows(rows: list[dict[str, Any]], schema: dict[str, Any], table: str) -> pl.DataFrame:
    for row in rows:
        for column, value in row.items():
            if column not in schema:
                raise NoSuchColumn(table=table, column=column, known=", ".join(schema))
            if isinstance(value, float):
                raise BinaryFraction(column=column)
    columns = {name: [_plain(row.get(name), kind) for row in rows] for name, kind in schema.items()}
    frame = pl.DataFrame(
        {name: pl.Series(name, values, strict=False, dtype=_landing(schema[name])) for name, values in columns.items()}
    )
    return frame.select([_cast(frame, name, kind) for name, kind in schema.items()])


def _landing(kind: Any) -> Any:
    """Numbers land as text, so that whole numbers, Decimals and JSON texts take one exact way to their type."""
    return pl.String if kind == pl.Date or kind.is_decimal() or kind.is_integer() else kind


def _plain(value: Any, kind: Any) -> Any:
    if isinstance(value, datetime):
        value = value.date()
    if value is None or (value == "" and kind != pl.String):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(kind, pl.List) or kind == pl.List:
        return [value] if isinstance(value, str) else list(value)
    return value if kind == pl.Boolean else str(value)
