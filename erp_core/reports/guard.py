"""The door for SQL of one's own: one SELECT, only views of schema rpt, only pure functions, only so long."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from functools import cache
from importlib import resources
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from erp_core.foundation.errors import Refusal
from erp_core.foundation.rights import Actor
from erp_core.reports.areas import AREA, EVERYBODY, WHOLE

SCHEMA = "rpt"
LENGTH_MAX = 100_000
# The engine's own limit of memory ends where its answer begins; a larger one belongs into a file or into a sum.
ANSWER_MB_MAX = 2_048
BATCH_ROWS = 200_000
_TABLES = {
    "BASE_TABLE",
    "SUBQUERY",
    "JOIN",
    "EXPRESSION_LIST",
    "EMPTY",
    "EMPTY_FROM",
    "TABLE_FUNCTION",
    "PIVOT",
    "SHOW_REF",
}
# Since 2.0 a WITH may hold an INSERT, UPDATE, DELETE or COPY: whatever is no query node of these kinds writes.
_QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_parser_lock = threading.Lock()


class QueryUnreadable(Refusal):
    """The query cannot be read: {problem}."""


class QueryNotOneSelect(Refusal):
    """Only one SELECT statement may be run here; this is {found}."""


class QueryTableClosed(Refusal):
    """The query reads {table}; only the views of schema rpt are open to queries."""


class QueryViewClosed(Refusal):
    """{actor} may not read rpt.{view}: it needs {wanted}."""


class QueryViewNeedsWhole(Refusal):
    """rpt.{view} cannot be narrowed to the rows of {actor}; it is open to readers of the whole only."""


class QueryFunctionClosed(Refusal):
    """The query calls {function}, which is not among the functions open to queries."""


class QueryFailed(Refusal):
    """The query failed: {problem}."""


class QueryTooLarge(Refusal):
    """The answer is larger than {limit} MB; it was given up after {rows} rows."""


class QueryTooSlow(Refusal):
    """The query did not end within {seconds} seconds and was stopped."""


def run(
    cursor: duckdb.DuckDBPyConnection,
    query: str,
    parameters: dict[str, Any] | None = None,
    seconds: float = 30,
    *,
    reader: Actor | None = None,
) -> pl.DataFrame:
    """Run one checked SELECT with $named parameters and return its rows; refuses whatever is not a plain read."""
    views = check(query)
    if reader is not None and not reader.unlimited:
        admit(views, reader)
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    # The second lock: should the walk below ever miss something that writes, the engine refuses it.
    cursor.execute("begin transaction read only")
    try:
        return _narrow(_fetched(cursor.sql(query, params=parameters or None)))
    except duckdb.InterruptException as problem:
        raise QueryTooSlow(seconds=seconds) from problem
    except duckdb.Error as problem:
        raise QueryFailed(problem=_first_lines(problem)) from problem
    finally:
        timer.cancel()
        with suppress(duckdb.Error):
            cursor.execute("rollback")


def admit(views: set[str], reader: Actor) -> None:
    """Refuse a view outside the reader's areas, and one that cannot be narrowed to the reader's rows."""
    for view in sorted(views):
        areas = AREA.get(view, "nobody").split("|")
        if EVERYBODY not in areas and not set(areas) & set(reader.areas):
            wanted = " | ".join(f"read.{area}" for area in areas)
            raise QueryViewClosed(actor=reader.login, view=view, wanted=wanted)
        if view in WHOLE and not reader.scope.whole:
            raise QueryViewNeedsWhole(view=view, actor=reader.login)


def check(query: str) -> set[str]:
    """The views a query reads; refuses all but one SELECT over views of rpt with functions from the list."""
    if len(query) > LENGTH_MAX:
        raise QueryUnreadable(problem=f"longer than {LENGTH_MAX} characters")
    with _parser_lock:
        text = _parser().execute("select json_serialize_sql($query)", {"query": query}).fetchall()[0][0]
    tree = json.loads(text)
    if tree["error"]:
        if tree.get("error_type") == "not implemented":
            raise QueryNotOneSelect(found=_first_word(query))
        raise QueryUnreadable(problem=tree["error_message"])
    if len(tree["statements"]) != 1:
        raise QueryNotOneSelect(found=f"{len(tree['statements'])} statements")
    views: set[str] = set()
    _walk(tree["statements"][0], frozenset(), views)
    return views


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """A connection of its own that holds nothing: it only reads the grammar."""
    return duckdb.connect(":memory:", config={"enable_external_access": "false", "threads": "1"})


@cache
def functions() -> frozenset[str]:
    """The names of the functions open to queries."""
    text = resources.files("erp_core.reports").joinpath("functions.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(" ".join(lines).lower().split())


def _walk(node: Any, names: frozenset[str], views: set[str]) -> None:
    if isinstance(node, list):
        for part in node:
            _walk(part, names, views)
    elif isinstance(node, dict):
        if "cte_map" in node and node.get("type") not in _QUERIES:
            raise QueryNotOneSelect(found=f"{str(node.get('type')).split('_', 1)[0]} in WITH")
        # Names of common table expressions hold inside their own query node only, each for the ones after it.
        names = _common_tables(node, names, views)
        if "alias" in node and "class" not in node and "type" in node:
            _check_table(node, names, views)
        if "function_name" in node and node["function_name"].lower() not in functions():
            raise QueryFunctionClosed(function=node["function_name"])
        for key, part in node.items():
            if key != "cte_map":
                _walk(part, names, views)


def _common_tables(node: dict[str, Any], names: frozenset[str], views: set[str]) -> frozenset[str]:
    for expression in (node.get("cte_map") or {}).get("map", []):
        name, body = expression["key"].lower(), expression["value"]["query_node"]
        inner = body.get("node", body)
        if inner.get("type") == "RECURSIVE_CTE_NODE":
            _walk(inner["left"], names, views)
            _walk({key: part for key, part in inner.items() if key != "left"}, names | {name}, views)
        else:
            _walk(expression["value"], names, views)
        names = names | {name}
    return names


def _check_table(node: dict[str, Any], names: frozenset[str], views: set[str]) -> None:
    kind = node["type"]
    if kind not in _TABLES or (kind == "SHOW_REF" and not node.get("query")):
        raise QueryTableClosed(table=node.get("table_name") or kind.lower())
    if kind == "BASE_TABLE":
        catalog, schema, table = node["catalog_name"], node["schema_name"].lower(), node["table_name"]
        if catalog or (schema != SCHEMA and (schema or table.lower() not in names)):
            raise QueryTableClosed(table=".".join(part for part in (catalog, node["schema_name"], table) if part))
        if schema:
            views.add(table.lower())


def _fetched(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    reader = relation.to_arrow_reader(BATCH_ROWS)
    batches, size, rows = [], 0, 0
    for batch in reader:
        batches.append(batch)
        size, rows = size + batch.nbytes, rows + batch.num_rows
        if size > ANSWER_MB_MAX * 1_048_576:
            raise QueryTooLarge(limit=ANSWER_MB_MAX, rows=rows)
    return pl.from_arrow(pa.Table.from_batches(batches, reader.schema))


def _narrow(frame: pl.DataFrame) -> pl.DataFrame:
    """Whole sums come as numbers of 38 digits; those that fit become plain integers."""
    wide = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Decimal) and kind.scale == 0]
    fitting = [
        name for name in wide if frame[name].cast(pl.Int64, strict=False).null_count() == frame[name].null_count()
    ]
    return frame.with_columns(pl.col(fitting).cast(pl.Int64)) if fitting else frame


def _first_word(query: str) -> str:
    return (query.split() or ["nothing"])[0].upper()


def _first_lines(problem: Exception) -> str:
    return " ".join(line.strip() for line in str(problem).splitlines() if line.strip())[:300]
