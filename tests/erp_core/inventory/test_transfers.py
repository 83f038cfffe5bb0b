"""Transfers in two steps: nothing is lost on the way, and what is lost has a voucher."""

import pytest
from stock_moves import acting, stock, ties

from erp_core.foundation.errors import Refusal


def on_hand(books, item):
    with acting(books) as session:
        rows = session.rows("select warehouse, quantity from core.stock_now where item = $i and quantity <> 0", i=item)
        return {warehouse: str(quantity.normalize()) for warehouse, quantity in rows}


def bought(books, item="B", quantity=10, amount="100.00"):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", item, "W1", quantity, amount))


def sent(books, quantity=4, item="B"):
    head = {"document_on": "2026-01-05", "warehouse": "W1", "to_warehouse": "W2"}
    return books.call("inventory.transfer.send", documents=head, lines=[{"item": item, "quantity": quantity}])[
        "numbers"
    ]["1"]


def test_sent_and_arrived(books):
    bought(books)
    number = sent(books)
    assert number.startswith("ST2601-")
    assert on_hand(books, "B") == {"W1": "6", "WT": "4"}
    books.call("inventory.transfer.arrive", documents={"transfer": number, "document_on": "2026-01-07"})
    assert on_hand(books, "B") == {"W1": "6", "W2": "4"}
    with acting(books) as session:
        assert session.one("select status from core.document where number = $n", n=number) == ("arrived",)
        assert session.one("select count(*) from core.stock_value") == (1,)
    ties(books)
    with pytest.raises(Refusal, match="arrived"):
        books.call("inventory.transfer.arrive", documents={"transfer": number, "document_on": "2026-01-07"})


def test_short_stays_under_way_until_it_arrives_or_is_lost(books):
    bought(books)
    number = sent(books)
    first = books.call(
        "inventory.transfer.arrive",
        documents={"transfer": number, "document_on": "2026-01-07"},
        lines=[{"line": 1, "quantity": 1}],
    )
    assert first["short"] == "3.000000"
    assert on_hand(books, "B") == {"W1": "6", "W2": "1", "WT": "3"}
    books.call(
        "inventory.transfer.arrive",
        documents={"transfer": number, "document_on": "2026-01-08", "short": "loss"},
        lines=[{"line": 1, "quantity": 2}],
    )
    assert on_hand(books, "B") == {"W1": "6", "W2": "3"}
    with acting(books) as session:
        found = session.rows(
            "select account, debit, credit from core.voucher_line join core.voucher using (voucher_id)"
            " where source_number = $n order by line", n=number,
        )  # fmt: skip
        assert [(a, str(d), str(c)) for a, d, c in found] == [
            ("571106", "10.00", "0.00"), ("1901", "0.00", "10.00"), ("1901", "10.00", "0.00"), ("1405", "0.00", "10.00"),
        ]  # fmt: skip
    ties(books)


def test_more_than_was_sent_is_a_surplus(books):
    bought(books)
    number = sent(books)
    done = books.call(
        "inventory.transfer.arrive",
        documents={"transfer": number, "document_on": "2026-01-07"},
        lines=[{"line": 1, "quantity": 5}],
    )
    assert done["over"] == "1.000000"
    assert on_hand(books, "B") == {"W1": "6", "W2": "5"}
    ties(books)


@pytest.mark.parametrize(
    ("head", "line", "code"),
    [
        ({"to_warehouse": "W1"}, {}, "TransferToItself"),
        ({}, {"quantity": 0}, "TransferQuantity"),
        ({}, {"quantity": 11}, "NotEnoughStock"),
        ({}, {"item": "X"}, "ItemUnknown"),
    ],
)
def test_refused_to_send(books, head, line, code):
    bought(books)
    with pytest.raises(Refusal) as refused:
        books.call(
            "inventory.transfer.send",
            documents={"document_on": "2026-01-05", "warehouse": "W1", "to_warehouse": "W2"} | head,
            lines=[{"item": "B", "quantity": 1} | line],
        )
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("head", "line", "code"),
    [
        ({"document_on": "2026-01-04"}, {}, "ArrivedBeforeSent"),
        ({"short": "maybe"}, {}, "ShortChoice"),
        ({}, {"line": 9}, "TransferLineUnknown"),
        ({}, {"quantity": -1}, "TransferQuantity"),
    ],
)
def test_refused_to_arrive(books, head, line, code):
    bought(books)
    number = sent(books)
    with pytest.raises(Refusal) as refused:
        books.call(
            "inventory.transfer.arrive",
            documents={"transfer": number, "document_on": "2026-01-07"} | head,
            lines=[{"line": 1, "quantity": 1} | line],
        )
    assert refused.value.code == code
    assert on_hand(books, "B") == {"W1": "6", "WT": "4"}


def test_goods_under_way_need_a_place(books):
    bought(books)
    books.call("masters.warehouse.save", warehouses=[{"code": "WT", "active": False}])
    with pytest.raises(Refusal) as refused:
        sent(books)
    assert refused.value.code == "NoTransitWarehouse"
