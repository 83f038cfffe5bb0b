"""Receipts: accepted and rejected, short and over, with the bill or before it."""

from decimal import Decimal

import pytest

from erp_core.foundation import sources
from erp_core.foundation.documents import ReferenceUsed
from erp_core.purchasing.receipts import OverReceipt, RejectedMore, RejectedWithoutReason
from tests.trading import balance, counts, day, done, on_hand, one, order, paper, voucher

DAY_6 = day(6)


@pytest.fixture
def ordered(books):
    return order(
        books, "purchasing", "S01",
        [{"item": "A", "quantity": 200, "unit_price": "10.60"}, {"item": "B", "quantity": 100, "unit_price": "20"}],
    )  # fmt: skip


def receive(books, number, lines=None, on=DAY_6, **more):
    return books.call("purchasing.receipt.receive", documents={"order": number, "document_on": on}, lines=lines, **more)


def test_goods_before_the_bill_stand_as_an_estimate(books, ordered):
    result = receive(books, ordered)
    assert voucher(books, one(result)) == paper("""
        1405   |     | 4120.00 | -
        220202 | S01 | -       | 4120.00
    """)
    assert result["differences"] == []
    assert done(books, one(result)) == {(1, "unbilled"): 200, (2, "unbilled"): 100}


def test_goods_with_the_bill_make_one_voucher_and_a_bill(books, ordered):
    result = receive(books, ordered, bill={"reference": "0044210", "due_on": day(20)})
    (bill,) = result["bills"].values()
    assert voucher(books, bill) == paper("""
        1405     |     | 4120.00 | -
        22210101 |     | 535.60  | -
        220201   | S01 | -       | 4655.60
    """)
    assert voucher(books, one(result)) == []
    assert done(books, one(result)) == {(1, "billed"): 200, (2, "billed"): 100}
    item = books.sql("select reference, due_on from rpt.open_item").row(0)
    assert item == ("0044210", day(20))


def test_the_same_bill_does_not_come_along_twice(books, ordered):
    half = [{"order_line": 1, "quantity": 100}]
    receive(books, ordered, half, bill={"reference": "0044210"})
    before = counts(books)
    with pytest.raises(ReferenceUsed):
        receive(books, ordered, half, bill={"reference": "0044210"})
    assert counts(books).equals(before)


def test_what_is_rejected_does_not_enter_stock_and_stays_open(books, ordered):
    result = receive(books, ordered, [{"order_line": 2, "quantity": 100, "rejected": 12, "reason": "锈蚀"}])
    assert on_hand(books, "B") == 88
    assert done(books, ordered) == {(2, "received"): 88}
    (seen,) = result["differences"]
    names = ("line", "ordered", "received", "accepted", "rejected", "short", "reason")
    assert tuple(seen[name] for name in names) == (2, "100", "100", "88", "12", "12", "锈蚀")
    line = books.sql("select quantity, rejected, reason from rpt.document_line where number = $n", n=one(result)).row(0)
    assert line == (88, 12, "锈蚀")
    receive(books, ordered, [{"order_line": 2, "quantity": 12}], on=day(9))
    assert done(books, ordered) == {(2, "received"): 100}


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ({"order_line": 2, "quantity": 101}, OverReceipt),
        ({"order_line": 2, "quantity": 10, "rejected": 11, "reason": "锈蚀"}, RejectedMore),
        ({"order_line": 2, "quantity": 10, "rejected": 1}, RejectedWithoutReason),
        ({"order_line": 9, "quantity": 1}, sources.NoSuchLine),
    ],
)
def test_a_truck_that_does_not_fit_is_refused(books, ordered, line, refusal):
    before = counts(books)
    with pytest.raises(refusal):
        receive(books, ordered, [line])
    assert counts(books).equals(before)


def test_over_receipt_within_the_tolerance_is_taken(books, ordered):
    books.call(
        "company.parameter.set",
        parameter="purchasing.over_receipt_percent",
        value="5",
        valid_from=day(1),
        reason="散装",
    )
    receive(books, ordered, [{"order_line": 2, "quantity": 105}])
    with pytest.raises(OverReceipt):
        receive(books, ordered, [{"order_line": 2, "quantity": 1}])


def test_an_order_that_is_not_approved_receives_nothing(books):
    head = {"document_on": day(5), "party": "S01", "warehouse": "W1"}
    number = one(
        books.call("purchasing.order.place", documents=head, lines=[{"item": "A", "quantity": 1, "unit_price": "1"}])
    )
    with pytest.raises(sources.WrongStatus):
        receive(books, number)


def test_tax_that_may_not_be_deducted_is_cost(books):
    books.call("masters.tax_code.save", codes=[
        {"code": "P13N", "name_zh": "不得抵扣 13%", "direction": "purchase", "rate": "0.13", "deductible": False,
         "role": "input_vat", "valid_from": day(1)},
    ])  # fmt: skip
    number = order(books, "purchasing", "S01", [{"item": "B", "quantity": 10, "unit_price": "20", "tax_code": "P13N"}])
    result = receive(books, number, bill={"reference": "F1"})
    assert voucher(books, result["bills"]["1"]) == paper("""
        1405   |     | 226.00 | -
        220201 | S01 | -      | 226.00
    """)


def test_a_service_bought_goes_to_cost(books):
    books.call(
        "masters.item.save",
        items=[{"code": "T", "name": "运输", "unit": "次", "kind": "service", "purchase_tax": "P9"}],
    )
    number = order(books, "purchasing", "S02", [{"item": "T", "quantity": 1, "unit_price": "300"}])
    receive(books, number)
    assert balance(books, "5401") == Decimal("300.00")
    assert balance(books, "220202", "S02") == Decimal("-300.00")
