"""From an order to the money: what happens in the store, in the books and on the customer's account, day by day."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.sales.deliveries import OverDelivery
from tests.as_text import rows, table
from tests.trading import balance, day, order, paper, stock, voucher


def stock_table(books, on: date) -> list[tuple]:
    frame = books.report("stock_on_hand", as_of=on).sort("item")
    return rows(frame, "item", "quantity", "reserved", "available")


def account_of(books, party: str, on: date) -> list[tuple]:
    frame = books.report("open_items", as_of=on, party=party).sort("item_on", "reference")
    return [(str(r[0]), *r[1:]) for r in frame.select("item_on", "amount", "remaining").rows()]


def money(text: str) -> list[tuple]:
    return [
        (cells[0], *(Decimal(cell.replace(",", "")) for cell in cells[1:]))
        for cells in map(str.split, text.strip().splitlines())
    ]


@pytest.fixture
def shop(books):
    """100 wrenches at 20.00 and 10 drills at 180.00 lie in the main store; C01 has a price of its own for wrenches."""
    stock(books, "B", 100, "20", on=day(2))
    stock(books, "C", 10, "180", on=day(2))
    books.call(
        "masters.price_rule.save",
        rules=[{"kind": "customer", "party": "C01", "item": "B", "price": "36", "valid_from": day(1)}],
    )
    return books


def test_an_order_is_shipped_in_two_parts_invoiced_partly_returned_and_paid(shop):
    # 5 January: 长沙甲商行 orders 40 wrenches at its own price, 4 drills at list price, one installation.
    number = order(shop, "sales", "C01", [
        {"item": "B", "quantity": 40}, {"item": "C", "quantity": 4}, {"item": "V", "quantity": 1},
    ])  # fmt: skip
    priced = shop.sql(
        "select item, unit_price, price_trace, net from rpt.document_line where number = $n order by line", n=number
    )
    assert [f"{item} {price.normalize():f} {trace} {net}" for item, price, trace, net in priced.rows()] == [
        "B 36 rule 1 customer price 1440.00",
        "C 260 list price 1040.00",
        "V 100 list price 100.00",
    ]
    assert stock_table(shop, day(5)) == table("""
        B  100.0  40.0  60.0
        C  10.0   4.0   6.0
    """)

    # 8 January: 30 wrenches and the drills leave; one wrench too many is refused.
    with pytest.raises(OverDelivery):
        shop.call(
            "sales.delivery.ship",
            documents={"order": number, "document_on": day(8)},
            lines=[{"order_line": 1, "quantity": 41}],
        )
    first = shop.call(
        "sales.delivery.ship",
        documents={"order": number, "document_on": day(8), "note": "顺丰", "reference": "SF1234567890123"},
        lines=[{"order_line": 1, "quantity": 30}, {"order_line": 2, "quantity": 4}],
    )["numbers"]["1"]
    assert voucher(shop, first) == paper("""
        5401 | | 1320.00 | -
        1405 | | -       | 1320.00
    """)
    assert stock_table(shop, day(8)) == table("""
        B  70.0  10.0  60.0
        C  6.0   -     6.0
    """)

    # 10 January: the rest leaves; 11 January: both deliveries go on one invoice of the tax platform.
    second = shop.call("sales.delivery.ship", documents={"order": number, "document_on": day(10)})["numbers"]["1"]
    blue = shop.call(
        "sales.invoice.issue",
        documents={"deliveries": [first, second], "document_on": day(11), "reference": "26432000000000000017"},
    )["numbers"]["1"]
    assert voucher(shop, blue) == paper("""
        1122     | C01 | 2908.40 | -
        5001     |     | -       | 2580.00
        22210107 |     | -       | 328.40
    """)

    # 15 January: two wrenches come back, at the 20.00 at which they left, and a red invoice says so.
    returned = shop.call(
        "sales.delivery.take_back",
        documents={"delivery": first, "document_on": day(15)},
        lines=[{"delivery_line": 1, "quantity": 2, "reason": "规格不符"}],
    )["numbers"]["1"]
    assert voucher(shop, returned) == paper("""
        5401 | | -40.00 | -
        1405 | | -      | -40.00
    """)
    red = shop.call(
        "sales.invoice.red",
        documents={"invoice": blue, "document_on": day(15), "reference": "26432000000000000018"},
        lines=[{"invoice_line": 1, "quantity": 2}],
    )["numbers"]["1"]
    assert voucher(shop, red) == paper("""
        1122     | C01 | -81.36 | -
        5001     |     | -      | -72.00
        22210107 |     | -      | -9.36
    """)
    assert account_of(shop, "C01", day(15)) == money("2026-01-11 2908.40 2827.04")

    # 20 January: 2,000.00 by bank; 28 January: 1,000.00 in cash, more than is left.
    shop.call("finance.receipt.receive", party="C01", account="1002", amount="2000", on=day(20))
    assert account_of(shop, "C01", day(20)) == money("2026-01-11 2908.40 827.04")
    last = shop.call("finance.receipt.receive", party="C01", account="1001", amount="1000", on=day(28))["numbers"]["1"]
    assert voucher(shop, last) == paper("""
        1001 |     | 1000.00 | -
        1122 | C01 | -       | 827.04
        2203 | C01 | -       | 172.96
    """)
    assert balance(shop, "1122", "C01") == 0
    assert balance(shop, "5401") == Decimal("1480.00")
    assert balance(shop, "1405") == Decimal("2320.00")

    # The next month the advance meets the next invoice.
    again = order(shop, "sales", "C01", [{"item": "V", "quantity": 2}], on=day(3, month=2))
    delivery = shop.call("sales.delivery.ship", documents={"order": again, "document_on": day(3, month=2)})["numbers"][
        "1"
    ]
    shop.call("sales.invoice.issue", documents={"delivery": delivery, "document_on": day(3, month=2)})
    shop.call("finance.advance.apply", documents={"party": "C01", "document_on": day(4, month=2)})
    assert balance(shop, "2203", "C01") == 0
    assert balance(shop, "1122", "C01") == Decimal("39.04")

    assert_books_hold(shop)


def assert_books_hold(books) -> None:
    checked = books.check()
    broken = checked.filter(~checked["ok"])
    assert broken.is_empty(), broken.to_dicts()
