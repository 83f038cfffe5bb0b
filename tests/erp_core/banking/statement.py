"""A bank account and statements written as small text tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.trading import day


def account(books, **more: Any) -> str:
    """The bank account whose books are kept on 1002, from the first day on."""
    row = {"code": "ICBC", "name": "基本户", "bank": "工商银行", "account": "1002", "begins_on": day(1)}
    books.call("banking.account.save", accounts=[row | more])
    return row["code"]


def lines(text: str) -> list[dict[str, Any]]:
    """Lines of a statement: day | amount | balance | counterparty | summary | reference; '-' is nothing."""
    names = ("posted_on", "amount", "balance", "counterparty", "summary", "reference")
    rows = []
    for at, row in enumerate(text.strip().splitlines(), 2):
        cells = [cell.strip() for cell in row.split("|")]
        found = {name: None if cell == "-" else cell for name, cell in zip(names, cells, strict=False)}
        found["posted_on"] = date(2026, *(int(part) for part in found["posted_on"].split("-")))
        rows.append(found | {"source_row": at})
    return rows


def load(books, text: str, *, bank_account: str = "ICBC", file: str = "对账单.csv") -> dict[str, Any]:
    """Load a statement of the account."""
    return books.call("banking.statement.load", bank_account=bank_account, lines=lines(text), file=file)


def post(books, on: date, amount: str, other: str = "560302", words: str = "凭证", **dimensions: str) -> int:
    """A posted voucher over the bank: money in if positive; returns its number in the books."""
    value, zero = abs(Decimal(amount)), Decimal(0)
    came = Decimal(amount) > 0
    rows = [
        {"summary": words, "account": "1002", "debit": value if came else zero, "credit": zero if came else value},
        {
            "summary": words,
            "account": other,
            "debit": zero if came else value,
            "credit": value if came else zero,
            **dimensions,
        },
    ]
    draft = books.call("ledger.voucher.draft", voucher_on=on, lines=rows)["draft"]
    books.call("ledger.voucher.submit", drafts=[draft])
    boss = books.as_user("supervisor")
    boss.call("ledger.voucher.review", drafts=[draft])
    boss.call("ledger.voucher.post", drafts=[draft])
    return books.sql("select max(voucher_id) as v from rpt.voucher")["v"][0]


def broken(books) -> list[str]:
    """The invariants that do not hold."""
    checked = books.check()
    return checked.filter(~checked["ok"])["check"].to_list()
