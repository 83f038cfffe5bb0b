"""From an order to a supplier to the payment: trucks that differ from the order, bills that differ from the truck."""

from decimal import Decimal

import pytest

from erp_core.foundation.documents import ReferenceUsed
from erp_core.purchasing.bills import OverBill
from erp_core.purchasing.orders import SupplierIncomplete
from tests.as_text import rows, table
from tests.trading import balance, day, on_hand, order, paper, voucher


def open_orders(books, on) -> list[tuple]:
    frame = books.report("purchase_orders_open", as_of=on).sort("line")
    return rows(frame, "item", "ordered", "done", "outstanding")


def owed(books, on) -> list[tuple]:
    frame = books.report("open_items", as_of=on, party="S01").sort("item_on", "reference")
    return [(reference, f"{remaining:,.2f}") for reference, remaining in frame.select("reference", "remaining").rows()]


def test_goods_come_short_and_broken_the_bill_is_dearer_and_is_paid_in_parts(books):
    # A supplier without an address gets no order: the card is completed first.
    books.call(
        "masters.party.save", parties=[{"code": "S09", "name": "新供应商", "supplier": True, "phone": "0731-88888888"}]
    )
    with pytest.raises(SupplierIncomplete) as refused:
        order(books, "purchasing", "S09", [{"item": "B", "quantity": 1, "unit_price": "1"}])
    assert refused.value.facts["fields"] == "address"

    # 3 January: 100 wrenches at 20.00 without tax, 10 drills at 203.40 with tax.
    number = order(
        books, "purchasing", "S01",
        [{"item": "B", "quantity": 100, "unit_price": "20"}, {"item": "C", "quantity": 10, "gross_price": "203.40"}],
        on=day(3),
    )  # fmt: skip

    # 6 January: 95 wrenches came, 5 of them rusty; all drills came.
    first = books.call(
        "purchasing.receipt.receive",
        documents={"order": number, "document_on": day(6), "reference": "送货单 118"},
        lines=[{"order_line": 1, "quantity": 95, "rejected": 5, "reason": "锈蚀"}, {"order_line": 2, "quantity": 10}],
    )
    receipt = first["numbers"]["1"]
    assert [(d["line"], d["received"], d["accepted"], d["rejected"], d["short"]) for d in first["differences"]] == [
        (1, "95", "90", "5", "10")
    ]
    assert voucher(books, receipt) == paper("""
        1405   |     | 3600.00 | -
        220202 | S01 | -       | 3600.00
    """)
    assert open_orders(books, day(6)) == table("B  100.0  90.0  10.0")

    # 10 January: the bill has the drills at 186.00; more wrenches than were accepted may not be billed.
    with pytest.raises(OverBill):
        books.call(
            "purchasing.bill.book",
            documents={"receipt": receipt, "document_on": day(10), "reference": "08841127"},
            lines=[{"receipt_line": 1, "quantity": 95}],
        )
    bill = books.call(
        "purchasing.bill.book",
        documents={"receipt": receipt, "document_on": day(10), "reference": "08841127", "due_on": day(31)},
        lines=[{"receipt_line": 1}, {"receipt_line": 2, "unit_price": "186"}],
    )["numbers"]["1"]
    assert voucher(books, bill) == paper("""
        220202   | S01 | 3600.00 | -
        1405     |     | 60.00   | -
        22210101 |     | 475.80  | -
        220201   | S01 | -       | 4135.80
    """)
    assert balance(books, "220202") == 0

    # 12 January: the ten missing wrenches come with their bill. The same bill a second time is refused.
    late = books.call(
        "purchasing.receipt.receive",
        documents={"order": number, "document_on": day(12)},
        bill={"reference": "08841190"},
    )
    assert voucher(books, late["bills"]["1"]) == paper("""
        1405     |     | 200.00 | -
        22210101 |     | 26.00  | -
        220201   | S01 | -      | 226.00
    """)
    other = order(books, "purchasing", "S01", [{"item": "B", "quantity": 10, "unit_price": "20"}], on=day(13))
    with pytest.raises(ReferenceUsed):
        books.call(
            "purchasing.receipt.receive",
            documents={"order": other, "document_on": day(13)},
            bill={"reference": "08841190"},
        )

    # 16 January: two drills go back; the red bill takes them off what is owed, at the price of the bill.
    back = books.call(
        "purchasing.receipt.send_back",
        documents={"receipt": receipt, "document_on": day(16)},
        lines=[{"receipt_line": 2, "quantity": 2, "reason": "无法启动"}],
    )["numbers"]["1"]
    assert on_hand(books, "C") == 8
    assert voucher(books, back)[0][0] == "1405"
    books.call(
        "purchasing.bill.red",
        documents={"bill": bill, "document_on": day(18), "reference": "08841127R"},
        lines=[{"bill_line": 2, "quantity": 2}],
    )
    assert balance(books, "220202") == 0
    assert owed(books, day(18)) == [("08841127", "3,715.44"), ("08841190", "226.00")]

    # 20 January: the second bill is paid as chosen; 25 January: 3,000.00 of the first; at the end the rest and 500.00 ahead.
    books.call(
        "finance.payment.pay",
        party="S01",
        account="1002",
        amount="226",
        on=day(20),
        allocate=[{"reference": "08841190"}],
    )
    books.call("finance.payment.pay", party="S01", account="1002", amount="3000", on=day(25))
    assert owed(books, day(25)) == [("08841127", "715.44")]
    last = books.call("finance.payment.pay", party="S01", account="1002", amount="1215.44", on=day(30))["numbers"]["1"]
    assert voucher(books, last) == paper("""
        220201 | S01 | 715.44  | -
        1123   | S01 | 500.00  | -
        1002   |     | -       | 1215.44
    """)

    # What lies in the store is worth what the books say: 100 wrenches at 20.00, 8 drills at 186.00.
    assert balance(books, "1405") == Decimal("2000.00") + Decimal("1488.00")
    checked = books.check()
    assert checked.filter(~checked["ok"]).is_empty(), checked.filter(~checked["ok"]).to_dicts()
