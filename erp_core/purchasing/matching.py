"""Three-way match: a bill against what was received and what was agreed, and where a difference in price goes."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from erp_core.foundation.amounts import share, with_amounts
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, QUANTITY, times
from erp_core.foundation.session import Session

TYPED = {"typed_net": QUANTITY, "typed_gross": QUANTITY, "typed_tax": MONEY}


class PriceBeyondTolerance(Refusal):
    """Receipt {number} line {line} ({first}): {billed} billed, {agreed} agreed, over {percent}% off ({count} lines)."""


class TaxUnlikeRate(Refusal):
    """Receipt {number} line {line} ({first}): tax {tax}, by rate {reckoned}, over {tolerance} apart ({count} lines)."""


def priced(taken: pl.DataFrame) -> pl.DataFrame:
    """The amounts of billed lines: at the price on the bill where one was typed, else at the price agreed.

    taken: quantity, unit_price, gross_price, tax_rate, with_tax as agreed, and the columns TYPED. A typed tax stands as
    printed. Adds agreed (the unit price of the order), reckoned (tax by the rate), net, tax, gross.
    """
    net, gross = pl.col("typed_net").is_not_null(), pl.col("typed_gross").is_not_null()
    billed = taken.with_columns(
        agreed="unit_price",
        unit_price=pl.coalesce("typed_net", "unit_price"),
        gross_price=pl.coalesce("typed_gross", "gross_price"),
        with_tax=pl.when(net).then(pl.lit(value=False)).when(gross).then(pl.lit(value=True)).otherwise("with_tax"),
    )
    reckoned = with_amounts(billed).with_columns(reckoned="tax")
    printed = reckoned.with_columns(tax=pl.coalesce("typed_tax", "tax"))
    return printed.with_columns(
        # A price with tax fixes the gross, so the printed tax moves the net; a price without fixes the net.
        net=pl.when("with_tax").then(pl.col("gross") - pl.col("tax")).otherwise("net").cast(MONEY),
        gross=pl.when("with_tax").then("gross").otherwise(pl.col("net") + pl.col("tax")).cast(MONEY),
    )


def refuse_unlike(session: Session, lines: pl.DataFrame) -> None:
    """Refuse a price too far from the order (unless a reason is given) and a tax too far from its rate."""
    percent = session.parameter("purchasing.price_tolerance_percent")
    room = times(pl.col("agreed"), pl.lit(Decimal(percent)).cast(QUANTITY)) / 100
    apart = (pl.col("unit_price") - pl.col("agreed")).abs()
    far = lines.filter((apart > room.cast(QUANTITY)) & (pl.col("reason").fill_null("") == ""))
    if not far.is_empty():
        row = far.row(0, named=True)
        raise PriceBeyondTolerance(
            number=row["source"], line=row["source_line"], first=row["item"], billed=row["unit_price"].normalize(),
            agreed=row["agreed"].normalize(), percent=percent, count=far.height,
        )  # fmt: skip
    tolerance = session.parameter("sales.price_tolerance")
    odd = lines.filter((pl.col("tax") - pl.col("reckoned")).abs() > pl.lit(Decimal(tolerance)))
    if not odd.is_empty():
        row = odd.row(0, named=True)
        raise TaxUnlikeRate(
            number=row["source"], line=row["source_line"], first=row["item"], tax=row["tax"], reckoned=row["reckoned"],
            tolerance=tolerance, count=odd.height,
        )  # fmt: skip


def with_estimate(lines: pl.DataFrame) -> pl.DataFrame:
    """Add what of the estimate a bill takes away, and the difference in cost that is left.

    lines: source_id, source_line, quantity, cost, open (quantity unbilled), unbilled_amount (its estimate), in order.
    The last part of a receipt line takes all that is left of its estimate, so that nothing stays behind.
    """
    upto = pl.col("quantity").cum_sum().over("source_id", "source_line")
    so_far = share(pl.col("unbilled_amount"), pl.col("upto"), pl.col("open"))
    before = pl.col("so_far").shift(1, fill_value=0).over("source_id", "source_line")
    return (
        lines.with_columns(upto=upto)
        .with_columns(so_far=so_far)
        .with_columns(estimate=(pl.col("so_far") - before).cast(MONEY))
        .with_columns(difference=(pl.col("cost") - pl.col("estimate")).cast(MONEY))
    )


def with_red_estimate(lines: pl.DataFrame) -> pl.DataFrame:
    """The same for a red bill: goods sent back wait with a negative estimate; beyond them the original's returns.

    lines: quantity (taken back, above zero), cost (negative), unbilled, unbilled_amount, received, received_cost.
    """
    sent_back = pl.min_horizontal(pl.col("quantity"), (-pl.col("unbilled")).clip(lower_bound=0)).cast(QUANTITY)
    waiting = pl.when(sent_back > 0).then(share(pl.col("unbilled_amount"), sent_back, -pl.col("unbilled"))).otherwise(0)
    beyond = share(pl.col("received_cost"), pl.col("quantity") - sent_back, pl.col("received"))
    return lines.with_columns(estimate=(waiting - beyond).cast(MONEY)).with_columns(
        difference=(pl.col("cost") - pl.col("estimate")).cast(MONEY)
    )


def with_stock_share(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    """Add what of a difference in price belongs to stock; the rest belongs to the cost of sales.

    lines: item, item_kind, cost_method, quantity, difference, document_on, received_on. Items costed move by move take
    it all: their pool passes on what it cannot hold. A month average takes it all while the month of the receipt is
    still being averaged, afterwards the part of the quantity that is still there.
    """
    if not (lines["difference"] != 0).any():
        return lines.with_columns(to_stock=pl.lit(0, MONEY), to_cost=pl.lit(0, MONEY))
    held = session.frame("select item, cast(sum(quantity) as decimal(18, 6)) as held from core.stock_now group by item")
    joined = lines.join(held, on="item", how="left", maintain_order="left")
    there = pl.min_horizontal(pl.col("held").fill_null(0).clip(lower_bound=0), pl.col("quantity").abs()).cast(QUANTITY)
    averaged = pl.col("document_on").dt.strftime("%Y-%m") == pl.col("received_on").dt.strftime("%Y-%m")
    whole = (pl.col("cost_method") != "month_average") | averaged
    part = (
        pl.when(pl.col("item_kind") != "goods")
        .then(pl.lit(0, MONEY))
        .when(whole)
        .then("difference")
        .otherwise(share(pl.col("difference"), there, pl.col("quantity").abs()))
    )
    return joined.with_columns(to_stock=part.cast(MONEY)).with_columns(
        to_cost=(pl.col("difference") - pl.col("to_stock")).cast(MONEY)
    )
