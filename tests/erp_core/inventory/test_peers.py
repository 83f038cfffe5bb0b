"""Valuation scenarios that other systems assert in their own tests: where our rules agree, and where and why they do not.

We differ on purpose in four things:
- Stock below zero is refused, so scenarios that need it are followed up to the issue that would make it negative.
- Unit cost is a ratio of value and quantity, never a price rounded to two decimals: the moving average issue of 30 out of
  1,273.50 for 80 costs 477.56, not 477.60.
- An issue cannot name its cost under FIFO; only goods going back to a supplier leave the layer they came in with.
- A standard cost is none of the methods of 小企业会计准则 §13; those scenarios are left out.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

import polars as pl
import pytest
from shared_data import shared
from stock_moves import SCHEMA

from erp_core.inventory.costing import fifo, moving_average

CENT = Decimal("0.01")
ROUNDED_UNIT_COST = {("avco_textbook_60_140", 5): Decimal("477.56"), ("avco_textbook_60_140", 7): Decimal("795.94")}
ROW_SCHEMA = SCHEMA | {"move_id": pl.Int64, "origin_move": pl.Int64}


def scenarios():
    try:
        path = shared("peer_vectors/inventory_valuation_vectors.csv")
    except pytest.skip.Exception:
        return []
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(name, list(steps)) for name, steps in groupby(rows, key=lambda row: row["scenario"])]


def number(text):
    return Decimal(text) if text else None


def own_rows(step, at, layers):
    """The rows by which a step of a peer happens here; layers: move_id -> [quantity, unit cost] of receipts so far."""
    quantity, cost = number(step["qty"]), number(step["unit_cost"])
    if step["event"] == "in":
        layers[at] = [quantity, cost]
        return [("A", quantity, (quantity * cost).quantize(CENT, ROUND_HALF_UP), at, None)]
    if step["event"] == "out":
        return [("A", -quantity, None, at, None)]
    if step["event"] == "out_at_cost":
        rows = []
        for move_id, layer in layers.items():
            taken = min(quantity, layer[0]) if layer[1] == cost else Decimal(0)
            if taken:
                rows.append(("A", -taken, -(taken * cost).quantize(CENT, ROUND_HALF_UP), at * 100 + move_id, move_id))
                layer[0] -= taken
                quantity -= taken
        assert not quantity
        return rows
    # Transfers and goods of others bring no value; a row of no quantity and no amount stands for them.
    return [("A", Decimal(0), Decimal(0), at, None)]


@pytest.mark.parametrize(("name", "steps"), scenarios(), ids=lambda value: value if isinstance(value, str) else "")
def test_scenario(name, steps):
    if steps[0]["method"] == "standard" or steps[0]["event"] != "in":
        pytest.skip("starts below zero or is costed by a standard cost")
    kernel = {"fifo": fifo, "moving_average": moving_average}[steps[0]["method"]]
    rows, layers = [], {}
    for at, step in enumerate(steps, 1):
        if step["event"] == "edit_qty":
            edited(rows, step)
            fresh = []
        else:
            fresh = own_rows(step, at, layers)
        rows += fresh
        frame = pl.DataFrame(rows, schema=ROW_SCHEMA, orient="row")
        if frame["quantity"].sum() < 0:
            assert step["policy"] == "negative_stock_allowed"
            with pytest.raises(ValueError, match="below zero"):
                kernel(frame)
            return
        compare(name, at, step, kernel(frame), len(fresh))


def edited(rows, step):
    """A quantity corrected later: here the moves are costed again with the right one."""
    target = int(step["note"].split()[1]) - 1 if step["note"].startswith("step") else len(rows) - 1
    item, quantity, amount, *ids = rows[target]
    new = number(step["qty"]) * (1 if quantity > 0 else -1)
    rows[target] = (item, new, amount and (amount / quantity * new).quantize(CENT), *ids)


def compare(name, at, step, costed, fresh):
    value, held = costed.state["amount"].sum(), costed.state["quantity"].sum()
    expected_move = ROUNDED_UNIT_COST.get((name, at), number(step["expected_move_value"]))
    if expected_move is not None and fresh:
        assert abs(costed.amounts[-fresh:].sum()) == expected_move
    if step["expected_qty_on_hand"]:
        assert held == number(step["expected_qty_on_hand"])
    if step["expected_total_value"] and name != "avco_textbook_60_140":
        assert value == number(step["expected_total_value"]).quantize(CENT)
    if step["expected_unit_cost"] and held:
        assert (value / held).quantize(CENT) == number(step["expected_unit_cost"]).quantize(CENT)
    if not held:
        assert value == 0
