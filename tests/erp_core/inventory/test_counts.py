"""Counts: surplus and loss are moved, valued and booked on the day of the count."""

from decimal import Decimal

import pytest
from stock_moves import acting, stock, ties

from erp_core.foundation.errors import Refusal


def counted(books, *lines, day="2026-01-31", warehouse="W1"):
    sheet = {"document_on": day, "warehouse": warehouse}
    return books.call("inventory.count.post", documents=sheet, lines=list(lines))


def booked(books, number):
    with acting(books) as session:
        rows = session.rows(
            "select account, debit - credit from core.voucher_line join core.voucher using (voucher_id)"
            " where source_number = $n order by line", n=number,
        )  # fmt: skip
    return [(account, str(amount)) for account, amount in rows]


def test_loss_and_surplus_at_the_cost_of_the_stock(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 10, "100.00"), ("purchase", "01-02", "C", "W1", 10, "50.00"))
    done = counted(books, {"item": "B", "quantity": 9}, {"item": "C", "quantity": 12})
    assert {k: done[k] for k in ("differences", "gain", "loss")} == {"differences": 2, "gain": "10.00", "loss": "10.00"}
    assert booked(books, done["numbers"]["1"]) == [
        ("1405", "10.00"), ("1901", "-10.00"), ("1901", "10.00"), ("530102", "-10.00"),
        ("571106", "10.00"), ("1901", "-10.00"), ("1901", "10.00"), ("1405", "-10.00"),
    ]  # fmt: skip
    ties(books)


def test_month_average_waits_for_the_close(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "A", "W1", 10, "100.00"))
    done = counted(books, {"item": "A", "quantity": 8})
    assert done["differences"] == 1
    assert booked(books, done["numbers"]["1"]) == []
    ties(books)


def test_the_books_of_that_day_count_not_those_of_today(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 10, "100.00"))
        stock(session, ("sale", "02-03", "B", "W1", -4, None))
    assert counted(books, {"item": "B", "quantity": 10})["differences"] == 0
    assert counted(books, {"item": "B", "quantity": 9})["loss"] == "10.00"
    with pytest.raises(Refusal) as refused:
        counted(books, {"item": "B", "quantity": 3})
    assert refused.value.code == "LaterStockShort"
    ties(books)


def test_surplus_without_stock_needs_a_cost(books):
    with pytest.raises(Refusal) as refused:
        counted(books, {"item": "B", "quantity": 2})
    assert refused.value.code == "GainWithoutCost"
    assert counted(books, {"item": "B", "quantity": 3, "unit_cost": "1.115"})["gain"] == "3.35"
    ties(books)
    with acting(books) as session:
        assert session.one("select amount from core.stock_pool where item = 'B'") == (Decimal("3.35"),)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{"item": "B", "quantity": 1}, {"item": "B", "quantity": 2}], "CountedTwice"),
        ([{"item": "B", "quantity": -1}], "CountNegative"),
        ([{"item": "X", "quantity": 1}], "ItemUnknown"),
    ],
)
def test_refused(books, lines, code):
    with pytest.raises(Refusal) as refused:
        counted(books, *lines)
    assert refused.value.code == code
