"""The golden month 2026-03 (小企业会计准则, general taxpayer), done the way a company does it: papers, money, vouchers, close."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import erp_core
from pipelines.closing import run
from tests import by_hand

PERIOD = "2026-03"

OPENING = [
    ("1001", "2000.00", ""),
    ("1002", "50000.00", ""),
    (
        "1122",
        "5650.00",
        "",
        {"party": "C01", "reference": "SI-旧", "item_on": date(2026, 2, 8), "due_on": date(2026, 3, 10)},
    ),
    ("1405", "1000.00", ""),
    ("1601", "12000.00", ""),
    ("1602", "", "316.67"),
    (
        "220201",
        "",
        "3390.00",
        {"party": "S01", "reference": "PB-旧", "item_on": date(2026, 2, 12), "due_on": date(2026, 3, 14)},
    ),
    ("222102", "", "1200.00"),
    ("222103", "", "42.00"),
    ("222104", "", "18.00"),
    ("222105", "", "12.00"),
    ("3001", "", "60000.00"),
    ("310415", "", "4000.00"),
    ("3103", "", "1671.33"),
]


def march(day: int) -> date:
    return date(2026, 3, day)


def company() -> erp_core.Books:
    """The company with its items and partners and its opening balances."""
    books = erp_core.create(":memory:", company="长沙黄金月商贸有限公司", standard="sbe", start=PERIOD)
    books.call("masters.warehouse.save", warehouses=[{"code": "W1", "name": "主仓"}])
    item = {"code": "A", "name": "商品 A", "unit": "个", "cost_method": "month_average", "list_price": "85"}
    books.call("masters.item.save", items=[item])
    partners = [
        *({"code": code, "name": f"客户 {code}", "customer": True} for code in ("C01", "C02")),
        *(
            {"code": code, "name": f"供应商 {code}", "supplier": True, "phone": "0731-82345678", "address": "长沙"}
            for code in ("S01", "S02")
        ),
    ]
    books.call("masters.party.save", parties=partners)
    books.call("ledger.opening.load", balances=[opening_line(*line) for line in OPENING])
    books.call(
        "inventory.opening.load", stock=[{"item": "A", "warehouse": "W1", "quantity": "100", "amount": "1000.00"}]
    )
    return books


def opening_line(account: str, debit: str, credit: str, more: dict[str, Any] | None = None) -> dict[str, Any]:
    empty = {"party": "", "reference": "", "item_on": None, "due_on": None}
    return {"account": account, "debit": Decimal(debit or 0), "credit": Decimal(credit or 0), **empty, **(more or {})}


def only(done: dict[str, Any]) -> str:
    """The number of the one document that was written."""
    (number,) = done["numbers"].values()
    return number


def ordered(books, side: str, day: date, party: str, line: dict[str, Any]) -> str:
    """Place, submit and approve an order of one line; returns its number."""
    head = {"document_on": day, "party": party, "warehouse": "W1"}
    number = only(books.call(f"{side}.order.place", documents=head, lines=[line]))
    books.call(f"{side}.order.submit", numbers=[number])
    books.call(f"{side}.order.approve", numbers=[number])
    return number


def buy(books, day: date, party: str, quantity: str, price: str, reference: str) -> None:
    """Goods and the supplier's bill on one day: order, receipt, bill."""
    order = ordered(books, "purchasing", day, party, {"item": "A", "quantity": quantity, "unit_price": price})
    books.call(
        "purchasing.receipt.receive", documents={"order": order, "document_on": day}, bill={"reference": reference}
    )


def sell(books, day: date, party: str, quantity: str) -> None:
    """Goods and invoice on one day: order at list price, delivery, invoice."""
    order = ordered(books, "sales", day, party, {"item": "A", "quantity": quantity})
    delivery = only(books.call("sales.delivery.ship", documents={"order": order, "document_on": day}))
    books.call("sales.invoice.issue", documents={"delivery": delivery, "document_on": day})


def live_through(books) -> None:
    """Everything that happened in March, in the order of the days, up to the close."""
    buy(books, march(5), "S01", "200", "10.60", "甲-001")
    by_hand.post(
        books, march(6), "缴纳上月税费",
        ("222102", "1200.00", ""), ("222103", "42.00", ""), ("222104", "18.00", ""), ("222105", "12.00", ""), ("1002", "", "1272.00"),
    )  # fmt: skip
    books.call("finance.receipt.receive", party="C01", account="1002", amount="5650.00", on=march(8))
    sell(books, march(10), "C01", "150")
    books.call("finance.payment.pay", party="S01", account="1002", amount="3390.00", on=march(12))
    by_hand.post(
        books, march(15), "技术服务收入", ("1002", "3180.00", ""), ("5051", "", "3000.00"), ("22210107", "", "180.00")
    )
    buy(books, march(18), "S02", "50", "11.13", "乙-001")
    by_hand.post(books, march(20), "报销差旅费", ("560206", "800.00", ""), ("1001", "", "800.00"))
    sell(books, march(25), "C02", "120")
    wrong = by_hand.post(books, march(27), "购办公用品", ("560199", "200.00", ""), ("1001", "", "200.00"))
    correct(books, wrong)
    by_hand.post(books, march(31), "计提工资", ("560204", "10616.00", ""), ("2211", "", "10616.00"))
    by_hand.post(
        books, march(31), "发放工资",
        ("2211", "8000.00", ""), ("1002", "", "6552.00"), ("2241", "", "1400.00"), ("222107", "", "48.00"),
    )  # fmt: skip
    by_hand.post(books, march(31), "计提折旧", ("560207", "316.67", ""), ("1602", "", "316.67"))
    by_hand.post(books, march(31), "存款利息", ("1002", "20.00", ""), ("560301", "-20.00", ""))
    by_hand.post(books, march(31), "银行手续费", ("560302", "15.00", ""), ("1002", "", "15.00"))


def correct(books, wrong: int) -> None:
    """The office supplies were booked as selling expense: red takes it back, blue says it right."""
    right = by_hand.voucher_lines("购办公用品", ("560205", "200.00", ""), ("1001", "", "200.00"))
    made = books.as_user("accountant").call(
        "ledger.voucher.reverse", voucher_id=wrong, voucher_on=march(28), reason="科目用错", correct=right
    )
    by_hand.post_drafts(books, made["red"], made["blue"])


def closed_month() -> tuple[erp_core.Books, run.Closing]:
    """The golden month lived through and closed."""
    books = company()
    live_through(books)
    return books, run.close(books, PERIOD)
