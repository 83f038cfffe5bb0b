"""Carry profit and loss to 本年利润, keeping every combination of dimensions."""

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.ledger.accounts import DIMENSIONS
from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher
from pipelines.closing.words import summary


def carry(month: Month) -> Outcome:
    """Empty every income and expense account, income by a debit and expense by a credit, whatever their signs."""
    if month.profit.is_empty():
        return nothing(net_profit=ZERO)
    income = pl.col("category") == "income"
    lines = month.profit.sort(pl.col("category") == "expense", "account", *DIMENSIONS).select(
        "account",
        *DIMENSIONS,
        debit=pl.when(income).then(-pl.col("amount")).otherwise(0).cast(MONEY),
        credit=pl.when(income).then(0).otherwise("amount").cast(MONEY),
    )
    net = -month.profit["amount"].sum()
    result = pl.DataFrame(
        {"account": [month.roles["profit_current"]], "debit": [max(-net, ZERO)], "credit": [max(net, ZERO)]},
        schema={"account": pl.String, "debit": MONEY, "credit": MONEY},
    )
    lines = pl.concat([lines, result], how="diagonal")
    return voucher(
        month, "carry_forward", summary("carry_forward", month.language), lines, closing=True, net_profit=net
    )
