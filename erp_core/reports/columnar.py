"""Ledgers whose columns depend on what was booked: long in the answer, a column for each code on paper and screen."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.reports.definition import Column, Definition, Title

FORM = "columnar"
COLUMNS_MAX = 16
_LONG = ("position", "column_code", "column_name", "amount")
_REST = "…"


def laid_out(frame: pl.DataFrame, definition: Definition) -> tuple[pl.DataFrame, Definition]:
    """The frame and definition of a columnar report with a column per code; any other report as it is.

    The columns with the largest amounts stand by themselves, at most COLUMNS_MAX; what is left is summed in the last.
    """
    if definition.form != FORM:
        return frame, definition
    named = _columns(frame)
    kept = [column for column in definition.columns if column.name not in _LONG]
    wide = frame.select("position", *(column.name for column in kept)).unique(
        "position", keep="first", maintain_order=True
    )
    for code, _ in named:
        of_code = (
            pl.col("column_code") == code if code != _REST else ~pl.col("column_code").is_in([c for c, _ in named])
        )
        sums = (
            frame.filter(of_code, pl.col("column_code") != "")
            .group_by("position")
            .agg(pl.col("amount").sum().cast(MONEY).alias(_name(code)))
        )
        wide = wide.join(sums, on="position", how="left", maintain_order="left")
    own = tuple(Column(_name(code), "money", title, Title("", "")) for code, title in named)
    # What kind of row it is comes last, as in the header; the columns stand before it.
    at = next((at for at, column in enumerate(kept) if column.name == "row_kind"), len(kept))
    columns = (*kept[:at], *own, *kept[at:])
    return wide.select(column.name for column in columns), replace(definition, columns=columns, form="list")


def _name(code: str) -> str:
    return f"column {code}"


def _columns(frame: pl.DataFrame) -> list[tuple[str, Title]]:
    """The codes that get a column of their own, in their order, with their names."""
    lines = frame.filter(pl.col("column_code") != "")
    sizes = (
        lines.group_by("column_code")
        .agg(pl.col("amount").abs().sum(), pl.col("column_name").first())
        .sort("amount", "column_code", descending=[True, False])
    )
    chosen = sizes if sizes.height <= COLUMNS_MAX else sizes.head(COLUMNS_MAX - 1)
    named = [(code, Title(name, name)) for code, _, name in chosen.sort("column_code").rows()]
    return named if sizes.height <= COLUMNS_MAX else [*named, (_REST, Title("其余", "Others"))]
