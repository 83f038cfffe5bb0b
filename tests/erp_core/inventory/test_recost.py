"""Laws of stock: whatever is moved, in whatever order of dates, value follows from the moves and ties to the ledger."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stock_moves import acting, stock, tied

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.inventory import moves, recost
from erp_core.ledger import posting

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["purchase", "purchase", "sale", "sale", "sale_return", "purchase_return", "adjustment", "transfer", "loss", "gain"]),
        st.sampled_from("BC"),
        st.sampled_from(["W1", "W2"]),
        st.integers(0, 50),
        st.integers(1, 7),
        st.integers(0, 2000),
        st.integers(0, 10),
    ),
    max_size=14,
)  # fmt: skip


class Undone(Exception):
    """Ends an example without leaving a trace."""


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


def take(session, kind, item, warehouse, day, quantity, cents, choice):
    on = f"{date(2026, 1, 1) + timedelta(day):%m-%d}"
    amount = f"{Decimal(cents) / 100}"
    if kind == "purchase":
        stock(session, (kind, on, item, warehouse, quantity, amount))
    elif kind in {"sale", "loss"}:
        stock(session, (kind, on, item, warehouse, -quantity, None))
    elif kind == "gain":
        stock(session, (kind, on, item, warehouse, quantity, amount if choice % 2 else None))
    elif kind == "transfer":
        other = "W2" if warehouse == "W1" else "W1"
        stock(session, ("transfer_out", on, item, warehouse, -quantity, None), ("transfer_in", on, item, other, quantity, None))
    else:
        origin = {"sale_return": "sale", "purchase_return": "purchase", "adjustment": "purchase"}[kind]
        known = session.rows(
            "select move_id, moved_on from core.stock_move where item = $i and kind = $k order by move_id", i=item, k=origin
        )
        if not known:
            return
        move_id, moved_on = known[choice % len(known)]
        later = max(moved_on, date(2026, 1, 1) + timedelta(day))
        if kind == "adjustment":
            adjust(session, move_id, item, later, Decimal(cents - 1000) / 100)
            return
        sign = 1 if kind == "sale_return" else -1
        stock(session, (kind, f"{later:%m-%d}", item, warehouse, sign * quantity, None, move_id))


def adjust(session, move_id, item, day, amount):
    if not amount:
        return
    worth = session.one("select sum(amount) from core.stock_value where move_id = $m", m=move_id)[0]
    if worth + amount < 0:
        return
    event = f"bill/{session.act_id}"
    row = {"move_id": move_id, "item": item, "period": f"{day:%Y-%m}", "valued_on": day, "kind": "adjustment", "amount": amount, "event_key": event}
    moves.value(session, pl.DataFrame([row], schema_overrides={"amount": MONEY}))
    lines = [("1405", amount, Decimal(0)), ("2241", Decimal(0), amount)]
    posting.post(
        session,
        pl.DataFrame([{"key": event, "voucher_on": day, "summary": "价差", "event_key": event}]),
        pl.DataFrame(lines, schema={"account": pl.String, "debit": MONEY, "credit": MONEY}, orient="row").with_columns(key=pl.lit(event)),
    )


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
            worth.append(session.rows("select m.kind, m.moved_on, sum(v.amount) from core.stock_value v join core.stock_move m using (move_id) group by all order by 2"))
            raise Undone
    assert worth[0] == worth[1]
