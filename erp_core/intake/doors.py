"""The doors: which verb takes in which kind of rows, and by which key a row is known again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from erp_core.foundation.session import Session
from erp_core.intake import accounts, assets, history, openings, vouchers
from erp_core.masters import items, organisation, parties, warehouses

Run = dict[str, object]
KEY, ROW = "target_key", "row"


@dataclass(frozen=True)
class Door:
    """How rows of one target enter.

    key: the expression that names a row (or the group it belongs to); enter: writes new and changed rows;
    table, column: where loaded rows lie, for targets that can be taken back; fixed: what is loaded never changes;
    needs: the columns without which no row can be named or entered.
    """

    key: Callable[[pl.DataFrame, Run], pl.Expr]
    enter: Callable[[Session, pl.DataFrame, Run], object]
    table: str = ""
    column: str = "code"
    fixed: bool = False
    needs: tuple[str, ...] = ("code",)


def _code(rows: pl.DataFrame, run: Run) -> pl.Expr:
    del rows, run
    return pl.col("code")


def _whole(rows: pl.DataFrame, run: Run) -> pl.Expr:
    del rows, run
    return pl.lit("opening")


def _given(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that hold anything; what a file does not have keeps its value in the books."""
    names = [name for name in rows.columns if name not in (ROW, KEY) and rows[name].null_count() < rows.height]
    return rows.select(names)


def _customers(session: Session, rows: pl.DataFrame, run: Run) -> object:
    del run
    return parties.save(session, parties=_given(rows).with_columns(customer=pl.lit(value=True)))


def _suppliers(session: Session, rows: pl.DataFrame, run: Run) -> object:
    del run
    return parties.save(session, parties=_given(rows).with_columns(supplier=pl.lit(value=True)))


def _parties(session: Session, rows: pl.DataFrame, run: Run) -> object:
    del run
    return parties.save(session, parties=_given(rows))


DOORS: dict[str, Door] = {
    "accounts": Door(_code, accounts.enter),
    "departments": Door(
        _code, lambda s, rows, _: organisation.save_departments(s, departments=_given(rows)), "department"
    ),
    "employees": Door(_code, lambda s, rows, _: organisation.save_employees(s, employees=_given(rows)), "employee"),
    "warehouses": Door(_code, lambda s, rows, _: warehouses.save(s, warehouses=_given(rows)), "warehouse"),
    "item_categories": Door(
        _code, lambda s, rows, _: items.save_categories(s, categories=_given(rows)), "item_category"
    ),
    "suppliers": Door(_code, _suppliers, "party"),
    "customers": Door(_code, _customers, "party"),
    "parties": Door(_code, _parties, "party"),
    "items": Door(_code, lambda s, rows, _: items.save(s, items=_given(rows)), "item"),
    "item_units": Door(
        lambda rows, run: pl.col("item") + "/" + pl.col("unit"),
        lambda s, rows, _: items.save_units(s, units=_given(rows)),
        needs=("item", "unit"),
    ),
    "opening_balances": Door(_whole, openings.enter_balances, fixed=True, needs=("account", "debit", "credit")),
    "opening_stock": Door(_whole, openings.enter_stock, fixed=True, needs=openings.STOCK_NEEDS),
    "assets": Door(_whole, assets.enter, fixed=True, needs=assets.NEEDS),
    "vouchers": Door(vouchers.key, vouchers.enter, fixed=True, needs=vouchers.NEEDS),
    "sales_history": Door(history.key, history.enter, "sales_history", needs=history.SALES.needs),
    "purchase_history": Door(history.key, history.enter_purchases, "purchase_history", needs=history.PURCHASES.needs),
}
