"""Laws of stock: whatever is moved, in whatever order of dates, value follows from the moves and ties to the ledger."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from stock_moves import STEPS, Undone, acting, stock, take, tied

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.inventory import recost


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_law_value_follows_from_the_order_of_moves(books, steps):
    with suppress(Undone), acting(books) as session:
        for step in steps:
            # Each step stands for an act of its own.
            session._act.act_id += 1
            with suppress(Refusal):
                take(session, *step)
            tied(session.cursor)
        assert recosted(session).is_empty()
        raise Undone


def recosted(session):
    """What costing all items again from their first move on would change: nothing, if value is a function of moves."""
    session._act.act_id += 1
    receipts = session.rows("select item, min(move_id) from core.stock_move where kind = 'purchase' group by item")
    if not receipts:
        return pl.DataFrame()
    nothing_new = [
        {"place": at, "move_id": move_id, "kind": "adjustment", "item": item, "cost_method": {"B": "moving_average", "C": "fifo"}[item],
         "moved_on": date(2030, 1, 1), "quantity": Decimal(0), "amount": Decimal(0), "origin_move": move_id}
        for at, (item, move_id) in enumerate(receipts)
    ]  # fmt: skip
    new = pl.DataFrame(nothing_new, schema_overrides={"quantity": QUANTITY, "amount": MONEY, "moved_on": pl.Date})
    return recost.from_history(session, new).differences


@pytest.mark.parametrize("item", ["B", "C"])
def test_order_of_booking_does_not_matter(books, item):
    """The same moves, booked by date or backwards, end in the same value."""
    rows = [
        ("purchase", "01-01", item, "W1", 3, "100.00"),
        ("sale", "01-10", item, "W1", -2, None),
        ("purchase", "01-15", item, "W1", 5, "77.77"),
        ("sale", "01-20", item, "W1", -3, None),
    ]
    worth = []
    for order in ([0, 1, 2, 3], [2, 0, 3, 1]):
        with suppress(Undone), acting(books) as session:
            for at in order:
                session._act.act_id += 1
                stock(session, rows[at])
            tied(session.cursor)
            worth.append(
                session.rows(
                    "select m.kind, m.moved_on, sum(v.amount) from core.stock_value v join core.stock_move m using (move_id) group by all order by 2"
                )
            )
            raise Undone
    assert worth[0] == worth[1]
