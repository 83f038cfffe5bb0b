"""Cards of assets from legacy lists: accepted as a whole, and only if they tie to the ledger."""

from __future__ import annotations

import polars as pl

from erp_core.assets import openings
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session

NEEDS = ("name", "category", "started_on", "value")
COLUMNS = {
    **dict.fromkeys(
        ("asset", "name", "category", "specification", "location", "custodian", "supplier", "department", "method",
         "external_code", "note"), pl.String,
    ),
    "started_on": pl.Date, "quantity": QUANTITY, "life_months": pl.Int32, "months_used": pl.Int32,
    "residual": MONEY, "value": MONEY, "accumulated": MONEY, "impairment": MONEY,
}  # fmt: skip


def enter(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, object]:
    """Load the cards as they stood before the books began; 1601, 1602 and the like must equal them to the cent."""
    del run
    return openings.load(session, cards=rows.select(_shaped(rows, name) for name in COLUMNS if name in rows.columns))


def _shaped(rows: pl.DataFrame, name: str) -> pl.Expr:
    column, kind = pl.col(name), COLUMNS[name]
    # A residual reckoned from its rate has six decimals; it is rounded once, here.
    if kind == MONEY and rows.schema[name].is_decimal():
        column = column.round(2, mode="half_away_from_zero")
    return column.cast(kind)
