"""Two months of a small trading company, through the verbs: bought, sold, sent back, paid, half of it still open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

import erp_core
from tests.conftest import furnish

WITH_LEVELS = [
    {"code": "A", "minimum": "80", "reorder_point": "100", "maximum": "300"},
    {"code": "B", "minimum": "5", "reorder_point": "10", "maximum": "20"},
]


def company(path: str = ":memory:") -> erp_core.Books:
    """A company with opening balances and stock, trading in January and February 2026."""
    books = furnish(erp_core.create(path, company="长沙测试五金有限公司", standard="sbe", start="2026-01"))
    for level in WITH_LEVELS:
        item = books.sql("select name, unit, cost_method from rpt.item where code = $c", c=level["code"]).to_dicts()[0]
        books.call("masters.item.save", items=[item | level])
    open_books(books)
    buy(books)
    sell(books)
    settle(books)
    return books


def open_books(books: erp_core.Books) -> None:
    """Opening balances and the stock behind them."""
    balances = [
        {"account": "1002", "debit": Decimal(50000), "credit": Decimal(0), "party": "", "due_on": None, "reference": ""},
        {"account": "1405", "debit": Decimal(1600), "credit": Decimal(0), "party": "", "due_on": None, "reference": ""},
        {"account": "1122", "debit": Decimal(900), "credit": Decimal(0), "party": "C02", "due_on": date(2025, 12, 20), "reference": "旧-1"},
        {"account": "220201", "debit": Decimal(0), "credit": Decimal(400), "party": "S02", "due_on": date(2026, 1, 15), "reference": "旧-2"},
        {"account": "3001", "debit": Decimal(0), "credit": Decimal(52100), "party": "", "due_on": None, "reference": ""},
    ]  # fmt: skip
    schema = {"debit": pl.Decimal(18, 2), "credit": pl.Decimal(18, 2)}
    books.call("ledger.opening.load", balances=pl.DataFrame(balances, schema_overrides=schema))
    stock = [
        {"item": "A", "warehouse": "W1", "quantity": "100", "amount": "1000"},
        {"item": "B", "warehouse": "W2", "quantity": "20", "amount": "600"},
    ]
    books.call("inventory.opening.load", stock=stock)


def order(books: erp_core.Books, side: str, key: str, party: str, day: date, *lines: tuple) -> str:
    """Place and approve an order of lines (item, quantity, price); returns its number."""
    head = {"key": key, "party": party, "document_on": day, "warehouse": "W1", "due_on": day, "employee": "E1"}
    rows = [{"key": key, "item": item, "quantity": str(q), "unit_price": str(price)} for item, q, price in lines]
    number = books.call(f"{side}.order.place", documents=[head], lines=rows)["numbers"][key]
    books.call(f"{side}.order.submit", numbers=[number])
    books.call(f"{side}.order.approve", numbers=[number])
    return number


def one(books: erp_core.Books, verb: str, lines: list[dict] | None = None, **head: object) -> str:
    """One document of a verb; returns its number."""
    more = {"lines": [{"key": "1", **line} for line in lines]} if lines else {}
    return books.call(verb, documents=[{"key": "1", **head}], **more)["numbers"]["1"]


def buy(books: erp_core.Books) -> None:
    """One purchase billed, one only received, one only ordered."""
    first = order(books, "purchasing", "p1", "S01", date(2026, 1, 5), ("A", 50, 11), ("C", 10, 200))
    receipt = one(books, "purchasing.receipt.receive", order=first, document_on=date(2026, 1, 8))
    one(books, "purchasing.bill.book", receipt=receipt, document_on=date(2026, 1, 10), reference="B-1")
    second = order(books, "purchasing", "p2", "S02", date(2026, 1, 18), ("B", 30, 31))
    one(books, "purchasing.receipt.receive", order=second, document_on=date(2026, 1, 20))
    order(books, "purchasing", "p3", "S01", date(2026, 1, 28), ("A", 40, 12))


def sell(books: erp_core.Books) -> None:
    """One sale with a return and a red invoice, one with a service, one half delivered."""
    first = order(books, "sales", "s1", "C01", date(2026, 1, 9), ("A", 60, 20), ("B", 10, 45))
    shipped = one(books, "sales.delivery.ship", order=first, document_on=date(2026, 1, 21))
    invoice = one(books, "sales.invoice.issue", delivery=shipped, document_on=date(2026, 1, 21))
    back = [{"delivery_line": 2, "quantity": "2"}]
    one(books, "sales.delivery.take_back", back, delivery=shipped, document_on=date(2026, 1, 24))
    red = [{"invoice_line": 2, "quantity": "2", "reason": "退货"}]
    one(books, "sales.invoice.red", red, invoice=invoice, document_on=date(2026, 1, 24))
    second = order(books, "sales", "s2", "C02", date(2026, 1, 12), ("C", 4, 300), ("V", 1, 100))
    shipped = one(books, "sales.delivery.ship", order=second, document_on=date(2026, 1, 15))
    one(books, "sales.invoice.issue", delivery=shipped, document_on=date(2026, 1, 31))
    third = order(books, "sales", "s3", "C01", date(2026, 2, 2), ("A", 30, 21))
    part = [{"order_line": 1, "quantity": "10"}]
    shipped = one(books, "sales.delivery.ship", part, order=third, document_on=date(2026, 2, 5))
    one(books, "sales.invoice.issue", delivery=shipped, document_on=date(2026, 2, 6))


def settle(books: erp_core.Books) -> None:
    """Money in for part of what is owed, money out for part of what we owe."""
    books.call("finance.receipt.receive", party="C01", account="1002", amount="500", on=date(2026, 1, 26))
    books.call("finance.payment.pay", party="S01", account="1002", amount="300", on=date(2026, 1, 28))
