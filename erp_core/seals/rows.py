"""Rows of sealed tables as canonical text, read back from the file."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from erp_core.foundation import canon, chain
from erp_core.foundation.canon import Form

ACT = "_act"


def of_acts(cursor: duckdb.DuckDBPyConnection, form: Form, first: int, last: int) -> tuple[pl.DataFrame, list[bytes]]:
    """The rows that acts of a range wrote, ordered by act and primary key, and each in canonical form.

    Columns: those of the form, crc as it was kept (null where the table has none), _act.
    """
    found = cursor.sql(
        f"{_select(cursor, form)} where {_act(form)} between $first and $last", params={"first": first, "last": last}
    )
    rows = found.pl().sort(ACT, *form.keys)
    return rows, canon.lines_of(canon.bytes_of(form, rows))


def of_period(cursor: duckdb.DuckDBPyConnection, form: Form, period: str, until: int) -> tuple[int, bytes]:
    """How many rows were posted in a period by acts up to one, and their canonical bytes."""
    where = "v.period" if form.by_voucher else "t.period"
    rows = cursor.sql(
        f"{_select(cursor, form)} where {where} = $period and {_act(form)} <= $until",
        params={"period": period, "until": until},
    ).pl()
    return rows.height, chain.in_order(form, rows)


def strays(cursor: duckdb.DuckDBPyConnection, form: Form) -> list[tuple]:
    """The first rows that no act wrote, or whose voucher is not there: a tuple of the form's columns each."""
    names = ", ".join(f't."{name}"' for name in form.names)
    act = "select v.act_id from core.voucher v where v.voucher_id = t.voucher_id" if form.by_voucher else "t.act_id"
    return cursor.execute(
        f"select {names} from core.{form.table} t where not exists"
        f" (select 1 from core.act a where a.act_id = ({act})) order by all limit 5"
    ).fetchall()


def key_of(form: Form, row: dict[str, Any]) -> dict[str, Any]:
    """What names a row: its primary key, or what it says of whom."""
    named = form.keys or tuple(name for name in form.names if name.endswith(("_id", "number", "period", "table_name")))
    return {name: row[name] for name in named}


def _select(cursor: duckdb.DuckDBPyConnection, form: Form) -> str:
    there = {row[0] for row in cursor.execute(f"describe core.{form.table}").fetchall()}
    names = ", ".join(f't."{name}"' for name in form.names)
    crc = f"t.{canon.CRC}" if canon.CRC in there else f"cast(null as uinteger) as {canon.CRC}"
    source = f"core.{form.table} t" + (" join core.voucher v on v.voucher_id = t.voucher_id" if form.by_voucher else "")
    return f"select {names}, {crc}, {_act(form)} as {ACT} from {source}"


def _act(form: Form) -> str:
    return "v.act_id" if form.by_voucher else "t.act_id"
