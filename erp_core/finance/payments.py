"""Money from customers and to suppliers: it settles open items, oldest first or as chosen; the rest is an advance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from erp_core.finance import allocation
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, open_items, settling
from erp_core.ledger import papers as vouchers
from erp_core.masters import order_lines

HEADER = {
    "allocate": pl.String,
    **{
        name: papers.HEADER[name]
        for name in ("document_on", "party", "account", "department", "employee", "project", "reference", "note")
    },
    "amount": MONEY,
}
ALLOCATION = {"reference": pl.String, "amount": MONEY}
OLDEST, ADVANCE = "oldest", "advance"


class Side(NamedTuple):
    """One side of the trade: its kind of paper, and the accounts on which money meets what is owed."""

    life: papers.Lifecycle
    role: str
    owed: str
    advance: str
    money_in: bool


RECEIPT = Side(papers.Lifecycle("receipt", papers.POSTED, ()), "customer", "receivable", "advance_from_customer", True)
PAYMENT = Side(papers.Lifecycle("payment", papers.POSTED, ()), "supplier", "payable", "advance_to_supplier", False)
SIDES = {"customer": RECEIPT, "supplier": PAYMENT}


class AmountNotPositive(Refusal):
    """Document {first}: an amount of money is above zero, not {amount} ({count} such documents)."""


class UnknownAllocation(Refusal):
    """Document {first}: money is allocated to the oldest item or kept as an advance, not {allocate}."""


class NotACashAccount(Refusal):
    """Document {first}: {account} is no account of cash or bank ({count} such documents)."""


@verb("finance.receipt.receive")
def receive(
    session: Session,
    *,
    documents: given.Given | None = None,
    allocations: given.Given | None = None,
    party: str = "",
    account: str = "",
    amount: Decimal | str | int | None = None,
    on: date | None = None,
    allocate: str | list[dict[str, Any]] = OLDEST,
    reference: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Receive money from customers: a set as documents and allocations, or one by party, account, amount and on.

    documents: key, document_on, party, account (cash or bank; default: the bank), amount, allocate (oldest | advance),
    reference, note. allocations: key, reference (of the invoice, or its number), amount (default: all that is open);
    documents that have some pay just those. What settles nothing stays as an advance (2203).
    """
    one = {
        "party": party,
        "account": account,
        "amount": amount,
        "document_on": on,
        "reference": reference,
        "note": note,
    }
    return _take(session, RECEIPT, documents, allocations, one, allocate)


