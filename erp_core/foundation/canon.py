r"""The canonical form: what a row that can only be added to looks like as bytes, the same for ever.

A row is its columns in the order of its form, separated by a tab and ended by a line feed, in UTF-8: whole numbers as
digits, decimals with all their places, days as 2026-01-31, instants as 2026-01-31 08:00:00.000000, yes and no as t and
f, nothing as \N, and in text backslash, tab, line feed and carriage return as \\ \t \n \r (as PostgreSQL's COPY
writes it). Rows of a set are ordered by primary key, or by these very bytes where a table has none. The forms are
rows of core.seal_form: books that gain a column get a form of a higher version, and acts keep theirs.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

CRC = "crc"
# Of an act: what is reckoned from its other columns and from what it wrote.
_OF_THE_SEAL = {"act": {"seal", "seal_form", "contents"}}
_NULL = "\\N"
_SPECIAL = ["\\", "\t", "\n", "\r"]
_ESCAPED = ["\\\\", "\\t", "\\n", "\\r"]
_ESCAPES = str.maketrans(dict(zip(_SPECIAL, _ESCAPED, strict=True)))
_NEEDS_ESCAPE = re.compile(r"[\\\t\n\r]")
_KINDS = {
    "BIGINT": "int", "INTEGER": "int", "UINTEGER": "int", "VARCHAR": "text", "DATE": "date", "TIMESTAMP": "instant",
    "BOOLEAN": "bool",
}  # fmt: skip
# Append-only tables whose rows name their act, or their voucher, which names it.
_TABLES = """
    with kept as (
        select table_name from duckdb_triggers()
        where schema_name = 'core' and event_manipulation in ('UPDATE', 'DELETE')
        group by table_name having count(distinct event_manipulation) = 2
    ), keys as (
        select table_name, unnest(constraint_column_names) as column_name,
               generate_subscripts(constraint_column_names, 1) as key_position
        from duckdb_constraints() where schema_name = 'core' and constraint_type = 'PRIMARY KEY'
    )
    select c.table_name, c.column_index, c.column_name, c.data_type, coalesce(k.key_position, 0)
    from duckdb_columns() c join kept using (table_name) left join keys k using (table_name, column_name)
    where c.schema_name = 'core' and c.table_name in (
        select table_name from duckdb_columns() where schema_name = 'core' and column_name in ('act_id', 'voucher_id'))
    order by c.table_name, c.column_index
"""


@dataclass(frozen=True)
class Column:
    """One column of a form: its kind is int, text, date, instant, bool, or 'decimal 2'."""

    name: str
    kind: str
    key: int = 0

    @property
    def scale(self) -> int:
        """The decimal places."""
        return int(self.kind.removeprefix("decimal "))


@dataclass(frozen=True)
class Form:
    """How the rows of one table are written down."""

    table: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The columns of the primary key, in order; none where the bytes themselves give the order."""
        return tuple(c.name for c in sorted(self.columns, key=lambda c: c.key) if c.key)

    @cached_property
    def writers(self) -> tuple[Callable[[Any], str], ...]:
        """How each value of a row becomes text."""
        return tuple(_writer(column) for column in self.columns)

    @property
    def by_voucher(self) -> bool:
        """Whether the act of a row is that of its voucher."""
        return "act_id" not in self.names


Forms = dict[str, Form]


def text_of_row(form: Form, row: tuple) -> str:
    """One row, its values in the order of the form, without its line feed."""
    return "\t".join([write(value) for write, value in zip(form.writers, row, strict=True)])


def bytes_of(form: Form, frame: pl.DataFrame) -> bytes:
    """Many rows of a frame that has the columns of the form, each with its line feed, in the order given."""
    if frame.is_empty():
        return b""
    shaped = frame.select([_shaped(frame, column) for column in form.columns])
    whole = _written(shaped)
    if _is_plain(shaped, whole):
        return whole
    return _written(shaped.with_columns(pl.col(pl.String).str.replace_many(_SPECIAL, _ESCAPED)))


def lines_of(whole: bytes) -> list[bytes]:
    """The rows of bytes_of(), without their line feeds."""
    return whole.split(b"\n")[:-1]


def crcs(lines: Iterable[bytes]) -> pl.Series:
    """The CRC-32 of each row: not against a forger, but to name the row that was changed."""
    return pl.Series(CRC, list(map(zlib.crc32, lines)), pl.UInt32)


def joined(lines: Iterable[bytes]) -> bytes:
    """Rows put together again."""
    return b"".join([line + b"\n" for line in lines])


