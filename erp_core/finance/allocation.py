"""Which open items a sum of money pays: the ones that were chosen, or the oldest first; a pure function of both."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.ledger import open_items


class NothingToPay(Refusal):
    """Party {party} has no open item {first} ({count} such allocations)."""


class PaidTwice(Refusal):
    """Only {remaining} of {first} of party {party} is still open; {wanted} allocated ({count} such items)."""


class AllocatedMore(Refusal):
    """Document {first}: {allocated} allocated, but only {amount} of money ({count} such documents)."""


class AllocatedNothing(Refusal):
    """{first}: what is allocated must be above zero, not {amount} ({count} such allocations)."""


def oldest_first(items: pl.DataFrame, money: pl.DataFrame) -> pl.DataFrame:
    """Divide sums of money among open items, oldest due first, party by party.

    items: party, open_item_id, remaining (above zero, in order of age). money: key, party, amount, in order of date.
    Returns key, open_item_id, amount; what is not in the result is left over.
    """
    return open_items.oldest_first(items, money.select("party", "amount", money_id="key")).rename({"money_id": "key"})


def chosen(items: pl.DataFrame, money: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Turn allocations to references into allocations to open items, and refuse those that do not fit.

    items: party, open_item_id, reference, number (of the paper), remaining. asked: key, reference (either of the two),
    amount (null: all that is open). Returns key, open_item_id, amount.
    """
    wanted = asked.join(money.select("key", "party", money="amount"), on="key", how="left", maintain_order="left")
    names = pl.concat(
        [
            items.select("party", "open_item_id", "remaining", "reference"),
            items.filter(pl.col("number") != pl.col("reference")).select(
                "party", "open_item_id", "remaining", reference="number"
            ),
        ]
    ).unique(["party", "reference"], keep="first", maintain_order=True)
    found = wanted.join(names, on=["party", "reference"], how="left", maintain_order="left")
    lost = found.filter(pl.col("open_item_id").is_null())
    if not lost.is_empty():
        raise NothingToPay(party=lost["party"][0], first=lost["reference"][0], count=lost.height)
    found = found.with_columns(amount=pl.coalesce("amount", "remaining").cast(MONEY))
    low = found.filter(pl.col("amount") <= 0)
    if not low.is_empty():
        raise AllocatedNothing(first=low["reference"][0], amount=low["amount"][0], count=low.height)
    _refuse_twice(found)
    _refuse_more(found)
    return found.select("key", "open_item_id", "amount")


def _refuse_twice(found: pl.DataFrame) -> None:
    sums = found.group_by("open_item_id", maintain_order=True).agg(
        pl.col("party", "reference", "remaining").first(), wanted=pl.col("amount").sum()
    )
    over = sums.filter(pl.col("wanted") > pl.col("remaining"))
    if not over.is_empty():
        row = over.row(0, named=True)
        raise PaidTwice(
            remaining=row["remaining"],
            first=row["reference"],
            party=row["party"],
            wanted=row["wanted"],
            count=over.height,
        )


def _refuse_more(found: pl.DataFrame) -> None:
    sums = found.group_by("key", maintain_order=True).agg(pl.col("money").first(), allocated=pl.col("amount").sum())
    over = sums.filter(pl.col("allocated") > pl.col("money"))
    if not over.is_empty():
        row = over.row(0, named=True)
        raise AllocatedMore(first=row["key"], allocated=row["allocated"], amount=row["money"], count=over.height)