@verb("finance.payment.pay")
def pay(
    session: Session,
    *,
    documents: given.Given | None = None,
    allocations: given.Given | None = None,
    party: str = "",
    account: str = "",
    amount: Decimal | str | int | None = None,
    on: date | None = None,
    allocate: str | list[dict[str, Any]] = OLDEST,
    reference: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Pay suppliers: a set as documents and allocations, or one by party, account, amount and on.

    Columns as finance.receipt.receive, with the supplier's bill numbers; the rest stays as an advance (1123). An item
    that is settled cannot be paid again.
    """
    one = {
        "party": party,
        "account": account,
        "amount": amount,
        "document_on": on,
        "reference": reference,
        "note": note,
    }
    return _take(session, PAYMENT, documents, allocations, one, allocate)


def _take(
    session: Session, side: Side, documents: given.Given | None, allocations: given.Given | None,
    one: dict[str, Any], allocate: str | list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    if documents is None:
        documents = {k: v for k, v in one.items() if v not in ("", None)}
        documents["allocate"] = allocate if isinstance(allocate, str) else OLDEST
        allocations = None if isinstance(allocate, str) else allocate
    heads = given.documents(documents, HEADER, ("document_on", "party", "amount"))
    order_lines.parties_of(session, heads, side.role)
    asked = given.lines(allocations, ALLOCATION, ("reference",), heads)
    heads = heads.with_columns(
        account=pl.coalesce(
            pl.when(pl.col("account") != "").then("account"), pl.lit(accounts.account_for(session, "bank"))
        ),
        allocate=pl.coalesce("allocate", pl.lit(OLDEST)),
    )
    _refuse_odd(session, heads)
    return settle(session, side, heads, asked)


def _refuse_odd(session: Session, heads: pl.DataFrame) -> None:
    bad = heads.filter(pl.col("amount") <= 0)
    if not bad.is_empty():
        raise AmountNotPositive(first=bad["key"][0], amount=bad["amount"][0], count=bad.height)
    strange = heads.filter(~pl.col("allocate").is_in([OLDEST, ADVANCE]))
    if not strange.is_empty():
        raise UnknownAllocation(first=strange["key"][0], allocate=strange["allocate"][0])
    cash = accounts.chart(session).filter("cash")["code"]
    odd = heads.filter(~pl.col("account").is_in(cash.implode()))
    if not odd.is_empty():
        raise NotACashAccount(first=odd["key"][0], account=odd["account"][0], count=odd.height)


def settle(
    session: Session, side: Side, heads: pl.DataFrame, asked: pl.DataFrame, *, from_advance: bool = False
) -> dict[str, Any]:
    """Write papers of money, post their vouchers and match what they settle.

    heads: key, document_on, party, account, amount, allocate; asked: key, reference, amount. from_advance: the money is
    an advance already there; its account keeps open items, so its line names them.
    """
    heads = heads.sort("document_on", maintain_order=True)
    items = owed_items(session, side, heads["party"])
    paid = allocate_money(heads, items, asked)
    heads, _ = papers.write(session, side.life, heads.with_columns(gross="amount"), None)
    sums = paid.group_by("key").agg(settled=pl.col("amount").sum().cast(MONEY))
    heads = heads.join(sums, on="key", how="left", maintain_order="left").with_columns(pl.col("settled").fill_null(0))
    heads = heads.with_columns(rest=(pl.col("amount") - pl.col("settled")).cast(MONEY), line_reference="number")
    posted = _post(session, side, heads, from_advance=from_advance)
    written = heads.select("key", "number", "document_on").join(posted, on="number", maintain_order="left")
    matched = _match(session, side, paid, items, written)
    totals = heads.select(pl.col("settled", "rest").sum()).row(0)
    return papers.result(heads) | {
        "vouchers": dict(posted.select("number", "voucher").rows()),
        "settled": str(totals[0]),
        "advance": str(totals[1]),
        "matched": matched,
    }


def owed_items(session: Session, side: Side, parties: pl.Series) -> pl.DataFrame:
    """What parties owe us, or we owe them, still open, oldest due first, positive, with the number of the paper."""
    account = accounts.account_for(session, side.owed)
    sign = 1 if side.money_in else -1
    items = open_items.outstanding(session, account, parties.unique().to_list())
    numbers = settling.numbers_of(session, items["open_item_id"])
    return (
        items.with_columns((pl.col("remaining") * sign).cast(MONEY))
        .filter(pl.col("remaining") > 0)
        .join(numbers, on="open_item_id", how="left", maintain_order="left")
        .with_columns(pl.col("number").fill_null(""))
    )


def allocate_money(heads: pl.DataFrame, items: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Which document settles how much of which open item: key, open_item_id, amount.

    What was chosen goes first; the oldest-first documents share what is left then.
    """
    picked = allocation.chosen(items, heads, asked) if not asked.is_empty() else None
    free = heads.filter(pl.col("allocate") == OLDEST).join(asked, on="key", how="anti")
    if picked is not None:
        taken = picked.group_by("open_item_id").agg(taken=pl.col("amount").sum())
        left = pl.col("remaining") - pl.col("taken").fill_null(0)
        items = (
            items.join(taken, on="open_item_id", how="left", maintain_order="left")
            .with_columns(remaining=left.cast(MONEY))
            .filter(pl.col("remaining") > 0)
        )
    oldest = allocation.oldest_first(items, free)
    return oldest if picked is None else pl.concat([picked, oldest.select(picked.columns)])


def _post(session: Session, side: Side, heads: pl.DataFrame, *, from_advance: bool) -> pl.DataFrame:
    named = order_lines.with_party_name(session, heads)
    lines = named.with_columns(reference="line_reference")
    event = f"{side.life.kind}_advance" if from_advance else side.life.kind
    return vouchers.book(session, event, named, kind=side.life.kind, paper=lines)


def _match(session: Session, side: Side, paid: pl.DataFrame, items: pl.DataFrame, written: pl.DataFrame) -> int:
    """Match the money with what it settles, on the later of the two days."""
    if paid.is_empty():
        return 0
    account = accounts.account_for(session, side.owed)
    written = written.with_columns(event_key=pl.format(side.life.kind + "/{}", "number"))
    own = settling.items_of(session, account, written["event_key"])
    pairs = (
        paid.join(written, on="key")
        .join(own.select("event_key", money_item="open_item_id"), on="event_key")
        .join(items.select("open_item_id", "item_on"), on="open_item_id")
    )
    debit, credit = ("open_item_id", "money_item") if side.money_in else ("money_item", "open_item_id")
    return open_items.match(
        session,
        pairs.select(
            "amount", debit_item=debit, credit_item=credit, matched_on=pl.max_horizontal("document_on", "item_on")
        ),
    )
