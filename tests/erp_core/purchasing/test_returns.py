"""Goods sent back: at the cost at which they came, before and after the bill."""

from decimal import Decimal

import pytest

from erp_core.inventory.checks import NotEnoughStock
from erp_core.purchasing.returns import SendBackTooMuch
from tests.trading import balance, day, deliver, done, on_hand, one, paper, status, stock, voucher

DAY_15 = day(15)


def send_back(books, receipt, lines=None, on=DAY_15):
    return one(
        books.call("purchasing.receipt.send_back", documents={"receipt": receipt, "document_on": on}, lines=lines)
    )


def test_before_the_bill_the_estimate_shrinks(books):
    receipt = stock(books, "B", 100, "20")
    number = send_back(books, receipt, [{"receipt_line": 1, "quantity": 5, "reason": "瑕疵"}])
    assert voucher(books, number) == paper("""
        1405   |     | -100.00 | -
        220202 | S01 | -       | -100.00
    """)
    assert on_hand(books, "B") == 95
    books.call("purchasing.bill.book", documents={"receipt": receipt, "document_on": day(16), "reference": "F-1"})
    assert balance(books, "220202") == 0
    assert balance(books, "220201", "S01") == Decimal("-2147.00")


def test_after_the_bill_a_red_bill_squares_the_estimate(books):
    receipt = stock(books, "B", 100, "20", bill={"reference": "F-1"})
    bill = books.sql("select number from rpt.document where kind = 'purchase_bill'").item()
    send_back(books, receipt, [{"receipt_line": 1, "quantity": 5}])
    assert balance(books, "220202", "S01") == Decimal("100.00")
    books.call(
        "purchasing.bill.red",
        documents={"bill": bill, "document_on": day(18), "reference": "F-1R"},
        lines=[{"bill_line": 1, "quantity": 5}],
    )
    assert balance(books, "220202") == 0
    assert balance(books, "220201", "S01") == Decimal("-2147.00")
    assert balance(books, "1405") == Decimal("1900.00")


def test_original_cost_though_the_average_moved(books):
    receipt = stock(books, "B", 10, "20")
    stock(books, "B", 10, "30", on=day(8))
    send_back(books, receipt, [{"receipt_line": 1, "quantity": 5}])
    assert balance(books, "1405") == Decimal("400.00")


def test_no_more_than_came_and_no_more_than_is_there(books):
    receipt = stock(books, "B", 10, "20")
    with pytest.raises(SendBackTooMuch):
        send_back(books, receipt, [{"receipt_line": 1, "quantity": 11}])
    deliver(books, "C01", [{"item": "B", "quantity": 8}])
    with pytest.raises(NotEnoughStock):
        send_back(books, receipt)


def test_all_of_it_sent_back_reverses_the_receipt(books):
    receipt = stock(books, "B", 10, "20")
    send_back(books, receipt)
    assert status(books, receipt) == "reversed"
    assert done(books, receipt) == {(1, "returned"): 10, (1, "unbilled"): 0}
    assert balance(books, "220202") == 0
