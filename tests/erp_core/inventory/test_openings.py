"""Opening stock is taken as a whole and ties to the opening balances."""

import pytest
from stock_moves import acting, stock, ties

from erp_core.foundation.errors import Refusal

STOCK = [
    {"item": "A", "warehouse": "W1", "quantity": 100, "amount": "1000.00"},
    {"item": "B", "warehouse": "W1", "quantity": 3, "amount": "100.00"},
    {"item": "C", "warehouse": "W2", "quantity": 2, "amount": "50.00"},
]


def ledger(books, amount):
    lines = [{"account": "1405", "debit": amount, "credit": 0}, {"account": "3001", "debit": 0, "credit": amount}]
    books.call("ledger.opening.load", balances=lines)


def test_loaded_and_issued_from(books):
    ledger(books, 1150)
    done = books.call("inventory.opening.load", stock=STOCK)
    assert (done["count"], done["amount"]) == (3, "1150.00")
    ties(books)
    with acting(books) as session:
        assert session.one("select min(period), max(moved_on)::text from core.stock_move") == ("0000-00", "2025-12-31")
        assert stock(session, ("sale", "01-01", "B", "W1", -1, None), ("sale", "01-01", "C", "W2", -1, None)) == [
            "-33.33",
            "-25.00",
        ]
    ties(books)


def test_once_only(books):
    books.call("inventory.opening.load", stock=STOCK)
    with pytest.raises(Refusal) as refused:
        books.call("inventory.opening.load", stock=STOCK[:1])
    assert refused.value.code == "OpeningStockLoaded"


@pytest.mark.parametrize(
    ("rows", "balance", "code"),
    [
        (STOCK, 1149, "OpeningStockDiffers"),
        ([*STOCK, STOCK[0]], 2150, "OpeningPlaceTwice"),
        ([STOCK[0] | {"quantity": 0}], 1000, "QuantityDirection"),
        ([STOCK[0] | {"amount": None}], 1000, "ValueMissing"),
    ],
)
def test_refused_as_a_whole(books, rows, balance, code):
    ledger(books, balance)
    with pytest.raises(Refusal) as refused:
        books.call("inventory.opening.load", stock=rows)
    assert refused.value.code == code
    with acting(books) as session:
        assert session.one("select count(*) from core.stock_move") == (0,)
