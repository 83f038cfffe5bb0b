"""Sales and purchases made before the books began: kept line by line for analysis, never in stock or ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from erp_core.foundation import given
from erp_core.foundation.money import QUANTITY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.intake.refusals import HistoryNotWhole

Loader = Callable[..., dict[str, int]]


@dataclass(frozen=True)
class History:
    """One kind of past lines: its table, the column of its day, and the texts it may have besides."""

    table: str
    day: str
    texts: tuple[str, ...]

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the table with their types."""
        return {
            "source": pl.String, "line": pl.Int64, "number": pl.String, self.day: pl.Datetime("us"),
            **dict.fromkeys(self.texts, pl.String), "kind": pl.String, "quantity": QUANTITY, "unit_price": QUANTITY,
            "amount": pl.Decimal(24, 6), "run_id": pl.String,
        }  # fmt: skip

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns without which no line can be kept."""
        return ("number", self.day, "kind", "quantity", "unit_price", "amount")


SALES = History("sales_history", "sold_on", ("party", "item", "description", "region"))
PURCHASES = History("purchase_history", "bought_on", ("party", "item", "description", "warehouse"))


@verb("sales.history.load")
def load(
    session: Session, *, lines: pl.DataFrame | list[dict[str, Any]], source: str, run_id: str = ""
) -> dict[str, int]:
    """Add or replace lines of sales history, known by source and line number.

    lines: line, number, sold_on, kind, quantity, unit_price, amount (quantity times price, six decimals, currency of
    the books), and optionally party, item, description, region.
    """
    return _load(session, SALES, lines, source, run_id)


@verb("purchasing.history.load")
def load_purchases(
    session: Session, *, lines: pl.DataFrame | list[dict[str, Any]], source: str, run_id: str = ""
) -> dict[str, int]:
    """Add or replace lines of purchase history, known by source and line number.

    lines: line, number, bought_on, kind, quantity, unit_price, amount (quantity times price, six decimals, currency of
    the books), and optionally party, item, description, warehouse.
    """
    return _load(session, PURCHASES, lines, source, run_id)


def _load(
    session: Session, history: History, lines: pl.DataFrame | list[dict[str, Any]], source: str, run_id: str
) -> dict[str, int]:
    frame = pl.DataFrame(lines) if isinstance(lines, list) else lines
    columns = history.columns
    for name in ("line", *history.needs):
        if name not in frame.columns or frame[name].null_count():
            raise HistoryNotWhole(table=history.table, column=name)
    floats = [name for name, kind in columns.items() if kind.is_decimal() and frame.schema[name].is_float()]
    if floats:
        raise given.BinaryFraction(column=floats[0])
    same = {"source": source, "run_id": run_id}
    shaped = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in columns.items()
        if name not in same
    ]
    rows = frame.select(shaped).with_columns(pl.col(history.texts).fill_null(""))
    known = session.one(f"select count(*) from core.{history.table} where source = $source", source=source)[0]
    if known:
        session.upsert(history.table, rows, ("source", "line"), **same)
    else:
        session.insert(history.table, rows, **same)
    return {"lines": rows.height}


def source_of(run: dict[str, object]) -> str:
    """The name under which the lines of one sheet are kept: legacy system, file and sheet."""
    return "/".join(str(run[name]) for name in ("source", "file", "sheet") if run.get(name))


def key(rows: pl.DataFrame, run: dict[str, object]) -> pl.Expr:
    """A line of history has no number of its own in the legacy file: the file and the row name it."""
    del rows
    return pl.lit(source_of(run) + "#") + pl.col("row").cast(pl.String)


def enter(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, int]:
    """Load the rows of a sheet as sales history; the source row is the line number."""
    return _enter(session, load, rows, run)


def enter_purchases(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, int]:
    """Load the rows of a sheet as purchase history; the source row is the line number."""
    return _enter(session, load_purchases, rows, run)


def _enter(session: Session, loader: Loader, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, int]:
    lines = rows.drop("target_key").rename({"row": "line"})
    return loader(session, lines=lines, source=source_of(run), run_id=str(run["run_id"]))
