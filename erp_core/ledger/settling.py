"""What a paper left open in the ledger, and setting one paper's open item off against another's."""

from __future__ import annotations

import polars as pl

from erp_core.foundation import documents
from erp_core.foundation.session import Session
from erp_core.ledger import open_items


def items_of(session: Session, account: str, events: pl.Series) -> pl.DataFrame:
    """The open items that the vouchers of some events left on an account: event_key, open_item_id, item_on, amount."""
    where, values = documents.among("v.event_key", events.unique())
    return session.frame(
        "select v.event_key, o.open_item_id, o.item_on, o.amount"
        " from core.voucher v join core.open_item o using (voucher_id)"
        f" where {where} and o.account = $account",
        account=account,
        **values,
    )


def numbers_of(session: Session, items: pl.Series) -> pl.DataFrame:
    """The number of the paper behind each open item: open_item_id, number."""
    if items.is_empty():
        return pl.DataFrame(schema={"open_item_id": pl.Int64, "number": pl.String})
    where, values = documents.among("o.open_item_id", items)
    return session.frame(
        "select o.open_item_id, v.source_number as number from core.open_item o join core.voucher v using (voucher_id)"
        f" where {where}",
        **values,
    )


def set_off(session: Session, account: str, pairs: pl.DataFrame) -> int:
    """Match the open items of red papers with those of the papers they correct, as far as both are still open.

    pairs: event_key, red_event, party. Returns how many matchings were written.
    """
    held = items_of(session, account, pl.concat([pairs["event_key"], pairs["red_event"]]))
    left = open_items.outstanding(session, account, pairs["party"].unique().to_list()).select(
        "open_item_id", "remaining"
    )
    held = held.join(left, on="open_item_id")
    both = pairs.join(held, on="event_key").join(held, left_on="red_event", right_on="event_key", suffix="_red")
    facing = both.filter(pl.col("remaining").sign() * pl.col("remaining_red").sign() < 0)
    if facing.is_empty():
        return 0
    # Several red papers of one original in the same set share what is left of it, in their order.
    before = pl.col("remaining_red").abs().cum_sum().over("open_item_id") - pl.col("remaining_red").abs()
    free = (pl.col("remaining").abs() - before).clip(lower_bound=0)
    amounts = facing.with_columns(amount=pl.min_horizontal(free, pl.col("remaining_red").abs())).filter(
        pl.col("amount") > 0
    )
    forward = pl.col("remaining") > 0
    return open_items.match(
        session,
        amounts.select(
            "amount",
            debit_item=pl.when(forward).then("open_item_id").otherwise("open_item_id_red"),
            credit_item=pl.when(forward).then("open_item_id_red").otherwise("open_item_id"),
            matched_on=pl.max_horizontal("item_on", "item_on_red"),
        ),
    )
