"""Back-dated moves: the value of an item is reckoned again from all its moves in order of time, never patched."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session
from erp_core.inventory import costing
from erp_core.ledger import accounts, papers, periods

NOTHING = pl.DataFrame(schema={"move_id": pl.Int64, "amount": MONEY, "valued_on": pl.Date})
# What an event itself is worth is given for these; what all others are worth follows from the order of moves.
GIVEN = ("opening", "purchase", "gain", "purchase_return", "adjustment")
_COUNTER_ROLES = {"gain": "stock_gain", "loss": "stock_loss"}
_HISTORY = """
    with value as (
        select move_id, sum(amount) filter (kind in ('receipt', 'issue')) as given, sum(amount) as recorded
        from core.stock_value semi join _items using (item) group by move_id
    )
    select m.move_id, m.kind, m.item, m.moved_on, m.act_id, 0 as tier, m.quantity, value.given, value.recorded,
           m.origin_move, m.move_id as sequence
    from core.stock_move m semi join _items using (item) left join value using (move_id)
    where m.kind not in ('transfer_out', 'transfer_in')
    union all
    select v.move_id, 'adjustment', v.item, v.valued_on, v.act_id, 1, 0, v.amount, null, v.move_id, v.value_id
    from core.stock_value v semi join _items using (item)
    where v.kind = 'adjustment'
