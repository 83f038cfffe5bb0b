"""Items, their categories, and the units they are counted in."""

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.money import quantity as as_quantity
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import refusals, saving
from erp_core.masters.likeness import alike

ITEM = saving.Table(
    name="item",
    required=("name", "unit"),
    codes=("category", "unit", "sales_tax", "purchase_tax", "supplier", "barcode", "external_code", "tax_class"),
    choices={"kind": ("goods", "service"), "cost_method": ("month_average", "moving_average", "fifo")},
)
CATEGORY = saving.Table(name="item_category", codes=("parent",))
UNIT = saving.Table(name="item_unit", keys=("item", "unit"), required=("numerator", "denominator"))
NUMBERS = ("list_price", "floor_price", "minimum", "maximum", "reorder_point", "lead_days")
# What decides quantity or value of moves already made may not change under them.
FIXED_BY_MOVES = ("kind", "unit", "cost_method", "inventory_account")


@verb("masters.item.save")
def save(session: Session, *, items: saving.Given) -> dict[str, Any]:
    """Add or change items by code; unit, cost method and inventory account stay as they are once stock has moved.

    `items`: columns of core.item, at least code, name and unit. Returns added, changed, unchanged and warnings.
    """
    frame = saving.complete(session, ITEM, items)
    _refuse_unknown(session, frame)
    _refuse_moved(session, frame)
    _refuse_stocked(session, frame)
    saving.refuse_numbers(frame, NUMBERS)
    result = saving.write(session, ITEM, frame)
    held = session.frame("select code, name || ' ' || specification as name, barcode from core.item")
    return result | {"warnings": alike(held, frame["code"], ["name", "barcode"])}


@verb("masters.item_category.save")
def save_categories(session: Session, *, categories: saving.Given) -> dict[str, Any]:
    """Add or change item categories by code: code, name, parent; parents exist and make no circle."""
    frame = saving.complete(session, CATEGORY, categories)
    saving.refuse_cycles(session, CATEGORY, frame)
    return saving.write(session, CATEGORY, frame)


@verb("masters.item_unit.save")
def save_units(session: Session, *, units: saving.Given) -> dict[str, Any]:
    """Add or change further units: item, unit, numerator, denominator; base = quantity * numerator / denominator."""
    frame = saving.complete(session, UNIT, units)
    saving.refuse_unknown(frame, "item", session.frame("select code from core.item")["code"], "item")
    saving.refuse_numbers(frame, UNIT.required, code="item", above_zero=True)
    return saving.write(session, UNIT, frame)


def items(session: Session) -> pl.DataFrame:
    """All items, one row each, with the columns of core.item."""
    return session.frame("select * from core.item order by code")


def to_base(session: Session, item: str, unit: str, quantity: Decimal) -> Decimal:
    """A quantity in the item's base unit, six decimals; refuse a unit the item is not counted in."""
    known = session.rows(
        "select unit, 1, 1 from core.item where code = $item "
        "union all select unit, numerator, denominator from core.item_unit where item = $item",
        item=item,
    )
    for name, numerator, denominator in known:
        if name == unit:
            return as_quantity(Decimal(quantity) * numerator / denominator)
    raise refusals.UnknownUnit(item=item, unit=unit, known=", ".join(name for name, _, _ in known))


def _refuse_unknown(session: Session, frame: pl.DataFrame) -> None:
    known = {
        "category": "select code from core.item_category",
        "supplier": "select code from core.party where supplier",
        "sales_tax": "select distinct code from core.tax_code where direction = 'sales'",
        "purchase_tax": "select distinct code from core.tax_code where direction = 'purchase'",
        "inventory_account": "select code from core.account where leaf",
        "revenue_account": "select code from core.account where leaf",
        "cost_account": "select code from core.account where leaf",
    }
    for column, query in known.items():
        if (frame[column] != "").any():
            saving.refuse_unknown(frame, column, session.frame(query)["code"], column)


def _refuse_moved(session: Session, frame: pl.DataFrame) -> None:
    moved = session.frame(
        "select code, kind, unit, cost_method, inventory_account from core.item i "
        "where exists (select 1 from core.stock_move m where m.item = i.code)"
    )
    both = frame.join(moved, on="code", suffix="_held")
    for column in FIXED_BY_MOVES:
        bad = both.filter(pl.col(column) != pl.col(f"{column}_held"))
        if bad.height:
            row = bad.row(0, named=True)
            raise refusals.ItemHasMoves(code=row["code"], field=column, old=row[f"{column}_held"], new=row[column])


def _refuse_stocked(session: Session, frame: pl.DataFrame) -> None:
    stocked = session.frame(
        "select item as code, sum(quantity) as on_hand from core.stock_now group by item having sum(quantity) <> 0"
    )
    saving.refuse_stock(frame, stocked)
