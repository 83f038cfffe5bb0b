"""Suppliers' bills: matched with order and receipt, differences in price, red ones, never booked twice."""

from decimal import Decimal

import pytest

from erp_core.foundation import sources
from erp_core.foundation.documents import ReferenceUsed
from erp_core.purchasing.bills import OverBill, RedBillTooMuch
from erp_core.purchasing.matching import PriceBeyondTolerance, TaxUnlikeRate
from tests.trading import balance, counts, day, deliver, done, one, paper, status, stock, voucher

DAY_20 = day(20)
DAY_8 = day(8)


def book(books, receipt, lines=None, on=DAY_8, reference="F-1", **head):
    given = {"receipt": receipt, "document_on": on, "reference": reference, **head}
    return one(books.call("purchasing.bill.book", documents=given, lines=lines))


def red(books, bill, lines=None, on=DAY_20, reference="F-1R"):
    return one(
        books.call(
            "purchasing.bill.red", documents={"bill": bill, "document_on": on, "reference": reference}, lines=lines
        )
    )


def test_the_bill_takes_the_place_of_the_estimate(books):
    receipt = stock(books, "B", 100, "20")
    bill = book(books, receipt)
    assert voucher(books, bill) == paper("""
        220202   | S01 | 2000.00 | -
        22210101 |     | 260.00  | -
        220201   | S01 | -       | 2260.00
    """)
    assert balance(books, "220202") == 0
    due = books.sql("select due_on from rpt.open_item where account = '220201'").item()
    assert due == day(7, month=2)


def test_partial_bills_leave_no_cent_in_the_estimate(books):
    receipt = stock(books, "B", 3, "33.333333")
    for number in range(3):
        book(books, receipt, [{"receipt_line": 1, "quantity": 1}], reference=f"F-{number}")
    assert balance(books, "220202") == 0
    assert done(books, receipt) == {(1, "billed"): 3, (1, "unbilled"): 0}


def test_a_bill_is_never_above_what_was_received(books):
    receipt = stock(books, "B", 100, "20")
    book(books, receipt, [{"receipt_line": 1, "quantity": 60}])
    with pytest.raises(OverBill) as refused:
        book(books, receipt, [{"receipt_line": 1, "quantity": 41}], reference="F-2")
    assert refused.value.facts["open"] == 40


def test_the_same_number_of_the_same_supplier_is_booked_once(books):
    first = book(books, stock(books, "B", 10, "20"))
    second = stock(books, "B", 10, "20")
    before = counts(books)
    with pytest.raises(ReferenceUsed) as refused:
        book(books, second)
    assert refused.value.facts["number"] == first
    assert counts(books).equals(before)


def test_another_price_of_goods_still_in_stock_goes_to_stock(books):
    bill = book(books, stock(books, "B", 100, "20"), [{"receipt_line": 1, "unit_price": "20.50"}])
    assert voucher(books, bill) == paper("""
        220202   | S01 | 2000.00 | -
        1405     |     | 50.00   | -
        22210101 |     | 266.50  | -
        220201   | S01 | -       | 2316.50
    """)
    delivery = deliver(books, "C01", [{"item": "B", "quantity": 100}])
    assert voucher(books, delivery)[0][2] == Decimal("2050.00")


def test_another_price_of_goods_already_sold_goes_to_their_cost(books):
    receipt = stock(books, "B", 100, "20")
    deliver(books, "C01", [{"item": "B", "quantity": 100}])
    book(books, receipt, [{"receipt_line": 1, "unit_price": "20.50"}], on=day(12))
    assert balance(books, "1405") == 0
    assert balance(books, "5401") == Decimal("2050.00")


def test_a_month_average_takes_the_difference_while_its_month_is_averaged(books):
    receipt = stock(books, "A", 100, "10")
    deliver(books, "C01", [{"item": "A", "quantity": 100}])
    bill = book(books, receipt, [{"receipt_line": 1, "unit_price": "10.50"}], on=day(12))
    assert ("1405", None, Decimal("50.00"), None) in voucher(books, bill)


def test_in_a_later_month_the_average_takes_the_part_still_there(books):
    receipt = stock(books, "A", 100, "10")
    deliver(books, "C01", [{"item": "A", "quantity": 60}])
    bill = book(books, receipt, [{"receipt_line": 1, "unit_price": "10.50"}], on=day(3, month=2))
    lines = voucher(books, bill)
    assert ("1405", None, Decimal("20.00"), None) in lines
    assert ("5401", None, Decimal("30.00"), None) in lines


def test_a_price_beyond_the_tolerance_needs_a_reason(books):
    receipt = stock(books, "B", 100, "20")
    line = {"receipt_line": 1, "unit_price": "22.01"}
    with pytest.raises(PriceBeyondTolerance) as refused:
        book(books, receipt, [line])
    assert (refused.value.facts["billed"], refused.value.facts["agreed"]) == (Decimal("22.01"), 20)
    book(books, receipt, [{**line, "reason": "铜价上涨，已与供应商确认"}])


def test_the_tax_on_the_paper_stands_within_its_tolerance(books):
    receipt = stock(books, "B", 100, "20")
    with pytest.raises(TaxUnlikeRate):
        book(books, receipt, [{"receipt_line": 1, "tax": "260.07"}])
    bill = book(books, receipt, [{"receipt_line": 1, "tax": "260.05"}])
    assert voucher(books, bill)[-1] == ("220201", "S01", None, Decimal("2260.05"))


def test_one_bill_for_several_receipts(books):
    receipts = [stock(books, "B", 10, "20"), stock(books, "C", 5, "100")]
    book(books, None, receipts=receipts)
    assert balance(books, "220201", "S01") == Decimal("-791.00")
    assert balance(books, "220202") == 0


def test_a_bill_without_a_number_or_a_receipt_is_refused(books):
    from erp_core.foundation.given import ValueMissing

    receipt = stock(books, "B", 10, "20")
    with pytest.raises(ValueMissing):
        book(books, receipt, reference="")
    with pytest.raises(sources.SourceMissing):
        book(books, None)


def test_a_red_bill_takes_back_and_the_right_one_can_follow(books):
    receipt = stock(books, "B", 100, "20")
    bill = book(books, receipt, [{"receipt_line": 1, "unit_price": "21"}])
    number = red(books, bill)
    assert voucher(books, number) == paper("""
        220202   | S01 | -2000.00 | -
        1405     |     | -100.00  | -
        22210101 |     | -273.00  | -
        220201   | S01 | -        | -2373.00
    """)
    assert status(books, bill) == "reversed"
    assert books.report("open_items", as_of=day(31), account="220201").height == 0
    book(books, receipt, reference="F-2", on=day(21))
    assert balance(books, "220201", "S01") == Decimal("-2260.00")
    assert balance(books, "220202") == 0
    assert balance(books, "1405") == Decimal("2000.00")


def test_a_red_bill_takes_back_no_more_than_is_left(books):
    bill = book(books, stock(books, "B", 100, "20"))
    red(books, bill, [{"bill_line": 1, "quantity": 30}])
    with pytest.raises(RedBillTooMuch):
        red(books, bill, [{"bill_line": 1, "quantity": 71}], reference="F-1RR")
