"""Run a report by name: parameters checked, amounts as Decimal, columns as its header promises."""

from __future__ import annotations

import re
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import duckdb
import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.rights import Actor
from erp_core.reports.definition import Definition, Parameter, definitions

TYPES = {
    "text": pl.String,
    "integer": pl.Int64,
    "money": MONEY,
    "quantity": QUANTITY,
    "price": QUANTITY,
    "ratio": pl.Float64,
    "percent": pl.Float64,
    "date": pl.Date,
    "timestamp": pl.Datetime("us"),
    "boolean": pl.Boolean,
}
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_YES, _NO = ("true", "yes", "1", "on", "是"), ("false", "no", "0", "off", "否")


class UnknownReport(Refusal):
    """There is no report named {report}; near: {near}."""


class ReportParameterMissing(Refusal):
    """Report {report} needs {parameter}; it takes: {signature}."""


class ReportParameterUnknown(Refusal):
    """Report {report} has no parameter {parameter}; it takes: {signature}."""


class ReportParameterWrong(Refusal):
    """Report {report}: {value} does not fit {parameter}, which is {expected}."""


class ReportClosed(Refusal):
    """{actor} may not read {report}: it needs one of {wanted}."""


class ReportNeedsWhole(Refusal):
    """{report} is a figure of the whole; the rows of {actor} are limited to {scope}."""


class PeriodNotInBooks(Refusal):
    """The books have no period {period}; they hold {first} to {last}."""


def find(name: str) -> Definition:
    """The definition of a report; an unknown name is refused with the nearest ones."""
    known = definitions()
    if name not in known:
        near = get_close_matches(name, known, 3, 0.4) or sorted(known)[:3]
        raise UnknownReport(report=name, near=", ".join(near))
    return known[name]


def run(
    cursor: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any], reader: Actor | None = None
) -> pl.DataFrame:
    """Answer one report; columns and types as its header says, money Decimal(18,2), quantities Decimal(18,6)."""
    definition = find(name)
    if reader is not None:
        admit(definition, reader)
    values = check(definition, parameters)
    for parameter in definition.parameters:
        if parameter.kind == "period" and values[parameter.name]:
            _check_period(cursor, values[parameter.name])
    # An unused parameter is an error to DuckDB, so only those the SQL names are handed over.
    used = {key: value for key, value in values.items() if f"${key}" in definition.sql}
    frame = cursor.sql(definition.sql, params=used or None).pl()
    hidden = definition.hidden(reader.masks) if reader is not None else ()
    return frame.select(
        pl.lit(None, TYPES[column.kind]).alias(column.name)
        if column.name in hidden
        else pl.col(column.name).cast(TYPES[column.kind])
        for column in definition.columns
    )


def admit(definition: Definition, reader: Actor) -> None:
    """Refuse a reader who may read none of the report's areas, or not the whole where the report is about the whole."""
    if definition.areas and not set(definition.areas) & set(reader.areas):
        wanted = " | ".join(f"read.{area}" for area in definition.areas)
        raise ReportClosed(actor=reader.login, report=definition.name, wanted=wanted)
    limited = reader.scope.limited
    if limited and (set(definition.complete) & {"whole", *limited}):
        raise ReportNeedsWhole(report=definition.name, actor=reader.login, scope=reader.scope.told)


def check(definition: Definition, given: dict[str, Any]) -> dict[str, Any]:
    """Every parameter of a report with its value as the SQL takes it; refuses missing, unknown and unfit ones."""
    known = {parameter.name for parameter in definition.parameters}
    for name in given:
        if name not in known:
            raise ReportParameterUnknown(report=definition.name, parameter=name, signature=definition.signature)
    return {p.name: _value(definition, p, given.get(p.name)) for p in definition.parameters}


def _value(definition: Definition, parameter: Parameter, value: Any) -> Any:
    if value is None or value == "":
        if parameter.required:
            raise ReportParameterMissing(
                report=definition.name, parameter=parameter.name, signature=definition.signature
            )
        value = parameter.default
    if value is None or value == "":
        return None if parameter.kind in ("date", "integer") else ""
    try:
        return _READERS[parameter.kind](value, parameter)
    except (ValueError, TypeError) as problem:
        raise ReportParameterWrong(
            report=definition.name, parameter=parameter.name, value=value, expected=_expected(parameter)
        ) from problem


def _expected(parameter: Parameter) -> str:
    shapes = {
        "period": "YYYY-MM",
        "date": "YYYY-MM-DD",
        "integer": "1, 2, 3 …",
        "boolean": "true | false",
        "choice": " | ".join(parameter.choices),
    }
    return shapes.get(parameter.kind, "text")


def _period(value: Any, _: Parameter) -> str:
    if not _PERIOD.fullmatch(str(value)):
        raise ValueError(value)
    return str(value)


def _date(value: Any, _: Parameter) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _integer(value: Any, _: Parameter) -> int:
    return int(str(value))


def _boolean(value: Any, _: Parameter) -> bool:
    text = str(value).strip().lower()
    if text not in _YES + _NO:
        raise ValueError(value)
    return text in _YES


def _text(value: Any, _: Parameter) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _choice(value: Any, parameter: Parameter) -> str:
    if value not in parameter.choices:
        raise ValueError(value)
    return value


_READERS = {
    "period": _period,
    "date": _date,
    "integer": _integer,
    "boolean": _boolean,
    "text": _text,
    "choice": _choice,
}


def _check_period(cursor: duckdb.DuckDBPyConnection, period: str) -> None:
    rows = cursor.execute(
        "select min(period), max(period), count(*) filter (where period = $period) from rpt.period", {"period": period}
    ).fetchall()
    first, last, found = rows[0]
    if not found:
        raise PeriodNotInBooks(period=period, first=first or "-", last=last or "-")


def catalogue() -> pl.DataFrame:
    """One row per column of every report: report, titles, grain, parameters, column, kind, titles and meanings."""
    rows = [
        {
            "report": definition.name,
            "title_zh": definition.title.zh,
            "title_en": definition.title.en,
            "grain": definition.grain,
            "parameters": definition.signature,
            "column": column.name,
            "kind": column.kind,
            "column_zh": column.title.zh,
            "column_en": column.title.en,
            "meaning_zh": column.meaning.zh,
            "meaning_en": column.meaning.en,
        }
        for definition in definitions().values()
        for column in definition.columns
    ]
    return pl.DataFrame(rows)


def in_words(frame: pl.DataFrame, definition: Definition, language: str) -> pl.DataFrame:
    """The frame with coded values (such as row kinds and directions) replaced by their labels in one language."""
    for column in definition.columns:
        if column.values and column.name in frame.columns:
            labels = {code: title.to(language) for code, title in column.values.items()}
            frame = frame.with_columns(pl.col(column.name).replace(labels))
    return frame
