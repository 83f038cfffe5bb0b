"""Sales returns: back into stock at the cost at which the goods left."""

from decimal import Decimal

import pytest

from erp_core.foundation import sources
from erp_core.foundation.sources import DatedBeforeSource
from erp_core.sales.returns import ReturnTooMuch
from pipelines.closing import run
from tests.trading import balance, day, deliver, done, invoice, on_hand, one, paper, status, stock, voucher

DAY_20 = day(20)


def take_back(books, delivery, lines=None, on=DAY_20, **head):
    return one(
        books.call("sales.delivery.take_back", documents={"delivery": delivery, "document_on": on, **head}, lines=lines)
    )


def test_goods_come_back_at_their_original_cost_though_the_average_moved(books):
    stock(books, "B", 10, "20")
    delivery = deliver(books, "C01", [{"item": "B", "quantity": 6}])
    stock(books, "B", 10, "30", on=day(12))
    returned = take_back(books, delivery, [{"delivery_line": 1, "quantity": 2, "reason": "规格不符"}])
    assert voucher(books, returned) == paper("""
        5401 | | -40.00 | -
        1405 | | -      | -40.00
    """)
    assert balance(books, "1405") == Decimal("420.00")
    assert on_hand(books, "B") == 16


def test_returned_in_parts_the_cents_come_back_whole(books):
    stock(books, "C", 3, "33.333333")
    delivery = deliver(books, "C02", [{"item": "C", "quantity": 3}])
    for _ in range(3):
        take_back(books, delivery, [{"delivery_line": 1, "quantity": 1}])
    assert balance(books, "5401") == 0
    assert balance(books, "1405") == Decimal("100.00")
    assert status(books, delivery) == "reversed"


def test_no_more_comes_back_than_went_out(books):
    stock(books, "B", 10, "20")
    delivery = deliver(books, "C01", [{"item": "B", "quantity": 6}])
    take_back(books, delivery, [{"delivery_line": 1, "quantity": 4}])
    with pytest.raises(ReturnTooMuch) as refused:
        take_back(books, delivery, [{"delivery_line": 1, "quantity": 3}])
    assert refused.value.facts["open"] == 2
    take_back(books, delivery)
    assert done(books, delivery) == {(1, "returned"): 6}
    with pytest.raises(sources.WrongStatus):
        take_back(books, delivery)


def test_a_return_is_not_dated_before_its_delivery(books):
    stock(books, "B", 10, "20")
    delivery = deliver(books, "C01", [{"item": "B", "quantity": 6}])
    with pytest.raises(DatedBeforeSource):
        take_back(books, delivery, on=day(9))


def test_goods_can_come_back_to_another_warehouse(books):
    stock(books, "B", 10, "20")
    delivery = deliver(books, "C01", [{"item": "B", "quantity": 6}])
    take_back(books, delivery, warehouse="W2")
    places = books.sql("select warehouse, quantity from rpt.stock_now where item = 'B' order by warehouse")
    assert places.rows() == [("W1", 4), ("W2", 6)]


def test_a_month_average_comes_back_without_value_until_the_close(books):
    stock(books, "A", 10, "20")
    delivery = deliver(books, "C01", [{"item": "A", "quantity": 6}])
    returned = take_back(books, delivery, [{"delivery_line": 1, "quantity": 2}])
    assert voucher(books, returned) == []
    assert on_hand(books, "A") == 6


def test_from_a_closed_month_an_average_comes_back_at_the_cost_it_left_with(books):
    stock(books, "A", 100, "10.00")
    stock(books, "A", 50, "11.50", on=day(8))
    delivery = deliver(books, "C01", [{"item": "A", "quantity": 60}])
    invoice(books, delivery)
    run.close(books, "2026-01")
    assert balance(books, "1405") == Decimal("945.00")
    stock(books, "A", 90, "20", on=day(2, month=2))
    returned = take_back(books, delivery, [{"delivery_line": 1, "quantity": 7}], on=day(3, month=2))
    assert voucher(books, returned) == paper("""
        5401 | | -73.50 | -
        1405 | | -      | -73.50
    """)
