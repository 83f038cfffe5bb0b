"""Money: oldest first or as chosen, in parts, beyond what is owed, and never twice."""

from decimal import Decimal

import pytest

from erp_core.finance.allocation import AllocatedMore, AllocatedNothing, NothingToPay, PaidTwice
from erp_core.finance.payments import AmountNotPositive, NotACashAccount, UnknownAllocation
from erp_core.foundation.errors import NotPermitted
from erp_core.masters.order_lines import NoSuchParty
from tests.trading import balance, counts, day, deliver, invoice, one, paper, stock, voucher

DAY_20 = day(20)


@pytest.fixture
def owed(books):
    """C01 owes 1,130.00 (invoiced on the 10th) and 452.00 (on the 12th)."""
    older = invoice(
        books, deliver(books, "C01", [{"item": "V", "quantity": 10, "unit_price": "100", "tax_code": "S13"}])
    )
    delivery = deliver(books, "C01", [{"item": "V", "quantity": 4, "unit_price": "100", "tax_code": "S13"}])
    return older, invoice(books, delivery, day(12))


def receive(books, amount, on=DAY_20, **more):
    return books.call("finance.receipt.receive", party="C01", account="1002", amount=amount, on=on, **more)


def left(books, party="C01", **more):
    frame = books.report("open_items", as_of=day(31), party=party, **more)
    return dict(frame.select("reference", "remaining").rows())


def test_the_oldest_invoice_is_settled_first(books, owed):
    _, newer = owed
    result = receive(books, "1200")
    assert voucher(books, one(result)) == paper("""
        1002 |     | 1200.00 | -
        1122 | C01 | -       | 1200.00
    """)
    assert left(books) == {newer: Decimal("382.00")}
    assert (result["settled"], result["advance"], result["matched"]) == ("1200.00", "0.00", 2)


def test_what_is_beyond_stays_as_an_advance(books, owed):
    result = receive(books, "2000")
    assert voucher(books, one(result)) == paper("""
        1002 |     | 2000.00 | -
        1122 | C01 | -       | 1582.00
        2203 | C01 | -       | 418.00
    """)
    assert left(books) == {one(result): Decimal("418.00")}


def test_chosen_invoices_are_settled_by_their_number(books, owed):
    older, newer = owed
    receive(books, "452", allocate=[{"reference": newer}])
    assert left(books) == {older: Decimal("1130.00")}
    receive(books, "500", allocate=[{"reference": older, "amount": "300"}])
    assert balance(books, "2203", "C01") == Decimal("-200.00")
    assert left(books)[older] == Decimal("830.00")


def test_an_invoice_may_be_named_by_its_own_number_or_that_of_the_platform(books):
    delivery = deliver(books, "C01", [{"item": "V", "quantity": 1, "unit_price": "100", "tax_code": "S13"}])
    number = invoice(books, delivery, reference="25442000000123456789")
    receive(books, "13", allocate=[{"reference": "25442000000123456789", "amount": "13"}])
    receive(books, "100", allocate=[{"reference": number, "amount": "100"}])
    assert left(books) == {}


def test_no_invoice_is_settled_twice(books, owed):
    older, newer = owed
    receive(books, "452", allocate=[{"reference": newer}])
    before = counts(books)
    with pytest.raises(NothingToPay):
        receive(books, "452", allocate=[{"reference": newer}])
    with pytest.raises(PaidTwice) as refused:
        receive(books, "2000", allocate=[{"reference": older, "amount": "1130.01"}])
    assert refused.value.facts["remaining"] == Decimal("1130.00")
    with pytest.raises(AllocatedMore):
        receive(books, "100", allocate=[{"reference": older, "amount": "101"}])
    with pytest.raises(AllocatedNothing):
        receive(books, "100", allocate=[{"reference": older, "amount": "-1"}])
    assert counts(books).equals(before)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"amount": "0"}, AmountNotPositive),
        ({"amount": "-5"}, AmountNotPositive),
        ({"account": "1122"}, NotACashAccount),
        ({"allocate": "newest"}, UnknownAllocation),
        ({"party": "S01"}, NoSuchParty),
    ],
)
def test_odd_money_is_refused(books, owed, given, refusal):
    arguments = {"party": "C01", "account": "1002", "amount": "5", "on": day(20), **given}
    with pytest.raises(refusal):
        books.call("finance.receipt.receive", **arguments)


@pytest.mark.usefixtures("owed")
def test_a_set_of_receipts_shares_the_open_items_in_order_of_date(books):
    heads = [
        {"key": "late", "document_on": day(22), "party": "C01", "account": "1002", "amount": "1000"},
        {"key": "early", "document_on": day(21), "party": "C01", "account": "1001", "amount": "700"},
        {
            "key": "other",
            "document_on": day(21),
            "party": "C02",
            "account": "1002",
            "amount": "50",
            "allocate": "advance",
        },
    ]
    result = books.call("finance.receipt.receive", documents=heads)
    assert result["numbers"] == {"early": "RC2601-00001", "other": "RC2601-00002", "late": "RC2601-00003"}
    assert (balance(books, "1122"), balance(books, "2203", "C01"), balance(books, "2203", "C02")) == (0, -118, -50)
    assert balance(books, "1001") == 700


def test_chosen_and_oldest_in_one_set_do_not_meet(books, owed):
    older, _ = owed
    heads = [
        {"key": "a", "document_on": day(21), "party": "C01", "amount": "452"},
        {"key": "b", "document_on": day(21), "party": "C01", "amount": "1130"},
    ]
    books.call("finance.receipt.receive", documents=heads, allocations=[{"key": "b", "reference": older}])
    assert left(books) == {}


def test_a_supplier_is_paid_in_part_and_in_advance(books):
    stock(books, "B", 100, "20", bill={"reference": "F-1"})
    first = books.call("finance.payment.pay", party="S01", account="1002", amount="1000", on=day(20))
    assert voucher(books, one(first)) == paper("""
        220201 | S01 | 1000.00 | -
        1002   |     | -       | 1000.00
    """)
    assert left(books, "S01") == {"F-1": Decimal("1260.00")}
    second = books.call("finance.payment.pay", party="S01", account="1002", amount="1500", on=day(21))
    assert balance(books, "1123", "S01") == Decimal("240.00")
    assert left(books, "S01") == {one(second): Decimal("240.00")}


def test_the_same_bill_is_not_paid_twice(books):
    stock(books, "B", 100, "20", bill={"reference": "F-1"})
    pay = {"party": "S01", "account": "1002", "amount": "2260", "on": day(20), "allocate": [{"reference": "F-1"}]}
    books.call("finance.payment.pay", **pay)
    with pytest.raises(NothingToPay):
        books.call("finance.payment.pay", **pay)


def test_a_repeated_key_pays_once(books):
    stock(books, "B", 100, "20", bill={"reference": "F-1"})
    pay = {"party": "S01", "account": "1002", "amount": "1000", "on": day(20), "key": "bank-line-17"}
    assert books.call("finance.payment.pay", **pay) == books.call("finance.payment.pay", **pay)
    assert balance(books, "1002") == Decimal("-1000.00")


def test_a_clerk_may_not_pay(books):
    with pytest.raises(NotPermitted):
        books.as_user("clerk").call("finance.payment.pay", party="S01", account="1002", amount="1", on=day(20))
