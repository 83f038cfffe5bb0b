"""At the end of the year move the profit, and what was done with it, to 未分配利润."""

from decimal import Decimal

import polars as pl

from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher
from pipelines.closing.words import summary

LAST_MONTH = "12"


def carry(month: Month) -> Outcome:
    """Empty 本年利润 and the children of 利润分配 other than 未分配利润, once a year, in December."""
    if not month.period.endswith(LAST_MONTH):
        return nothing()
    target = month.roles["profit_undistributed"]
    balances = month.balances.select("account", amount=pl.col("opening") + pl.col("debit") - pl.col("credit"))
    sources = balances.filter(
        (pl.col("account") == month.roles["profit_current"])
        | (pl.col("account").str.starts_with(month.roles["profit_distribution"]) & (pl.col("account") != target)),
        pl.col("amount") != 0,
    ).sort("account")
    lines: list[tuple[str, Decimal, Decimal]] = []
    for account, amount in sources.rows():
        lines += _move(account, target, amount)
    return voucher(month, "year_end", summary("year_end", month.language), lines)


def _move(source: str, target: str, amount: Decimal) -> list[tuple[str, Decimal, Decimal]]:
    """Two lines that take a balance (debit positive) from one account to another."""
    size = abs(amount)
    if amount < 0:
        return [(source, size, ZERO), (target, ZERO, size)]
    return [(target, size, ZERO), (source, ZERO, size)]
