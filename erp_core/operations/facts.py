"""The totals of books by which a restored copy is known again: counts and hashes of every table, sums, numbers."""

from __future__ import annotations

from typing import Any

import duckdb

_TABLES = "select table_name from duckdb_tables() where schema_name = 'core' order by table_name"
_SUMS = """
    select (select cast(coalesce(sum(debit), 0) as varchar) from core.voucher_line),
           (select cast(coalesce(sum(credit), 0) as varchar) from core.voucher_line),
           (select cast(coalesce(sum(debit - credit), 0) as varchar) from core.account_balance),
           (select coalesce(max(act_id), 0) from core.act)
"""
# An upgrade may add settings of its own, but never to what was done.
POSTED = frozenset(
    {"act", "voucher", "voucher_line", "account_balance", "open_item", "stock_move", "stock_value", "document"}
)
_SUM_NAMES = ("debit", "credit", "balance", "last_act")


def facts(cursor: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Everything that must be the same in a restored copy; works on books of any earlier schema too."""
    tables = [row[0] for row in cursor.execute(_TABLES).fetchall()]
    counted = {table: _table(cursor, table) for table in tables}
    sums = dict(zip(_SUM_NAMES, cursor.execute(_SUMS).fetchall()[0], strict=True))
    numbers = cursor.execute(
        "select series, cycle, last_number from core.number_counter order by series, cycle"
    ).fetchall()
    schema = cursor.execute("select max(name) from main.schema_file").fetchall()[0][0]
    company = cursor.execute("select name, cast(created_at as varchar) from core.company").fetchall()
    return {
        **sums,
        "numbers": [list(row) for row in numbers],
        "tables": counted,
        "schema": schema,
        "company": list(company[0]) if company else [],
    }


def _table(cursor: duckdb.DuckDBPyConnection, table: str) -> list[Any]:
    # Hashes are added up, so that the order in which rows lie does not matter and doubles do not cancel out.
    query = f'select count(*), cast(coalesce(sum(cast(hash(t) as hugeint)), 0) as varchar) from core."{table}" t'
    columns = cursor.execute(
        "select string_agg(column_name || ' ' || data_type, ',' order by column_index) from duckdb_columns()"
        " where schema_name = 'core' and table_name = $table",
        {"table": table},
    ).fetchall()[0][0]
    count, digest = cursor.execute(query).fetchall()[0]
    return [count, digest, columns]


def unlike(saved: dict[str, Any], found: dict[str, Any], *, same_engine: bool = True, grown: bool = False) -> list[str]:
    """What is not the same, each in a few words; grown: the schema was upgraded, so only what both have is compared."""
    wrong = [f"{name}: {saved[name]} → {found[name]}" for name in _SUM_NAMES if saved[name] != found[name]]
    if saved["numbers"] != found["numbers"]:
        wrong.append("numbers given out")
    for table, (count, digest, columns) in saved["tables"].items():
        there = found["tables"].get(table)
        if there is None:
            wrong += [] if grown else [f"{table}: missing"]
        elif there[0] < count or (there[0] != count and (not grown or table in POSTED)):
            wrong.append(f"{table}: {count} → {there[0]}")
        elif same_engine and there[:1] + there[2:] == [count, columns] and there[1] != digest:
            wrong.append(f"{table}: its rows differ")
    return wrong
