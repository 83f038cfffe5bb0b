"""Deliveries: whole, partial, too much, from nothing; stock, cost and voucher in one act."""

from decimal import Decimal

import pytest

from erp_core.foundation import sources
from erp_core.foundation.errors import KeyReused
from erp_core.inventory.checks import NotEnoughStock
from erp_core.inventory.goods import WarehouseMissing
from erp_core.ledger.periods import StockPeriodClosed
from erp_core.sales.deliveries import OverDelivery
from tests.trading import balance, counts, day, deliver, done, on_hand, one, order, paper, stock, voucher

DAY_10 = day(10)


def ship(books, number, lines=None, on=DAY_10, **more):
    return books.call("sales.delivery.ship", documents={"order": number, "document_on": on}, lines=lines, **more)


def test_goods_costed_at_once_leave_with_their_voucher(books):
    stock(books, "B", 100, "20")
    delivery = deliver(books, "C01", [{"item": "B", "quantity": 30}])
    assert voucher(books, delivery) == paper("""
        5401 | | 600.00 | -
        1405 | | -      | 600.00
    """)
    assert on_hand(books, "B") == 70


def test_a_month_average_leaves_without_a_voucher_until_the_close(books):
    stock(books, "A", 100, "10")
    delivery = deliver(books, "C01", [{"item": "A", "quantity": 30}])
    assert voucher(books, delivery) == []
    assert on_hand(books, "A") == 70


def test_a_service_is_delivered_without_a_move(books):
    delivery = deliver(books, "C01", [{"item": "V", "quantity": 1}])
    assert voucher(books, delivery) == []
    assert books.sql("select count(*) from rpt.stock_move").item() == 0


def test_an_order_is_shipped_in_parts_until_nothing_is_open(books):
    stock(books, "B", 100, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 30}, {"item": "V", "quantity": 1}])
    ship(books, number, [{"order_line": 1, "quantity": 10}])
    ship(books, number)
    assert done(books, number) == {(1, "delivered"): 30, (2, "delivered"): 1}
    with pytest.raises(sources.NothingOpen):
        ship(books, number)


def test_over_delivery_is_refused_naming_line_and_limit(books):
    stock(books, "B", 100, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 30}])
    ship(books, number, [{"order_line": 1, "quantity": 20}])
    before = counts(books)
    with pytest.raises(OverDelivery) as refused:
        ship(books, number, [{"order_line": 1, "quantity": 11}])
    assert {k: refused.value.facts[k] for k in ("number", "line", "item", "wanted", "open")} == {
        "number": number, "line": 1, "item": "B", "wanted": 11, "open": 10,
    }  # fmt: skip
    assert counts(books).equals(before)


def test_two_deliveries_of_one_set_together_may_not_take_too_much(books):
    stock(books, "B", 100, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 30}])
    heads = [{"key": k, "order": number, "document_on": day(10)} for k in "ab"]
    with pytest.raises(OverDelivery):
        books.call("sales.delivery.ship", documents=heads)


def test_the_tolerance_is_a_parameter(books):
    books.call(
        "company.parameter.set", parameter="sales.over_delivery_percent", value="10", valid_from=day(1), reason="散货"
    )
    stock(books, "B", 100, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 30}])
    ship(books, number, [{"order_line": 1, "quantity": 33}])
    with pytest.raises(OverDelivery):
        ship(books, number, [{"order_line": 1, "quantity": 1}])


def test_only_an_approved_order_is_shipped(books):
    head = {"document_on": day(5), "party": "C01", "warehouse": "W1"}
    number = one(books.call("sales.order.place", documents=head, lines=[{"item": "B", "quantity": 1}]))
    with pytest.raises(sources.WrongStatus):
        ship(books, number)


def test_stock_never_goes_below_zero(books):
    stock(books, "B", 5, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 30}])
    before = counts(books)
    with pytest.raises(NotEnoughStock):
        ship(books, number)
    with pytest.raises(NotEnoughStock):
        ship(books, number, [{"order_line": 1, "quantity": 5}], on=day(5))  # the goods came on the 6th
    assert counts(books).equals(before)


def test_a_warehouse_must_be_known(books):
    stock(books, "B", 5, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 1}], warehouse=None)
    with pytest.raises(WarehouseMissing):
        ship(books, number)
    books.call("sales.delivery.ship", documents={"order": number, "document_on": day(10), "warehouse": "W1"})


def test_another_warehouse_than_that_of_the_order_can_be_named(books):
    stock(books, "B", 5, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 1}])
    with pytest.raises(NotEnoughStock):
        books.call("sales.delivery.ship", documents={"order": number, "document_on": day(10), "warehouse": "W2"})


def test_the_same_key_ships_once(books):
    stock(books, "B", 100, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 30}])
    first = ship(books, number, [{"order_line": 1, "quantity": 10}], key="truck-7")
    again = ship(books, number, [{"order_line": 1, "quantity": 10}], key="truck-7")
    assert again == first
    assert done(books, number) == {(1, "delivered"): 10}
    with pytest.raises(KeyReused):
        ship(books, number, [{"order_line": 1, "quantity": 11}], key="truck-7")


def test_a_closed_period_takes_no_delivery(books):
    stock(books, "B", 100, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 30}])
    with books.database.write() as cursor:
        cursor.execute("update core.period set stock_status = 'closed' where period = '2026-01'")
    books.database.reference.clear()
    with pytest.raises(StockPeriodClosed):
        ship(books, number)


def test_many_deliveries_are_one_set(books):
    stock(books, "B", 500, "20")
    count = 60
    heads = [{"key": str(n), "document_on": day(8), "party": "C01", "warehouse": "W1"} for n in range(count)]
    lines = [{"key": str(n), "item": "B", "quantity": 1 + n % 3} for n in range(count)]
    placed = books.call("sales.order.place", documents=heads, lines=lines)["numbers"]
    books.call("sales.order.submit", numbers=list(placed.values()))
    books.call("sales.order.approve", numbers=list(placed.values()))
    shipped = books.call(
        "sales.delivery.ship",
        documents=[{"key": key, "order": number, "document_on": day(9)} for key, number in placed.items()],
    )
    assert shipped["count"] == count
    assert len(shipped["vouchers"]) == count
    assert on_hand(books, "B") == 500 - 120
    assert balance(books, "5401") == Decimal("2400.00")
