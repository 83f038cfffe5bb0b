"""Sales invoices: revenue, output tax and receivable from deliveries; red ones take them back."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.foundation import sources
from erp_core.foundation.documents import ReferenceUsed
from erp_core.ledger.periods import PeriodClosed
from erp_core.sales.invoices import InvoiceNumber, OverInvoice, RedTooMuch
from tests.trading import balance, counts, day, deliver, done, invoice, one, paper, status, stock, voucher

NUMBER = "25442000000123456789"

DAY_20 = day(20)


@pytest.fixture
def delivery(books):
    stock(books, "B", 100, "20")
    return deliver(books, "C01", [{"item": "B", "quantity": 30}, {"item": "V", "quantity": 1}])


def red(books, number, lines=None, on=DAY_20, **head):
    return one(books.call("sales.invoice.red", documents={"invoice": number, "document_on": on, **head}, lines=lines))


def open_items(books, party="C01"):
    frame = books.report("open_items", as_of=day(31), party=party)
    return dict(frame.select("reference", "remaining").rows())


def test_an_invoice_brings_revenue_tax_and_receivable(books, delivery):
    number = invoice(books, delivery, reference=NUMBER)
    assert voucher(books, number) == paper("""
        1122     | C01 | 1462.00 | -
        5001     |     | -       | 1300.00
        22210107 |     | -       | 162.00
    """)
    item = books.sql("select reference, due_on from rpt.open_item where account = '1122'").row(0)
    assert item == (NUMBER, date(2026, 2, 9))


def test_a_delivery_is_invoiced_in_parts_and_never_beyond(books, delivery):
    head = {"delivery": delivery, "document_on": day(11)}
    one(books.call("sales.invoice.issue", documents=head, lines=[{"delivery_line": 1, "quantity": 10}]))
    with pytest.raises(OverInvoice) as refused:
        books.call("sales.invoice.issue", documents=head, lines=[{"delivery_line": 1, "quantity": 21}])
    assert refused.value.facts["open"] == 20
    invoice(books, delivery)
    assert done(books, delivery) == {(1, "invoiced"): 30, (2, "invoiced"): 1}
    with pytest.raises(sources.NothingOpen):
        invoice(books, delivery)


def test_several_deliveries_of_one_customer_go_on_one_invoice(books, delivery):
    other = deliver(books, "C01", [{"item": "B", "quantity": 5}])
    number = invoice(books, None, deliveries=[delivery, other])
    assert balance(books, "1122", "C01") == Decimal("1688.00")
    strange = deliver(books, "C02", [{"item": "B", "quantity": 5}])
    third = deliver(books, "C01", [{"item": "B", "quantity": 5}])
    with pytest.raises(sources.PartiesDiffer):
        invoice(books, None, deliveries=[strange, third])
    assert status(books, number) == "posted"


@pytest.mark.parametrize("wrong", ["1234567", "2544200000012345678X", "254420000001234567890"])
def test_the_number_has_twenty_digits(books, delivery, wrong):
    with pytest.raises(InvoiceNumber):
        invoice(books, delivery, reference=wrong)


def test_a_number_is_booked_once(books, delivery):
    first = invoice(books, delivery, reference=NUMBER)
    other = deliver(books, "C02", [{"item": "B", "quantity": 5}])
    before = counts(books)
    with pytest.raises(ReferenceUsed) as refused:
        invoice(books, other, reference=NUMBER)
    assert (refused.value.facts["first"], refused.value.facts["number"]) == (NUMBER, first)
    assert counts(books).equals(before)


def test_a_number_given_twice_in_one_set_is_refused(books, delivery):
    other = deliver(books, "C02", [{"item": "B", "quantity": 5}])
    heads = [{"key": d, "delivery": d, "document_on": day(11), "reference": NUMBER} for d in (delivery, other)]
    with pytest.raises(ReferenceUsed):
        books.call("sales.invoice.issue", documents=heads)


def test_what_came_back_is_not_invoiced(books, delivery):
    books.call(
        "sales.delivery.take_back",
        documents={"delivery": delivery, "document_on": day(12)},
        lines=[{"delivery_line": 1, "quantity": 10}],
    )
    number = invoice(books, delivery, day(13))
    assert books.sql("select net from rpt.document where number = $n", n=number).item() == Decimal("900.00")


def test_a_red_invoice_takes_all_back_linked_both_ways(books, delivery):
    blue = invoice(books, delivery, reference=NUMBER)
    number = red(books, blue)
    assert voucher(books, number) == paper("""
        1122     | C01 | -1462.00 | -
        5001     |     | -        | -1300.00
        22210107 |     | -        | -162.00
    """)
    assert status(books, blue) == "reversed"
    linked = books.sql(
        "select b.number from rpt.document r join rpt.document b on b.document_id = r.source_id where r.number = $n",
        n=number,
    )
    assert linked.item() == blue
    assert done(books, blue) == {(1, "red"): 30, (2, "red"): 1}
    assert open_items(books) == {}
    invoice(books, delivery, day(21))  # what was taken back can be invoiced again


def test_a_partial_red_invoice_reduces_what_is_owed(books, delivery):
    blue = invoice(books, delivery, reference=NUMBER)
    red(books, blue, [{"invoice_line": 1, "quantity": 10, "reason": "折让"}], reference="25442000000123456790")
    assert open_items(books) == {NUMBER: Decimal("1010.00")}
    assert status(books, blue) == "posted"
    with pytest.raises(RedTooMuch):
        red(books, blue, [{"invoice_line": 1, "quantity": 21}])


def test_a_red_invoice_of_a_paid_one_stays_open_for_the_customer(books, delivery):
    blue = invoice(books, delivery, reference=NUMBER)
    books.call("finance.receipt.receive", party="C01", account="1002", amount="1462", on=day(15))
    number = red(books, blue)
    assert open_items(books) == {number: Decimal("-1462.00")}


def test_a_closed_period_takes_no_invoice(books, delivery):
    with books.database.write() as cursor:
        cursor.execute("update core.period set status = 'closed' where period = '2026-01'")
    books.database.reference.clear()
    before = counts(books)
    with pytest.raises(PeriodClosed):
        invoice(books, delivery)
    assert counts(books).equals(before)


def test_an_invoice_names_its_delivery(books):
    with pytest.raises(sources.SourceMissing):
        invoice(books, None)