"""


class Again(NamedTuple):
    """What came of costing again: new rows (place, move_id, amount, change, moved_on), differences, states, moves."""

    new: pl.DataFrame
    differences: pl.DataFrame
    pools: pl.DataFrame
    layers: pl.DataFrame
    moves: pl.DataFrame


def from_history(session: Session, new: pl.DataFrame) -> Again:
    """Cost items from their first move on, with new rows put into their place in time.

    new: place, move_id, kind, item, cost_method, moved_on, quantity, amount, origin_move. differences: move_id, amount
    by which moves written before are worth more or less now.
    """
    events = _events(session, new)
    methods = new.select("item", "cost_method").unique()
    events = events.join(methods, on="item", maintain_order="left")
    costed, pools, layers = [], [], []
    for method, kernel in (("moving_average", costing.moving_average), ("fifo", costing.fifo)):
        part = events.filter(pl.col("cost_method") == method)
        if not part.is_empty():
            answer = kernel(part)
            costed.append(part.with_columns(change=answer.amounts))
            (pools if method == "moving_average" else layers).append(answer.state)
    moves = pl.concat(costed)
    totals = [_totals(moves.filter(pl.col("cost_method") == "fifo"))]
    return Again(
        moves.filter(pl.col("place").is_not_null()).select("place", "move_id", "amount", "change", "moved_on"),
        _differences(moves, session.act_id),
        pl.concat(pools + totals, how="diagonal"),
        pl.concat([*layers, _NO_LAYERS]) if layers else _NO_LAYERS,
        moves.select("item", "moved_on"),
    )


_NO_LAYERS = pl.DataFrame(schema={"item": pl.String, "move_id": pl.Int64, **costing.STATE})


def _events(session: Session, new: pl.DataFrame) -> pl.DataFrame:
    columns = ["move_id", "kind", "item", "moved_on", "act_id", "tier", "quantity", "amount", "recorded", "origin_move"]
    history = session.frame_with(_HISTORY, {"_items": new.select("item").unique()}).with_columns(
        pl.col("given", "recorded").cast(MONEY), pl.col("quantity").cast(QUANTITY), pl.col("tier").cast(pl.Int32)
    )
    # A sale's value follows from what came before; so does that of goods that come back and name their sale.
    given = pl.col("kind").is_in(GIVEN) | ((pl.col("kind") == "sale_return") & pl.col("origin_move").is_null())
    history = history.with_columns(amount=pl.when(given).then("given"), place=pl.lit(None, pl.Int64))
    now = new.with_columns(
        act_id=pl.lit(session.act_id, pl.Int64),
        tier=pl.when(pl.col("kind") == "adjustment").then(1).otherwise(0).cast(pl.Int32),
        recorded=pl.lit(None, MONEY),
        sequence=pl.col("move_id"),
    )
    columns += ["sequence", "place"]
    return pl.concat([history.select(columns), now.select(columns)]).sort(
        "moved_on", "act_id", "tier", pl.col("place").is_not_null(), "sequence", maintain_order=True
    )


def _differences(moves: pl.DataFrame, act_id: int) -> pl.DataFrame:
    """Per move written before: what it is worth now less what is recorded, adjustments of its price included."""
    written = moves.filter(pl.col("place").is_null())
    now = written.group_by("move_id", maintain_order=True).agg(
        pl.col("change", "recorded").sum(),
        known=pl.col("recorded").is_not_null().any() | (pl.col("act_id") < act_id).any(),
        # What a receipt is worth beyond its own value came with the last change of its price.
        valued_on=pl.col("moved_on").max(),
    )
    # A move of this act without any value yet is still to be booked by whoever made it.
    changed = now.filter("known", pl.col("change") != pl.col("recorded"))
    difference = (pl.col("change") - pl.col("recorded")).cast(MONEY)
    return changed.select("move_id", "valued_on", amount=difference).select(NOTHING.columns)


def _totals(moves: pl.DataFrame) -> pl.DataFrame:
    return moves.group_by("item", maintain_order=True).agg(
        pl.col("quantity").sum().cast(QUANTITY),
        pl.col("change").sum().cast(MONEY).alias("amount"),
        basis_quantity=pl.lit(0, QUANTITY),
        basis_amount=pl.lit(0, MONEY),
    )


def post_differences(session: Session, differences: pl.DataFrame) -> None:
    """Write differences as stock values and book them, one voucher a period, in this same act.

    differences: move_id, amount, valued_on. Sales and what comes back go to the cost of sales, counts to gains and
    losses.
    """
    if differences.is_empty():
        return
    rows = _with_accounts(session, differences)
    periods.require_open(session, rows["valued_on"], stock=True)
    first = session.take_ids("stock_value", "value_id", rows.height)
    event = pl.format("recost/{}/{}", pl.lit(first), pl.col("period"))
    rows = rows.with_columns(
        value_id=pl.int_range(pl.len(), dtype=pl.Int64) + first,
        event_key=event,
        act_id=pl.lit(session.act_id, pl.Int64),
    )
    columns = ("value_id", "move_id", "item", "account", "period", "valued_on", "amount", "event_key", "act_id")
    session.insert("stock_value", rows.select(*columns, kind=pl.lit("difference")))
    lines = rows.with_columns(number="event_key", difference="amount")
    heads = lines.group_by("number", "event_key", maintain_order=True).agg(document_on=pl.col("valued_on").max())
    papers.book(session, "stock_recost", heads, line=lines)


def _with_accounts(session: Session, differences: pl.DataFrame) -> pl.DataFrame:
    rows = session.frame_with(
        "select d.move_id, d.amount, m.item, m.kind, d.valued_on, strftime(d.valued_on, '%Y-%m') as period"
        " from _differences d join core.stock_move m using (move_id) order by d.valued_on, d.move_id",
        {"_differences": differences},
    )
    items = session.reference("item").select("inventory_account", "cost_account", item="code")
    roles = {kind: accounts.account_for(session, role) for kind, role in _COUNTER_ROLES.items()}
    sold = pl.col("cost_account").replace("", accounts.account_for(session, "cost_of_sales"))
    return rows.join(items, on="item", maintain_order="left").with_columns(
        pl.col("amount").cast(MONEY),
        account=pl.col("inventory_account").replace("", accounts.account_for(session, "inventory")),
        counter=pl.when(pl.col("kind").is_in(list(roles)))
        .then(pl.col("kind").replace_strict(roles, default=""))
        .otherwise(sold),
    )
