"""Vouchers made by hand in one line: drafted by the accountant, reviewed and posted by the supervisor."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any


def voucher_lines(summary: str, *lines: tuple) -> list[dict[str, Any]]:
    """Lines (account, debit, credit) or (account, debit, credit, {further columns}); '' is no amount."""
    made = []
    for account, debit, credit, *more in lines:
        amounts = {"debit": Decimal(str(debit or 0)), "credit": Decimal(str(credit or 0))}
        made.append({"summary": summary, "account": account, **amounts, **(more[0] if more else {})})
    return made


def draft(books, day: date, summary: str, *lines: tuple) -> int:
    """Draft one voucher as the accountant; returns the draft's id."""
    return books.as_user("accountant").call(
        "ledger.voucher.draft", voucher_on=day, lines=voucher_lines(summary, *lines)
    )["draft"]


def post_drafts(books, *drafts: int) -> dict[str, Any]:
    """Take drafts from draft to posted: submitted by the accountant, reviewed and posted by the supervisor."""
    ids = list(drafts)
    books.as_user("accountant").call("ledger.voucher.submit", drafts=ids)
    books.as_user("supervisor").call("ledger.voucher.review", drafts=ids)
    return books.as_user("supervisor").call("ledger.voucher.post", drafts=ids)


def post(books, day: date, summary: str, *lines: tuple) -> int:
    """Post one voucher; returns its id."""
    made = draft(books, day, summary, *lines)
    return post_drafts(books, made)["voucher_ids"][str(made)]
