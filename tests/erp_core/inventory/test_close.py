"""A month's stock closes in order, and only when quantity, value and ledger agree."""

import pytest
from stock_moves import acting, stock, ties

from erp_core.foundation.errors import Refusal


def refused(call, *args, **more):
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    return caught.value


def test_closed_month_is_shut_and_opens_again(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 10, "100.00"), ("transfer_out", "01-03", "B", "W1", -2, None),
              ("transfer_in", "01-03", "B", "WT", 2, None))  # fmt: skip
    done = books.call("inventory.period.close", period="2026-01")
    assert done["under_way"] == [{"item": "B", "warehouse": "WT", "quantity": "2.000000"}]
    with pytest.raises(Refusal) as late, acting(books) as session:
        stock(session, ("purchase", "01-05", "B", "W1", 1, "1.00"))
    assert late.value.code == "StockPeriodClosed"
    assert refused(books.call, "inventory.period.close", period="2026-01").code == "StockAlreadyClosed"
    books.call("inventory.period.reopen", period="2026-01", reason="漏记入库")
    assert refused(books.call, "inventory.period.reopen", period="2026-01", reason="x").code == "StockAlreadyClosed"
    ties(books)


def test_months_close_in_order(books):
    assert refused(books.call, "inventory.period.close", period="2026-02").code == "StockCloseOrder"
    books.call("inventory.period.close", period="2026-01")
    books.call("inventory.period.close", period="2026-02")
    assert refused(books.call, "inventory.period.reopen", period="2026-01", reason="x").code == "StockCloseOrder"


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        (
            "insert into core.stock_value select 99, 1, 'B', '1405', '2026-01', date '2026-01-09', 'adjustment', 1, 'x', 1, 0",
            "stock_value",
        ),
        (
            "insert into core.stock_move select 99, 'sale', date '2026-01-09', '2026-01', 'B', 'W1', '', -1, null, null, null, '', 1, 0",
            "move_value",
        ),
        ("update core.stock_now set quantity = 7", "on_hand"),
        (
            "insert into core.stock_move select 99, 'sale', date '2026-01-01', '2026-01', 'A', 'W1', '', -1, null, null, null, '', 1, 0",
            "negative",
        ),
    ],
)
def test_a_planted_fault_stops_the_close(books, fault, check):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 10, "100.00"))
        session.cursor.execute(fault)
    caught = refused(books.call, "inventory.period.close", period="2026-01")
    assert (caught.code, caught.facts["check"]) == ("StockCloseRefused", check)
