"""What can be claimed: categories of expense, the accounts their cost is booked on, kinds of receipts and their tax."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import order_lines, refusals, saving

CATEGORY = saving.Table(name="claim_category", required=("name_zh",))
RECEIPT = saving.Table(
    name="claim_receipt",
    keys=("code", "valid_from"),
    required=("name_zh", "tax"),
    choices={"tax": ("stated", "reckoned", "none")},
)
ACCOUNT = dict.fromkeys(("category", "department", "account"), pl.String)


class UnknownCategory(Refusal):
    """There is no category of expense {first} in use ({count} such rows)."""


class UnknownReceipt(Refusal):
    """There is no kind of receipt {first} on {day} ({count} such lines)."""


class NoExpenseAccount(Refusal):
    """Category {first} has no account for department {department} ({count} such lines)."""


class NotAnExpenseAccount(Refusal):
    """{account} is no account in use that takes postings ({count} such rows)."""


@verb("claims.category.save")
def save_categories(session: Session, *, categories: saving.Given) -> dict[str, Any]:
    """Add or change categories of expense by code: code, name_zh, name_en, deductible, position, active."""
    return saving.write(session, CATEGORY, saving.complete(session, CATEGORY, categories))


@verb("claims.receipt.save")
def save_receipts(session: Session, *, receipts: saving.Given) -> dict[str, Any]:
    """Add kinds of receipts, or supersede their rule of tax from a day: code, names, tax, rate, numbered, valid_from.

    tax: stated (as on the receipt), reckoned (fare / (1 + rate) x rate), none.
    """
    frame = saving.complete(session, RECEIPT, receipts)
    bad = frame.filter((pl.col("rate") < 0) | (pl.col("rate") >= 1))
    if bad.height:
        raise refusals.WrongNumber(**refusals.first_of(bad, code="code", value="rate"), field="rate")
    return saving.write(session, RECEIPT, frame)


@verb("claims.account.save")
def save_accounts(session: Session, *, accounts: given.Given) -> dict[str, Any]:
    """Say on which account a category is booked: category, department (empty: any; the nearest counts), account."""
    frame = given.documents(accounts, ACCOUNT, ("category", "account"))
    frame = frame.with_columns(pl.col("department").fill_null(""))
    refuse_unknown(session, frame["category"])
    order_lines.refuse_unknown_places(session, frame)
    _refuse_accounts(session, frame)
    rows = frame.select("category", "department", "account", standard=pl.lit(_standard(session)))
    session.upsert("claim_account", rows.unique(("category", "department"), keep="last"), _KEYS)
    return {"count": frame.height}


_KEYS = ("standard", "category", "department")


def _standard(session: Session) -> str:
    return session.reference("company")["standard"][0]


def _refuse_accounts(session: Session, frame: pl.DataFrame) -> None:
    usable = accounts.chart(session).filter(pl.col("leaf") & pl.col("active"))["code"]
    odd = frame.filter(~pl.col("account").is_in(usable.implode()))
    if not odd.is_empty():
        raise NotAnExpenseAccount(account=odd["account"][0], count=odd.height)


def refuse_unknown(session: Session, codes: pl.Series) -> None:
    """Refuse the first category that does not exist or is out of use."""
    known = session.reference("claim_category").filter("active")["code"]
    lost = codes.filter(~codes.is_in(known.implode()))
    if len(lost):
        raise UnknownCategory(first=lost[0], count=len(lost))


def with_receipts(session: Session, body: pl.DataFrame) -> pl.DataFrame:
    """Join the rule of each line's receipt on the day it was spent: receipt_tax, receipt_rate, numbered."""
    rules = session.reference("claim_receipt").sort("valid_from")
    found = body.with_row_index("_at").sort("spent_on")
    found = found.join_asof(
        rules.select(
            receipt="code", spent_on="valid_from", receipt_tax="tax", receipt_rate="rate", numbered="numbered"
        ),
        on="spent_on",
        by="receipt",
        check_sortedness=False,
    )
    found = found.sort("_at").drop("_at")
    lost = found.filter(pl.col("receipt_tax").is_null())
    if not lost.is_empty():
        raise UnknownReceipt(first=lost["receipt"][0], day=lost["spent_on"][0], count=lost.height)
    return found


def accounts_of(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    """Add the account of each line by its category and department: the rule of the nearest department above counts."""
    rules = session.reference("claim_account").filter(pl.col("standard") == _standard(session))
    known = {(row["category"], row["department"]): row["account"] for row in rules.to_dicts()}
    above = dict(session.reference("department").select("code", "parent").rows())
    pairs = lines.select("category", "department").unique()
    found = [{**row, "account": _nearest(known, above, row["category"], row["department"])} for row in pairs.to_dicts()]
    frame = pl.DataFrame(found, schema={**pairs.schema, "account": pl.String})
    joined = lines.join(frame, on=["category", "department"], how="left", maintain_order="left")
    bare = joined.filter(pl.col("account").is_null())
    if not bare.is_empty():
        raise NoExpenseAccount(first=bare["category"][0], department=bare["department"][0] or "-", count=bare.height)
    return joined


def _nearest(known: dict[tuple[str, str], str], above: dict[str, str], category: str, department: str) -> str | None:
    while department:
        if (category, department) in known:
            return known[category, department]
        department = above.get(department, "")
    return known.get((category, ""))
