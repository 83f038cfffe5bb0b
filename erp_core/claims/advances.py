"""Advances of staff (备用金): asked for, approved, paid out, set off against claims, and what is left given back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.claims import paying, steps, writing
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.ledger import papers as vouchers
from erp_core.masters import order_lines

LIFECYCLE = papers.Lifecycle(
    "claim_advance",
    "draft",
    (
        ("submit", "draft", "submitted"),
        ("withdraw", "submitted", "draft"),
        ("return", "submitted", "draft"),
        ("approve", "submitted", "approved"),
        ("return", "approved", "draft"),
        ("pay", "approved", "paid"),
        ("cancel", "draft", "cancelled"),
    ),
)
REFUND = papers.Lifecycle("claim_refund", papers.POSTED, ())
HEADER = writing.HEADER | {"due_on": pl.Date, "amount": MONEY}


class AdvanceAmount(Refusal):
    """Advance {first}: an amount is above zero, not {amount} ({count} such)."""


class RefundTooMuch(Refusal):
    """{employee} owes {available} of advances and cannot give back {amount}."""


@verb("claims.advance.request")
def request(session: Session, *, documents: given.Given) -> dict[str, Any]:
    """Write requests for an advance as drafts.

    documents: key, document_on, employee (default: oneself), department, project, amount (CNY), due_on (to be settled
    by), note (what for).
    """
    heads = given.documents(documents, HEADER, ("document_on", "amount", "note"))
    low = heads.filter(pl.col("amount") <= 0)
    if not low.is_empty():
        raise AdvanceAmount(first=low["key"][0], amount=low["amount"][0], count=low.height)
    heads = writing.claimants(session, heads).with_columns(gross="amount", net="amount")
    heads, _ = papers.write(session, LIFECYCLE, heads, None)
    return papers.result(heads)


@verb("claims.advance.submit")
def submit(session: Session, *, numbers: list[str] | str) -> dict[str, Any]:
    """Hand requests in; where a rule asks for it, before its chain."""
    heads = papers.step(session, LIFECYCLE, numbers, "submit")
    steps.ask(session, LIFECYCLE.kind, heads)
    return {"count": heads.height}


@verb("claims.advance.withdraw")
def withdraw(session: Session, *, numbers: list[str] | str, reason: str = "") -> dict[str, Any]:
    """Take requests back before anybody has agreed; they are drafts again."""
    return steps.take_back(session, LIFECYCLE, numbers, "withdraw", reason)


@verb("claims.advance.return", reason=True)
def hand_back(session: Session, *, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Give requests that are handed in, or approved and unpaid, back to their author with a comment."""
    return steps.take_back(session, LIFECYCLE, numbers, "return", reason)


@verb("claims.advance.approve")
def approve(session: Session, *, numbers: list[str] | str, reason: str = "") -> dict[str, Any]:
    """Approve requests that were handed in; no chain is passed over, and nobody approves his own."""
    return steps.agree(session, LIFECYCLE, numbers, reason)


@verb("claims.advance.cancel", reason=True)
def cancel(session: Session, *, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Give drafts up; their numbers stay."""
    return {"count": papers.step(session, LIFECYCLE, numbers, "cancel", reason).height}


@verb("claims.advance.pay")
def pay(session: Session, *, numbers: list[str] | str, on: date, account: str = "") -> dict[str, Any]:
    """Pay approved advances out of cash or the bank (default): receivable from the employee, one voucher each."""
    heads = papers.step(session, LIFECYCLE, numbers, "pay").sort("document_on", "number", maintain_order=True)
    account = paying.cash_account(session, account)
    paying.refuse_early(heads, on)
    heads = heads.with_columns(advance=pl.lit(0, MONEY), paid="gross", paid_from=pl.lit(account))
    owed = accounts.account_for(session, "staff_advance")
    parts = [
        vouchers.side(heads, owed, "paid", debit=True, by=("employee",)),
        vouchers.side(heads, pl.col("paid_from"), "paid", debit=False),
    ]
    posted = vouchers.post(session, LIFECYCLE.kind, paying.named(session, heads, on), parts, LIFECYCLE.kind)
    paying.settle(session, heads, on, account)
    return {"count": heads.height, "vouchers": dict(posted.select("number", "voucher").rows())}


@verb("claims.advance.give_back")
def give_back(
    session: Session, *, employee: str, amount: Decimal | str | int, on: date, account: str = "", note: str = ""
) -> dict[str, Any]:
    """Take back what is left of an employee's advances, into cash or the bank (default)."""
    told = {"employee": employee, "document_on": on, "amount": amount, "note": note}
    heads = given.documents(told, HEADER, ("document_on", "employee", "amount"))
    order_lines.refuse_unknown_places(session, heads)
    back = heads["amount"][0]
    available = max(paying.open_advances(session, [employee]).get(employee, Decimal(0)), Decimal(0))
    if not 0 < back <= available:
        raise RefundTooMuch(employee=employee, available=available, amount=back)
    heads = heads.with_columns(gross="amount", net="amount", account=pl.lit(paying.cash_account(session, account)))
    heads, _ = papers.write(session, REFUND, heads, None)
    parts = [
        vouchers.side(heads, pl.col("account"), "amount", debit=True),
        vouchers.side(heads, accounts.account_for(session, "staff_advance"), "amount", debit=False, by=("employee",)),
    ]
    posted = vouchers.post(session, REFUND.kind, paying.named(session, heads, on), parts, REFUND.kind)
    return papers.result(heads) | {"vouchers": dict(posted.select("number", "voucher").rows())}


steps.follow_chain(LIFECYCLE)
