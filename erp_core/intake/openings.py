"""Openings: balances with the open items behind them, and stock, each accepted only as a whole."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.session import Session
from erp_core.inventory import openings as stock
from erp_core.ledger import openings

BALANCE_COLUMNS = (
    "account", "debit", "credit", "ytd_debit", "ytd_credit", "party", "department", "employee", "project", "item",
    "reference", "item_on", "due_on",
)  # fmt: skip
STOCK_COLUMNS = ("item", "warehouse", "bin", "quantity", "amount")


def enter_balances(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, object]:
    """Load the opening balances; control accounts come as one row per open item."""
    del run
    given = rows.select([name for name in BALANCE_COLUMNS if name in rows.columns])
    return openings.load(session, balances=given)


def enter_stock(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> dict[str, object]:
    """Load the opening stock by item and warehouse with its value."""
    del run
    return stock.load(session, stock=rows.select([name for name in STOCK_COLUMNS if name in rows.columns]))
