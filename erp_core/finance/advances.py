"""Advances put to use: what a customer paid, or we paid a supplier, before there was anything to settle."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.finance import allocation, payments
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, open_items, settling
from erp_core.masters import order_lines

HEADER = {
    **{name: papers.HEADER[name] for name in ("document_on", "party", "reference", "note")},
    "amount": MONEY,
}


class NothingToApply(Refusal):
    """Party {first} has an advance of {available} and owes {owed}: {wanted} is too much ({count} such documents)."""


class UnknownSide(Refusal):
    """An advance stands on the side of a customer or a supplier, not {side}."""


@verb("finance.advance.apply")
def apply(
    session: Session, *, documents: given.Given, allocations: given.Given | None = None, side: str = "customer"
) -> dict[str, Any]:
    """Settle what customers owe, or suppliers are owed (side=), from their advances, oldest first or as chosen.

    documents: key, document_on, party, amount (default: as much as both sides allow), reference, note; one per party.
    allocations: key, reference, amount. The paper is a receipt or payment whose account is that of the advances.
    """
    if side not in payments.SIDES:
        raise UnknownSide(side=side)
    trade = payments.SIDES[side]
    heads = given.documents(documents, HEADER, ("document_on", "party"))
    order_lines.parties_of(session, heads, trade.role)
    asked = given.lines(allocations, payments.ALLOCATION, ("reference",), heads)
    advances = _advances(session, trade, heads["party"])
    heads = _with_amounts(heads, advances, payments.owed_items(session, trade, heads["party"]))
    account = accounts.account_for(session, trade.advance)
    heads = heads.with_columns(account=pl.lit(account), allocate=pl.lit(payments.OLDEST))
    result = payments.settle(session, trade, heads, asked, from_advance=True)
    _use_up(session, trade, heads, advances, result["numbers"])
    return result


def _advances(session: Session, trade: payments.Side, parties: pl.Series) -> pl.DataFrame:
    """The advances still unused, oldest first, as positive amounts."""
    account = accounts.account_for(session, trade.advance)
    items = open_items.outstanding(session, account, parties.unique().to_list())
    sign = -1 if trade.money_in else 1
    return items.with_columns((pl.col("remaining") * sign).cast(MONEY)).filter(pl.col("remaining") > 0)


def _with_amounts(heads: pl.DataFrame, advances: pl.DataFrame, owed: pl.DataFrame) -> pl.DataFrame:
    joined = heads
    for name, items in (("available", advances), ("owed", owed)):
        sums = items.group_by("party").agg(pl.col("remaining").sum().cast(MONEY).alias(name))
        joined = joined.join(sums, on="party", how="left", maintain_order="left").with_columns(
            pl.col(name).fill_null(0)
        )
    joined = joined.with_columns(amount=pl.coalesce("amount", pl.min_horizontal("available", "owed")).cast(MONEY))
    total = pl.col("amount").sum().over("party")
    bad = joined.filter((pl.col("amount") <= 0) | (total > pl.col("available")) | (total > pl.col("owed")))
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise NothingToApply(
            first=row["party"], available=row["available"], owed=row["owed"], wanted=row["amount"], count=bad.height
        )
    return joined.drop("available", "owed")


def _use_up(
    session: Session, trade: payments.Side, heads: pl.DataFrame, advances: pl.DataFrame, numbers: dict[str, str]
) -> None:
    """Match the papers with the advances they use, the oldest first."""
    account = accounts.account_for(session, trade.advance)
    used = allocation.oldest_first(advances, heads.sort("document_on", maintain_order=True))
    events = pl.DataFrame({"key": list(numbers), "number": list(numbers.values())}).select(
        "key", event_key=pl.format(trade.life.kind + "/{}", "number")
    )
    own = settling.items_of(session, account, events["event_key"]).select("event_key", own_item="open_item_id")
    pairs = (
        used.join(events, on="key")
        .join(own, on="event_key")
        .join(advances.select("open_item_id", "item_on"), on="open_item_id")
        .join(heads.select("key", "document_on"), on="key")
    )
    debit, credit = ("own_item", "open_item_id") if trade.money_in else ("open_item_id", "own_item")
    open_items.match(
        session,
        pairs.select(
            "amount", debit_item=debit, credit_item=credit, matched_on=pl.max_horizontal("document_on", "item_on")
        ),
    )
