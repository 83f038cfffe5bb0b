"""Open items: receivables, payables and advances that wait for money, and what they are matched with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb


class MatchTooMuch(Refusal):
    """Only {remaining} of open item {first} is left; {wanted} wanted ({count} such items)."""


class MatchUnlike(Refusal):
    """Open items {debit_item} and {credit_item} differ in account or party, or do not stand on opposite sides."""


class MatchUnknown(Refusal):
    """There is no matching {match_id}, or it was undone already."""


def outstanding(session: Session, account: str, parties: list[str]) -> pl.DataFrame:
    """What is left of the open items of some parties on one account, oldest due first.

    Columns: open_item_id, party, reference, item_on, due_on, amount, remaining (signed: debit positive).
    """
    return session.frame(
        """
        with item as (
            select * from core.open_item where account = $account and list_contains($parties, party)
        ),
        used as (
            select open_item_id, sum(used) as used from (
                select debit_item as open_item_id, amount as used from core.open_item_match
                where debit_item in (select open_item_id from item)
                union all
                select credit_item, -amount from core.open_item_match
                where credit_item in (select open_item_id from item)
            ) group by open_item_id
        )
        select open_item_id, party, reference, item_on, due_on, amount,
               cast(amount - coalesce(used, 0) as decimal(18, 2)) as remaining
        from item left join used using (open_item_id)
        where amount <> coalesce(used, 0)
        order by party, due_on, open_item_id
        """,
        account=account,
        parties=parties,
    )


def oldest_first(items: pl.DataFrame, money: pl.DataFrame) -> pl.DataFrame:
    """Divide money among open items, the oldest first, party by party, on one axis of cumulated amounts.

    items: party, open_item_id, remaining (> 0, by age). money: party, money_id, amount (> 0, by date).
    Returns open_item_id, money_id, amount: who pays what. What is left of the money is simply not in the result.
    """
    owed = _ends(items, "open_item_id", "remaining")
    paid = _ends(money, "money_id", "amount")
    pairs = owed.join(paid, on="party", suffix="_money").with_columns(
        start=pl.max_horizontal("begin", "begin_money"), stop=pl.min_horizontal("end", "end_money")
    )
    return (
        pairs.filter(pl.col("stop") > pl.col("start"))
        .select("open_item_id", "money_id", amount=(pl.col("stop") - pl.col("start")).cast(MONEY))
        .sort("open_item_id", "money_id")
    )


def _ends(frame: pl.DataFrame, name: str, amount: str) -> pl.DataFrame:
    return frame.select("party", name, end=pl.col(amount).cum_sum().over("party"), size=amount).select(
        "party", name, begin=pl.col("end") - pl.col("size"), end="end"
    )


def match(session: Session, pairs: pl.DataFrame) -> int:
    """Match debit items with credit items of the same account and party, never beyond what is left of either.

    pairs: debit_item, credit_item, amount (CNY, > 0), matched_on. Returns how many matchings were written.
    """
    if pairs.is_empty():
        return 0
    state = _state(session, pairs)
    _check_alike(pairs, state)
    for column, sign in (("debit_item", 1), ("credit_item", -1)):
        wanted = pairs.group_by(column, maintain_order=True).agg(pl.col("amount").sum())
        held = wanted.join(state, left_on=column, right_on="open_item_id", how="left", maintain_order="left")
        over = held.filter(pl.col("remaining") * sign < pl.col("amount"))
        if not over.is_empty():
            first = over.row(0, named=True)
            raise MatchTooMuch(
                remaining=first["remaining"] * sign, wanted=first["amount"], **first_and_count(over[column].to_list())
            )
    first_id = session.take_ids("open_item_match", "match_id", pairs.height)
    session.insert(
        "open_item_match",
        pairs.select(
            (pl.int_range(pl.len()).cast(pl.Int64) + first_id).alias("match_id"),
            "debit_item",
            "credit_item",
            pl.col("amount").cast(MONEY),
            "matched_on",
            pl.lit(session.act_id).alias("act_id"),
        ),
    )
    return pairs.height


def _state(session: Session, pairs: pl.DataFrame) -> pl.DataFrame:
    """Account, party and rest of every item named in the pairs."""
    wanted = pl.concat([pairs["debit_item"], pairs["credit_item"]]).unique().to_frame("open_item_id")
    return session.frame_with(
        """
        with item as (select * from core.open_item where open_item_id in (select open_item_id from _wanted)),
        used as (
            select open_item_id, sum(used) as used from (
                select debit_item as open_item_id, amount as used from core.open_item_match
                where debit_item in (select open_item_id from _wanted)
                union all
                select credit_item, -amount from core.open_item_match
                where credit_item in (select open_item_id from _wanted)
            ) group by open_item_id
        )
        select open_item_id, account, party, amount,
               cast(amount - coalesce(used, 0) as decimal(18, 2)) as remaining
        from item left join used using (open_item_id)
        """,
        {"_wanted": wanted},
    )


def _check_alike(pairs: pl.DataFrame, state: pl.DataFrame) -> None:
    joined = pairs.join(state, left_on="debit_item", right_on="open_item_id", how="left", maintain_order="left").join(
        state, left_on="credit_item", right_on="open_item_id", how="left", suffix="_credit", maintain_order="left"
    )
    alike = (
        (pl.col("account") == pl.col("account_credit"))
        & (pl.col("party") == pl.col("party_credit"))
        & (pl.col("amount_right") > 0)
        & (pl.col("amount_credit") < 0)
    )
    wrong = joined.filter(~alike.fill_null(value=False))
    if not wrong.is_empty():
        raise MatchUnlike(debit_item=wrong["debit_item"][0], credit_item=wrong["credit_item"][0])


@verb("ledger.open_item.match")
def match_items(session: Session, *, pairs: list[dict], matched_on: date) -> dict[str, int]:
    """Match chosen open items by hand; pairs: debit_item, credit_item, amount."""
    frame = pl.DataFrame([{**pair, "amount": Decimal(str(pair["amount"])), "matched_on": matched_on} for pair in pairs])
    return {"matched": match(session, frame)}


@verb("ledger.open_item.unmatch", reason=True)
def unmatch(session: Session, *, match_id: int, matched_on: date, reason: str) -> dict[str, int]:
    """Undo a matching by an opposite row; both stay visible."""
    row = session.one(
        "select debit_item, credit_item, amount from core.open_item_match where match_id = $id and amount > 0",
        id=match_id,
    )
    undone = row and session.one(
        "select 1 from core.open_item_match where debit_item = $d and credit_item = $c and amount = $a limit 1",
        d=row[0],
        c=row[1],
        a=-row[2],
    )
    if not row or undone:
        raise MatchUnknown(match_id=match_id)
    new_id = session.take_ids("open_item_match", "match_id", 1)
    undoing = {"match_id": new_id, "debit_item": row[0], "credit_item": row[1], "amount": -row[2]}
    undoing |= {"matched_on": matched_on, "act_id": session.act_id}
    session.insert("open_item_match", pl.DataFrame([undoing]))
    return {"match_id": new_id}