def digest(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def forms_digest(forms: Forms) -> str:
    """The SHA-256 of all forms of a version: table, column, kind and place in the key, a line each."""
    lines = [f"{form.table}\t{c.name}\t{c.kind}\t{c.key}\n" for _, form in sorted(forms.items()) for c in form.columns]
    return digest("".join(lines).encode())


def forms_now(cursor: duckdb.DuckDBPyConnection) -> Forms:
    """The forms that the tables of these books call for, read from their catalogue."""
    found: dict[str, list[Column]] = {}
    for table, _, name, kind, key in cursor.execute(_TABLES).fetchall():
        if name != CRC and name not in _OF_THE_SEAL.get(table, ()):
            found.setdefault(table, []).append(Column(name, _kind(table, name, kind), key))
    return {table: Form(table, tuple(columns)) for table, columns in found.items()}


def forms_kept(cursor: duckdb.DuckDBPyConnection) -> dict[int, Forms]:
    """The forms by version as the books themselves describe them."""
    rows = cursor.execute(
        "select version, table_name, column_name, kind, key_position from core.seal_form"
        " order by version, table_name, position"
    ).fetchall()
    found: dict[int, dict[str, list[Column]]] = {}
    for version, table, name, kind, key in rows:
        found.setdefault(version, {}).setdefault(table, []).append(Column(name, kind, key))
    return {
        version: {table: Form(table, tuple(columns)) for table, columns in of.items()} for version, of in found.items()
    }


def keep_forms(cursor: duckdb.DuckDBPyConnection) -> None:
    """After the schema was applied: describe the forms as a new version where they are not those of the last.

    Tables that can only be added to get a column for the CRC of each row, whoever made them.
    """
    if not cursor.execute("select 1 from duckdb_tables() where table_name = 'seal_form'").fetchall():
        return
    kept, now = forms_kept(cursor), forms_now(cursor)
    for table in now.keys() - _OF_THE_SEAL.keys():
        cursor.execute(f"alter table core.{table} add column if not exists {CRC} uinteger")
    version = max(kept, default=0)
    if kept.get(version) == now:
        return
    cursor.executemany(
        "insert into core.seal_form values (?, ?, ?, ?, ?, ?)",
        [
            [version + 1, form.table, at, c.name, c.kind, c.key]
            for form in now.values()
            for at, c in enumerate(form.columns)
        ],
    )


def _kind(table: str, name: str, data_type: str) -> str:
    decimal = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", data_type)
    if decimal:
        return f"decimal {decimal[1]}"
    if data_type not in _KINDS:
        raise RuntimeError(f"core.{table} can only be added to, but a {data_type} ({name}) has no canonical form")
    return _KINDS[data_type]


def _writer(column: Column) -> Callable[[Any], str]:
    plain = {"int": str, "date": str, "text": _text, "bool": _flag, "instant": _instant}.get(column.kind)
    if plain is None:
        unit = Decimal(1).scaleb(-column.scale)
        return lambda value: _NULL if value is None else _decimal(value, unit)
    return lambda value: _NULL if value is None else plain(value)


def _text(value: Any) -> str:
    text = str(value)
    return text.translate(_ESCAPES) if _NEEDS_ESCAPE.search(text) else text


def _flag(value: Any) -> str:
    return "t" if value else "f"


def _instant(value: Any) -> str:
    return value.isoformat(sep=" ", timespec="microseconds")


def _decimal(value: Any, unit: Decimal) -> str:
    # As the engine rounds on writing; there is no negative nothing in the books.
    exact = Decimal(value).quantize(unit, ROUND_HALF_UP)
    return f"{exact:f}" if exact else f"{abs(exact):f}"


def _shaped(frame: pl.DataFrame, column: Column) -> pl.Expr:
    value, kind = pl.col(column.name), column.kind
    if kind == "date":
        return value.cast(pl.Date)
    if kind == "instant":
        return value.cast(pl.Datetime("us"))
    if kind == "bool":
        return pl.when(value).then(pl.lit("t")).when(~value).then(pl.lit("f")).alias(column.name)
    if kind in ("int", "text"):
        return value.cast({"int": pl.Int64, "text": pl.String}[kind])
    had = frame.schema[column.name]
    if isinstance(had, pl.Decimal) and had.scale == column.scale:
        return value
    return (
        value.cast(pl.Decimal(38, 12))
        .round(column.scale, mode="half_away_from_zero")
        .cast(pl.Decimal(38, column.scale))
    )


def _written(shaped: pl.DataFrame) -> bytes:
    made = io.BytesIO()
    shaped.write_csv(
        made,
        include_header=False,
        separator="\t",
        line_terminator="\n",
        quote_style="never",
        null_value=_NULL,
        datetime_format="%Y-%m-%d %H:%M:%S%.6f",
    )
    return made.getvalue()


def _is_plain(shaped: pl.DataFrame, whole: bytes) -> bool:
    """Whether no text holds anything that must be escaped: tabs, feeds and backslashes are exactly our own."""
    nulls = sum(shaped.null_count().row(0))
    own = {b"\t": shaped.height * (shaped.width - 1), b"\n": shaped.height, b"\\": nulls, b"\r": 0}
    return all(whole.count(mark) == count for mark, count in own.items())
