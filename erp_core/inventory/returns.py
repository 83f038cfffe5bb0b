"""Goods that go back: a return names the move it undoes and takes over its value, in proportion and to the cent."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.amounts import share
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session

ORIGINS = {"sale_return": "sale", "purchase_return": "purchase"}


class OriginMissing(Refusal):
    """A return of item {first} names no move that it undoes, and no value ({count} such rows)."""


class OriginUnknown(Refusal):
    """The move {first}, which a return of {item} is to undo, is none of that item ({count} such rows)."""


class ReturnBeyondOrigin(Refusal):
    """Only {left} of {item} from move {first} can still come back; {wanted} wanted ({count} such moves)."""


def with_values(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Give returns the value of what they undo; null stays where that has no value yet (month average, not closed)."""
    returned = rows["kind"].is_in(list(ORIGINS))
    if not returned.any():
        return rows
    back = rows.filter(returned)
    lost = back.filter(pl.col("origin_move").is_null() & pl.col("amount").is_null())
    if not lost.is_empty():
        raise OriginMissing(**first_and_count(lost["item"].to_list()))
    named = back.filter(pl.col("origin_move").is_not_null())
    if named.is_empty():
        return rows
    valued = _valued(named, origins(session, named["origin_move"]))
    found = rows.select("place").join(valued, on="place", how="left", maintain_order="left")["found"]
    return rows.with_columns(amount=pl.coalesce("amount", found))


def origins(session: Session, moves: pl.Series) -> pl.DataFrame:
    """Moves by id with their value so far (null: none yet), and what has come back of each: quantity and value."""
    return session.frame_with(
        "with value as (select move_id, sum(amount) as amount from core.stock_value"
        "   where move_id between $first and $last group by move_id),"
        " back as (select m.origin_move as move_id, sum(m.quantity) as quantity, sum(v.amount) as amount"
        "   from core.stock_move m semi join _ids on _ids.move_id = m.origin_move"
        "   left join (select move_id, sum(amount) as amount from core.stock_value where kind in ('receipt', 'issue')"
        "   group by move_id) v on v.move_id = m.move_id group by m.origin_move)"
        " select m.move_id as origin_move, m.item as origin_item, m.kind as origin_kind, m.quantity as origin_quantity,"
        " value.amount as origin_amount, coalesce(back.quantity, 0) as back_quantity,"
        " coalesce(back.amount, 0) as back_amount from core.stock_move m semi join _ids using (move_id)"
        " left join value using (move_id) left join back using (move_id)"
        " where m.move_id between $first and $last",
        {"_ids": moves.unique().alias("move_id").to_frame()},
        first=moves.min(),
        last=moves.max(),
    )


def _valued(back: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Per returning row its share of the origin's value: what has come back by now, less what came back before."""
    rows = back.join(known, on="origin_move", how="left", maintain_order="left")
    fits = (pl.col("item") == pl.col("origin_item")) & (pl.col("origin_kind") == pl.col("kind").replace_strict(ORIGINS))
    wrong = rows.filter(~fits.fill_null(value=False))
    if not wrong.is_empty():
        raise OriginUnknown(item=wrong["item"][0], **first_and_count(wrong["origin_move"].to_list()))
    rows = rows.with_columns(upto=pl.col("back_quantity") + pl.col("quantity").cum_sum().over("origin_move"))
    beyond = rows.filter(pl.col("upto").abs() > pl.col("origin_quantity").abs())
    if not beyond.is_empty():
        row = beyond.row(0, named=True)
        left = abs(row["origin_quantity"]) - abs(row["upto"] - row["quantity"])
        raise ReturnBeyondOrigin(
            left=left.normalize(), item=row["item"], wanted=abs(row["quantity"]).normalize(),
            **first_and_count(beyond["origin_move"].to_list()),
        )  # fmt: skip
    # Signs: a sale of -3 worth -100.00 gives back +1 worth +33.33; share() takes magnitudes of quantities.
    total = share(pl.col("origin_amount").cast(MONEY), pl.col("upto").abs(), pl.col("origin_quantity").abs())
    rows = rows.with_columns(upto_amount=-total)
    before = pl.col("upto_amount").shift(1).over("origin_move").fill_null(pl.col("back_amount"))
    return rows.select("place", found=(pl.col("upto_amount") - before).cast(MONEY))
