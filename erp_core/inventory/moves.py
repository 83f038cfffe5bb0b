"""The only writer of stock: moves say how much, values say what it is worth, for one row or a million alike."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import ColumnMissing
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session
from erp_core.inventory import checks, few, pools, recost, returns, states
from erp_core.ledger import accounts, periods

_VALUE_SCHEMA = {
    "move_id": pl.Int64,
    "item": pl.String,
    "period": pl.String,
    "valued_on": pl.Date,
    "kind": pl.String,
    "amount": MONEY,
    "event_key": pl.String,
}
_MOVE_COLUMNS = (
    "move_id", "kind", "moved_on", "period", "item", "warehouse", "bin", "quantity", "origin_move", "document_id",
    "document_line", "reference",
)  # fmt: skip


def move(session: Session, moves: pl.DataFrame) -> pl.DataFrame:
    """Write a set of moves as a whole: check, number, cost what is costed at once, keep places and pools.

    moves: kind, moved_on, item, warehouse, quantity (in positive, out negative), and optionally bin, amount (value of
    what comes in), origin_move (what a return undoes), document_id, document_line, reference.
    Returns one row per move in the order given: move_id, item, quantity, amount (CNY, signed like the quantity: what
    the caller books and hands to value(); null until the close for month average, and for transfers, which change no
    value). Back-dated rows recost later moves; what that changes is booked here. Refuses the first offender of a
    broken rule.
    """
    if moves.is_empty():
        return pl.DataFrame(schema={"move_id": pl.Int64, "item": pl.String, "quantity": QUANTITY, "amount": MONEY})
    done = few.move(session, moves)
    if done is not None:
        return done
    rows = returns.with_values(session, checks.checked(session, moves))
    held = states.of_items(session, "stock_now", rows["item"])
    checks.refuse_below_zero(session, rows, held)
    first = session.take_ids("stock_move", "move_id", rows.height)
    rows = rows.with_columns(move_id=pl.int_range(first, first + rows.height, dtype=pl.Int64, eager=True))
    costed = pools.cost(session, rows)
    session.insert("stock_move", rows.select(*_MOVE_COLUMNS, act_id=pl.lit(session.act_id, pl.Int64)))
    states.save_places(session, rows, held)
    recost.post_differences(session, costed.differences)
    return _in_given_order(rows, costed.amounts)


def _in_given_order(rows: pl.DataFrame, costed: pl.DataFrame) -> pl.DataFrame:
    found = rows.join(costed.rename({"amount": "costed"}), on="place", how="left", maintain_order="left")
    moved = pl.col("kind").is_in(checks.TRANSFERS)
    amount = pl.when(~moved).then(pl.coalesce("costed", "amount")).cast(MONEY)
    return found.with_columns(amount=amount).sort("place").select("move_id", "item", "quantity", "amount")


def value(session: Session, values: pl.DataFrame) -> None:
    """Write what moves are worth; the caller books the same amounts on the inventory accounts in the same act.

    values: move_id, item, period, valued_on, kind (receipt, issue, adjustment, reversal), amount, event_key (of the
    voucher). An adjustment of an item costed at once changes its pool from its day on; what the pool can no longer hold
    goes to the cost of sales by a voucher of its own.
    """
    if few.value(session, values):
        return
    rows = _with_accounts(session, values)
    periods.require_open(session, rows.filter(pl.col("period") != periods.OPENING_PERIOD)["valued_on"])
    first = session.take_ids("stock_value", "value_id", rows.height)
    numbered = rows.with_columns(
        value_id=pl.int_range(first, first + rows.height, dtype=pl.Int64, eager=True),
        act_id=pl.lit(session.act_id, pl.Int64),
    )
    adjusted = rows.filter(
        (pl.col("kind") == "adjustment") & (pl.col("amount") != 0) & pl.col("cost_method").is_in(pools.AT_ONCE)
    )
    differences = recost.NOTHING if adjusted.is_empty() else _adjust(session, adjusted)
    session.insert("stock_value", numbered.select("value_id", *_VALUE_SCHEMA, "account", "act_id"))
    recost.post_differences(session, differences)


def _with_accounts(session: Session, values: pl.DataFrame) -> pl.DataFrame:
    for name in _VALUE_SCHEMA:
        if name not in values.columns:
            raise ColumnMissing(table="values", column=name)
    items = session.reference("item").select("cost_method", item="code", account="inventory_account")
    rows = values.select(pl.col(name).cast(kind) for name, kind in _VALUE_SCHEMA.items())
    rows = rows.join(items, on="item", how="left", maintain_order="left")
    if (rows["account"] == "").any():
        own = accounts.account_for(session, "inventory")
        rows = rows.with_columns(pl.col("account").replace("", own))
    return rows


def _adjust(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Bring changes of price into the pools; returns what the pools could not hold, as differences of the moves."""
    periods.require_open(session, rows["valued_on"], stock=True)
    events = rows.sort("valued_on", maintain_order=True).select(
        "move_id",
        "item",
        "cost_method",
        "amount",
        kind=pl.lit("adjustment"),
        place=pl.int_range(pl.len(), dtype=pl.Int64),
        moved_on="valued_on",
        quantity=pl.lit(0, QUANTITY),
        origin_move="move_id",
    )
    return pools.cost(session, events).differences
