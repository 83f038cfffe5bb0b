"""Advances put to use on both sides of the trade."""

from decimal import Decimal

import pytest

from erp_core.finance.advances import NothingToApply, UnknownSide
from tests.trading import balance, day, deliver, invoice, one, paper, stock, voucher

DAY_25 = day(25)


def apply(books, party, side="customer", on=DAY_25, allocations=None, **head):
    documents = {"party": party, "document_on": on, **head}
    return books.call("finance.advance.apply", documents=documents, allocations=allocations, side=side)


def sell(books, amount):
    line = {"item": "V", "quantity": 1, "unit_price": amount, "tax_code": "S0"}
    return invoice(books, deliver(books, "C01", [line]))


def test_a_customers_advance_settles_the_next_invoice(books):
    books.call("finance.receipt.receive", party="C01", account="1002", amount="500", on=day(8))
    sell(books, "800")
    result = apply(books, "C01")
    assert voucher(books, one(result)) == paper("""
        2203 | C01 | 500.00 | -
        1122 | C01 | -      | 500.00
    """)
    assert books.report("open_items", as_of=day(31), party="C01")["remaining"].to_list() == [Decimal("300.00")]


def test_an_advance_is_applied_in_part_to_a_chosen_invoice(books):
    books.call("finance.receipt.receive", party="C01", account="1002", amount="500", on=day(8))
    sell(books, "100")
    second = sell(books, "300")
    apply(books, "C01", amount="250", allocations=[{"reference": second, "amount": "250"}])
    remaining = dict(books.report("open_items", as_of=day(31), party="C01").select("reference", "remaining").rows())
    assert remaining[second] == Decimal("50.00")
    assert balance(books, "2203", "C01") == Decimal("-250.00")


def test_a_suppliers_advance_settles_the_bill(books):
    books.call("finance.payment.pay", party="S01", account="1002", amount="3000", on=day(2))
    stock(books, "B", 100, "20", bill={"reference": "F-1"})
    result = apply(books, "S01", side="supplier")
    assert voucher(books, one(result)) == paper("""
        220201 | S01 | 2260.00 | -
        1123   | S01 | -       | 2260.00
    """)
    assert balance(books, "1123", "S01") == Decimal("740.00")


def test_there_must_be_an_advance_and_something_owed(books):
    with pytest.raises(NothingToApply):
        apply(books, "C01")
    sell(books, "100")
    books.call("finance.receipt.receive", party="C01", account="1002", amount="50", on=day(20), allocate="advance")
    with pytest.raises(NothingToApply):
        apply(books, "C01", amount="51")
    with pytest.raises(UnknownSide):
        apply(books, "C01", side="bank")
