"""Cost the month's issues of items that are valued by month-end weighted average."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.inventory.costing import month_average
from pipelines.closing.month import Month, Outcome, nothing, voucher
from pipelines.closing.words import summary

DIMENSIONS = ("department", "employee", "project")

_OPENING = """
    with item as (select item from rpt.item where cost_method = 'month_average' and kind = 'goods'),
    moved as (
        select item, sum(quantity) as quantity from rpt.stock_move semi join item using (item)
        where period < $period and kind not in ('transfer_out', 'transfer_in') group by item
    ), valued as (
        select item, sum(amount) as amount from rpt.stock_value semi join item using (item)
        where period < $period group by item
    )
    select item, coalesce(quantity, 0) as quantity, coalesce(amount, 0) as amount
    from moved full join valued using (item)
    where coalesce(quantity, 0) <> 0 or coalesce(amount, 0) <> 0
"""
_MOVES = """
    with item as (
        select item, inventory_account as account, cost_account from rpt.item
        where cost_method = 'month_average' and kind = 'goods'
    ), valued as (
        select move_id, item, sum(amount) as amount from rpt.stock_value semi join item using (item)
        where period = $period and event_key not like $own group by move_id, item
    ), moved as (
        select m.move_id, m.item, m.kind, m.moved_on, m.quantity, d.department, d.employee, d.project
        from rpt.stock_move m semi join item on item.item = m.item left join rpt.document d using (document_id)
        where m.period = $period and m.kind not in ('transfer_out', 'transfer_in')
    )
    select move_id, item, coalesce(kind, 'adjustment') as kind, moved_on, coalesce(quantity, 0) as quantity,
           case when kind in ('opening', 'purchase', 'purchase_return') then coalesce(amount, 0)
                else amount end as amount,
           account, cost_account, coalesce(department, '') as department, coalesce(employee, '') as employee,
           coalesce(project, '') as project
    from moved full join valued using (move_id, item) join item using (item)
"""


def read_stock(books: Any, period: str) -> dict[str, pl.DataFrame]:
    """opening: item, quantity, amount before the month; moves: the month's, amount null where it is to be costed."""
    return {
        "opening": books.sql(_OPENING, period=period),
        "moves": books.sql(_MOVES, period=period, own=f"close/{period}/%"),
    }


def cost(month: Month) -> Outcome:
    """Give every uncosted move its share of the month's average and book the sum by cost and inventory account.

    A value that no quantity carries any more goes to the cost of sales, so that an empty bin is worth nothing.
    """
    # Rows without a day are changes of value of earlier moves; they belong to the pool from the first day on.
    moves = month.stock["moves"].sort(pl.col("moved_on").fill_null(month.last_day.replace(day=1)), "move_id")
    if moves.is_empty():
        return nothing()
    opening = month.stock["opening"].sort("item").with_columns(move_id=pl.lit(None, pl.Int64))
    pool = opening.join(moves.select("item").unique(), on="item", how="semi", maintain_order="left")
    columns = ["move_id", "item", pl.col("quantity").cast(QUANTITY), pl.col("amount").cast(MONEY)]
    rows = pl.concat([pool.select(columns), moves.select(columns)])
    costed = month_average(rows)
    valued = moves.with_columns(found=costed.amounts[pool.height :])
    issued = valued.filter(pl.col("amount").is_null()).with_columns(amount="found", value_kind=pl.lit("issue"))
    values = pl.concat([issued, _written_off(moves, costed.state, issued.columns)])
    return voucher(
        month,
        "costing",
        summary("costing", month.language),
        _lines(month, values),
        stock_values=values.select(
            pl.lit("costing").alias("step"), "move_id", "item", "account", pl.col("value_kind").alias("kind"), "amount"
        ),
    )


def _written_off(moves: pl.DataFrame, state: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """What has to leave the pool though no move carries it: an adjustment of the item's last move."""
    stranded = state.filter(((pl.col("quantity") == 0) & (pl.col("amount") != 0)) | (pl.col("amount") < 0))
    last = moves.unique("item", keep="last", maintain_order=True)
    stranded = stranded.select("item", rest=-pl.col("amount")).join(last, on="item", maintain_order="left")
    stranded = stranded.with_columns(
        pl.lit("adjustment").alias("kind"),
        amount=pl.col("rest").cast(MONEY),
        found=pl.lit(None, MONEY),
        value_kind=pl.lit("adjustment"),
    )
    return stranded.select(columns)


def _lines(month: Month, values: pl.DataFrame) -> pl.DataFrame:
    """Cost of sales by the dimensions of the papers, goods that come back against it; counts by way of 1901."""
    taken = values.with_columns(amount=-pl.col("amount"))
    sold = taken.filter(~pl.col("kind").is_in(["gain", "loss"]))
    lost, found = taken.filter(pl.col("kind") == "loss"), values.filter(pl.col("kind") == "gain")
    pending, gain, loss = (pl.lit(month.roles[role]) for role in ("stock_pending", "stock_gain", "stock_loss"))
    stock, cost = pl.col("account"), pl.col("cost_account")
    return pl.concat(
        [
            _side(sold, cost, "debit", DIMENSIONS),
            _side(sold, stock, "credit"),
            *(_side(lost, account, side) for account, side in ((pending, "debit"), (stock, "credit"))),
            *(_side(lost, account, side) for account, side in ((loss, "debit"), (pending, "credit"))),
            *(_side(found, account, side) for account, side in ((stock, "debit"), (pending, "credit"))),
            *(_side(found, account, side) for account, side in ((pending, "debit"), (gain, "credit"))),
        ],
        how="diagonal",
    )


def _side(rows: pl.DataFrame, account: pl.Expr, side: str, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Amounts summed by account and dimensions on one side of the voucher."""
    other = "credit" if side == "debit" else "debit"
    summed = (
        rows.with_columns(account=account).group_by("account", *by).agg(pl.col("amount").sum().cast(MONEY).alias(side))
    )
    return summed.sort("account", *by).with_columns(pl.lit(0).cast(MONEY).alias(other))
