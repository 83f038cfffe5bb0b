"""What a reader sees of a report: columns of one language, words for codes, a subtitle and a row of totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.reports.catalog import check, in_words
from erp_core.reports.definition import Column, Definition


def shown(frame: pl.DataFrame, definition: Definition, language: str) -> tuple[pl.DataFrame, list[Column]]:
    """The frame with coded values in words and, of columns kept in two languages, the one asked for."""
    frame = in_words(frame, definition, language)
    names = {column.name for column in definition.columns}
    columns = []
    for column in definition.columns:
        stem, _, ending = column.name.rpartition("_")
        chinese = f"{stem}_zh" if f"{stem}_zh" in names else stem
        other = {"zh": f"{stem}_en", "en": chinese}.get(ending, f"{column.name}_en")
        if other not in names:
            columns.append(column)
            continue
        english = ending == "en"
        if english != (language == "en"):
            continue
        if english:
            # An account without an English name is better shown in Chinese than not at all.
            chosen = pl.when(pl.col(column.name) != "").then(column.name).otherwise(other).alias(column.name)
            frame = frame.with_columns(chosen)
        columns.append(column)
    return frame.select(column.name for column in columns), columns


def subtitle(definition: Definition, parameters: dict[str, Any], language: str) -> str:
    """The parameters as a line under the title."""
    values = check(definition, parameters)
    parts = []
    for parameter in definition.parameters:
        value = values[parameter.name]
        if value in (None, "", False) or str(value) == parameter.default:
            continue
        parts.append(parameter.title.to(language) + ("" if value is True else f" {value}"))
    return " · ".join(parts)


def total_row(definition: Definition, frame: pl.DataFrame, columns: list[Column]) -> dict[str, Decimal]:
    """Sums of the amounts, if the report adds up at all: over every row, or over those its header names."""
    if not definition.total or frame.is_empty():
        return {}
    rows = frame
    name, _, value = definition.total.partition(" = ")
    if value:
        rows = frame.filter(pl.col(name).cast(pl.String) == value)
    return {column.name: rows[column.name].sum() for column in columns if column.kind == "money"}


def text_of(value: Any, column: Column) -> str:
    """A value as it is printed: amounts with two decimals and thousands, other numbers without idle zeros."""
    if value is None:
        return ""
    if column.kind == "money":
        return f"{value:,.2f}"
    if column.kind in ("quantity", "price"):
        return f"{value.normalize():,f}"
    if column.kind == "percent":
        return f"{value:.1%}"
    if column.kind == "ratio":
        return f"{value:,.2f}"
    if isinstance(value, bool):
        return "✓" if value else ""
    # An instant is shown to the minute.
    return str(value)[:16] if isinstance(value, date) else str(value)
