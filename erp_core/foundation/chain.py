"""The chain: every act seals what it wrote together with the seal of the act before it.

The seal of an act is the SHA-256 of these lines, each ended by a line feed:

    erp-seal 1
    <version of the forms> TAB <SHA-256 of the forms>
    <seal of the act before, or 64 zeros>
    act TAB <the row of the act in canonical form, without its line feed>
    <table> TAB <rows> TAB <SHA-256 of the rows in canonical form>     for each table written, in order of its name
"""

from __future__ import annotations

import zlib
from typing import Any

import duckdb
import polars as pl

from erp_core.foundation import canon
from erp_core.foundation.canon import Form, Forms

FIRST = "0" * 64
FEW = 64


class Chain:
    """What an open file knows of its chain: the forms in force and the seal of the last act."""

    def __init__(self) -> None:
        self.version = 0
        self.forms: Forms = {}
        self.digest = ""
        self._defaults: dict[tuple[str, str], Any] = {}
        self._head: str | None = None

    def ready(self, cursor: duckdb.DuckDBPyConnection) -> Forms:
        """The forms in force, read once while the file is open."""
        if not self.version:
            kept = canon.forms_kept(cursor)
            self.version = max(kept)
            self.forms, self.digest = kept[self.version], canon.forms_digest(kept[self.version])
        return self.forms

    def head(self, cursor: duckdb.DuckDBPyConnection) -> str:
        """The seal of the last act."""
        if self._head is None:
            rows = cursor.execute("select seal from core.act order by act_id desc limit 1").fetchall()
            self._head = (rows and rows[0][0]) or FIRST
        return self._head

    def raise_head(self, seal: str) -> None:
        """Note the seal of the act that is being committed."""
        self._head = seal

    def forget(self) -> None:
        """What was noted did not come to be."""
        self._head = None

    def default(self, cursor: duckdb.DuckDBPyConnection, table: str, column: str) -> Any:
        """What the schema puts into a column that a row leaves out."""
        if (table, column) not in self._defaults:
            rows = cursor.execute(
                "select column_default, data_type from duckdb_columns()"
                " where schema_name = 'core' and table_name = ? and column_name = ?",
                [table, column],
            ).fetchall()
            expression, kind = rows[0]
            value = cursor.execute(f"select cast({expression or 'null'} as {kind})").fetchall()[0][0]
            self._defaults[table, column] = value
        return self._defaults[table, column]


class Written:
    """What the act under way has added to sealed tables, in canonical form."""

    def __init__(self, chain: Chain, cursor: duckdb.DuckDBPyConnection) -> None:
        self.chain, self.cursor = chain, cursor
        self.forms = chain.ready(cursor)
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._few: dict[str, list[tuple[tuple, str]]] = {}
        self._many: dict[str, bytes] = {}

    def add(self, table: str, frame: pl.DataFrame, constants: dict[str, Any]) -> pl.DataFrame:
        """Keep rows that are about to be inserted, with what every row says; returns them with the CRC of each."""
        form = self.forms[table]
        said = dict(constants)
        for name in form.names:
            if name not in frame.columns and name not in said:
                said[name] = self.chain.default(self.cursor, table, name)
        rows = frame.with_columns(**{name: pl.lit(value) for name, value in said.items()}).select(form.names)
        self._frames.setdefault(table, []).append(rows)
        if frame.height <= FEW:
            return frame.with_columns(self._add_few(form, rows))
        self._many[table] = canon.bytes_of(form, rows)
        return frame.with_columns(canon.crcs(canon.lines_of(self._many[table])))

    def _add_few(self, form: Form, frame: pl.DataFrame) -> pl.Series:
        rows = frame.rows()
        texts = [canon.text_of_row(form, row) for row in rows]
        at = [form.names.index(name) for name in form.keys]
        kept = self._few.setdefault(form.table, [])
        kept += [(tuple([row[i] for i in at]), text) for row, text in zip(rows, texts, strict=True)]
        return pl.Series(canon.CRC, [zlib.crc32(text.encode()) for text in texts], pl.UInt32)

    def seal(self, act: tuple) -> tuple[str, str]:
        """The seal of the act whose row is given, in the order of its form, and a short list of what it wrote."""
        parts = {table: self._part(table) for table in sorted(self._frames)}
        head = self.chain.head(self.cursor)
        row = canon.text_of_row(self.forms["act"], act)
        seal = sealed(self.chain.version, self.chain.digest, head, row, parts)
        return seal, contents(parts)

    def _part(self, table: str) -> tuple[int, bytes]:
        form, frames = self.forms[table], self._frames[table]
        if table not in self._many:
            few = sorted(self._few[table])
            return len(few), "".join([f"{text}\n" for _, text in few]).encode()
        whole = pl.concat(frames, how="vertical_relaxed") if len(frames) > 1 else frames[0]
        if len(frames) == 1 and is_in_order(form, whole):
            return whole.height, self._many[table]
        return whole.height, in_order(form, whole)


def is_in_order(form: Form, frame: pl.DataFrame) -> bool:
    """Whether rows lie in the order of their primary key."""
    follows = pl.lit(value=False)
    for name in reversed(form.keys):
        before = pl.col(name).shift()
        follows = (pl.col(name) > before) | ((pl.col(name) == before) & follows)
    return bool(form.keys) and frame.select(follows.slice(1).all()).item()


def in_order(form: Form, frame: pl.DataFrame) -> bytes:
    """The canonical bytes of a set of rows: by primary key, or by the bytes of each row where a table has none."""
    if form.keys:
        return canon.bytes_of(form, frame if is_in_order(form, frame) else frame.sort(form.keys))
    return canon.joined(sorted(canon.lines_of(canon.bytes_of(form, frame))))


def sealed(version: int, digest: str, previous: str, act: str, parts: dict[str, tuple[int, bytes]]) -> str:
    """The seal of an act. parts: table -> rows and their canonical bytes, in order of table."""
    lines = [f"erp-seal 1\n{version}\t{digest}\n{previous}\nact\t{act}\n"]
    lines += [f"{table}\t{count}\t{canon.digest(text)}\n" for table, (count, text) in parts.items()]
    return canon.digest("".join(lines).encode())


def contents(parts: dict[str, tuple[int, bytes]]) -> str:
    """What an act wrote, in short: table, rows and CRC-32 of each; by it the table that was changed is named."""
    return " ".join(f"{table}:{count}:{zlib.crc32(text):08x}" for table, (count, text) in parts.items())
