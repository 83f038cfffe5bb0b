"""Input tax on receipts of staff: stated, or reckoned from the fare (财税公告2019年第39号 art. 6); pure."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, round_money

# What is printed may be rounded otherwise, ticket by ticket.
TOLERANCE = "0.06"


class TaxNotOnReceipt(Refusal):
    """Line {line}: a receipt of kind {first} brings no tax to deduct, but {tax} was given ({count} such lines)."""


class TaxUnlike(Refusal):
    """Line {line}: the tax on {first} of {gross} is {reckoned}, not {tax} ({count} such lines)."""


class TaxTooMuch(Refusal):
    """Line {line}: a tax of {tax} does not fit an amount of {gross} ({count} such lines)."""


def with_tax(lines: pl.DataFrame, taxpayer: str) -> pl.DataFrame:
    """Fill tax with what can be deducted; net is the rest, so tax that cannot be deducted stays in the cost.

    lines: line, gross, tax (as given, or null), untaxed (part of the amount that bears no tax, as the airport fund),
    receipt, receipt_tax, receipt_rate, deductible (of the category). A small-scale taxpayer deducts nothing.
    """
    base = pl.col("gross") - pl.col("untaxed")
    rate = pl.col("receipt_rate").cast(pl.Decimal(38, 12))
    # Amounts are widened by hand: Polars divides decimals at the scale of the left side.
    wide = base.cast(pl.Decimal(38, 12)) * rate / (rate + 1)
    reckoned = lines.with_columns(reckoned=round_money(wide))
    _refuse(reckoned)
    told = pl.coalesce("tax", pl.when(pl.col("receipt_tax") == "reckoned").then("reckoned"), pl.lit(0, MONEY))
    free = pl.col("deductible") & pl.lit(taxpayer == "general")
    return reckoned.with_columns(tax=pl.when(free).then(told).otherwise(pl.lit(0, MONEY)).cast(MONEY)).with_columns(
        net=(pl.col("gross") - pl.col("tax")).cast(MONEY)
    )


def _refuse(lines: pl.DataFrame) -> None:
    base = pl.col("gross") - pl.col("untaxed")
    odd_tax = (pl.col("tax") < 0) | (pl.col("tax") >= pl.col("gross"))
    _first(lines.filter(odd_tax | (pl.col("untaxed") < 0) | (base < 0)), TaxTooMuch)
    _first(lines.filter((pl.col("receipt_tax") == "none") & (pl.col("tax").fill_null(0) != 0)), TaxNotOnReceipt)
    apart = (pl.col("tax") - pl.col("reckoned")).abs() > pl.lit(TOLERANCE).cast(MONEY)
    _first(lines.filter((pl.col("receipt_tax") == "reckoned") & apart), TaxUnlike)


def _first(bad: pl.DataFrame, refusal: type[Refusal]) -> None:
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise refusal(
            line=row["line"], first=row["receipt"], gross=row["gross"], tax=row["tax"], reckoned=row["reckoned"],
            count=bad.height,
        )  # fmt: skip
