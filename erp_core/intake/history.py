"""Sales made before the books began: kept line by line for analysis, never in stock or ledger."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.money import QUANTITY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

COLUMNS = {
    "source": pl.String, "line": pl.Int64, "number": pl.String, "sold_on": pl.Datetime("us"), "party": pl.String,
    "item": pl.String, "description": pl.String, "region": pl.String, "kind": pl.String, "quantity": QUANTITY,
    "unit_price": QUANTITY, "amount": pl.Decimal(24, 6), "run_id": pl.String,
}  # fmt: skip
TEXTS = ("party", "item", "description", "region")


@verb("sales.history.load")
def load(
    session: Session, *, lines: pl.DataFrame | list[dict[str, Any]], source: str, run_id: str = ""
) -> dict[str, int]:
    """Add or replace lines of sales history, known by source and line number.

    lines: line, number, sold_on, kind, quantity, unit_price, amount (quantity times price, six decimals, currency of
    the books), and optionally party, item, description, region.
    """
    frame = pl.DataFrame(lines) if isinstance(lines, list) else lines
    frame = frame.with_columns(source=pl.lit(source), run_id=pl.lit(run_id))
    shaped = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in COLUMNS.items()
    ]
    rows = frame.select(shaped).with_columns(pl.col(TEXTS).fill_null(""))
    known = session.one("select count(*) from core.sales_history where source = $source", source=source)[0]
    if known:
        session.upsert("sales_history", rows, ("source", "line"))
    else:
        session.insert("sales_history", rows)
    return {"lines": rows.height}


def source_of(run: dict[str, object]) -> str:
    """The name under which the lines of one sheet are kept: legacy system, file and sheet."""
    return "/".join(str(run[name]) for name in ("source", "file", "sheet") if run.get(name))


def key(rows: pl.DataFrame, run: dict[str, object]) -> pl.Expr:
    """A line of history has no number of its own in the legacy file: the file and the row name it."""
    del rows
    return pl.lit(source_of(run) + "#") + pl.col("row").cast(pl.String)


def enter(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, int]:
    """Load the rows of a sheet as history; the source row is the line number."""
    lines = rows.drop("target_key").rename({"row": "line"})
    return load(session, lines=lines, source=source_of(run), run_id=str(run["run_id"]))
