"""Accounts at banks and the ledger accounts that keep their books; rules of matching and of booking, as data."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import order_lines, saving

ACCOUNT = saving.Table(name="bank_account", required=("name", "account", "begins_on"), codes=("account",))
RULE = saving.Table(
    name="bank_rule",
    keys=("rule",),
    required=("position", "kind", "days", "confidence"),
    choices={"kind": ("reference", "amount", "counterparty", "several")},
)
BOOKING = saving.Table(
    name="bank_booking",
    keys=("rule",),
    required=("position", "contains", "direction", "account"),
    codes=("account", "department"),
    choices={"direction": ("in", "out")},
)
DAYS_MAX = 366


class UnknownBankAccount(Refusal):
    """There is no bank account {code} in use; known: {known}."""


class NotABankLeaf(Refusal):
    """{code}: {account} is no leaf account of cash in use."""


class AccountKeptTwice(Refusal):
    """{code}: the books of account {account} are kept for bank account {other} already."""


class BankAccountInUse(Refusal):
    """{code}: {field} cannot change from {old} to {new}, lines of its statements are loaded already."""


class RuleOutside(Refusal):
    """Rule {rule}: {field} cannot be {value}; it lies between {low} and {high}."""


class BookingAccount(Refusal):
    """Rule {rule}: {account} is no leaf account in use besides cash."""


@verb("banking.account.save")
def save_accounts(session: Session, *, accounts: saving.Given) -> dict[str, Any]:
    """Add or change accounts at banks by code.

    accounts: code, name, bank, number, account (leaf of cash that keeps its books, one each), begins_on and
    bank_opening (from which day it is reconciled, and what the bank held before), active.
    """
    frame = saving.complete(session, ACCOUNT, accounts)
    _refuse_leaves(session, frame)
    _refuse_moved(session, frame)
    return saving.write(session, ACCOUNT, frame)


def _refuse_leaves(session: Session, frame: pl.DataFrame) -> None:
    usable = accounts.chart(session).filter(pl.col("cash") & pl.col("leaf") & pl.col("active"))["code"]
    odd = frame.filter(~pl.col("account").is_in(usable.implode()))
    if not odd.is_empty():
        raise NotABankLeaf(code=odd["code"][0], account=odd["account"][0])
    held = session.frame("select code, account from core.bank_account")
    both = pl.concat([held.join(frame, on="code", how="anti"), frame.select("code", "account")])
    twice = both.filter(pl.col("account").is_duplicated())
    if not twice.is_empty():
        raise AccountKeptTwice(code=twice["code"][-1], account=twice["account"][-1], other=twice["code"][0])


def _refuse_moved(session: Session, frame: pl.DataFrame) -> None:
    """The books behind an account and its beginning stay once lines are loaded."""
    used = session.frame("select distinct bank_account as code from core.bank_line")
    held = session.frame("select * from core.bank_account").join(used, on="code", how="semi")
    both = frame.join(held, on="code", suffix="_held")
    for field in ("account", "begins_on", "bank_opening"):
        moved = both.filter(pl.col(field) != pl.col(f"{field}_held"))
        if not moved.is_empty():
            row = moved.row(0, named=True)
            raise BankAccountInUse(code=row["code"], field=field, old=row[f"{field}_held"], new=row[field])


def find(session: Session, code: str) -> dict[str, Any]:
    """One account at a bank in use, or a refusal that names those there are."""
    known = session.reference("bank_account").filter("active")
    found = known.filter(pl.col("code") == code)
    if found.is_empty():
        raise UnknownBankAccount(code=code, known=", ".join(known["code"].sort()) or "-")
    return found.row(0, named=True)


@verb("banking.rule.save")
def save_rules(session: Session, *, rules: saving.Given) -> dict[str, Any]:
    """Change the rules by which lines find each other.

    rules: rule, position (tried in this order), kind (reference | amount | counterparty | several), days (apart at
    most), confidence (0 to 1), automatic (matched without a person), active.
    """
    frame = saving.complete(session, RULE, rules)
    for field, low, high in (("days", 0, DAYS_MAX), ("confidence", 0, 1), ("position", 0, 9999)):
        bad = frame.filter((pl.col(field) < low) | (pl.col(field) > high))
        if not bad.is_empty():
            raise RuleOutside(rule=bad["rule"][0], field=field, value=bad[field][0], low=low, high=high)
    return saving.write(session, RULE, frame)


@verb("banking.booking.save")
def save_bookings(session: Session, *, bookings: saving.Given) -> dict[str, Any]:
    """Say how lines of the bank are booked without a paper: bank charges, interest and the like.

    bookings: rule, position, contains (text of the line), direction (in | out), account, department, in_red (money in
    is a negative debit of the account), active.
    """
    frame = saving.complete(session, BOOKING, bookings)
    order_lines.refuse_unknown_places(session, frame)
    usable = accounts.chart(session).filter(pl.col("leaf") & pl.col("active") & ~pl.col("cash"))["code"]
    odd = frame.filter(~pl.col("account").is_in(usable.implode()))
    if not odd.is_empty():
        raise BookingAccount(rule=odd["rule"][0], account=odd["account"][0])
    return saving.write(session, BOOKING, frame)
