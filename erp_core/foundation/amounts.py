"""The arithmetic of a line of trade: from a price with or without tax to net, tax and gross, exact to the cent."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.money import MONEY, QUANTITY, times

MICRO = 1_000_000
_WIDE = pl.Int128


def _whole(expression: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A decimal as a whole number of its smallest unit."""
    return expression.cast(kind).to_physical().cast(_WIDE)


def _half_up(dividend: pl.Expr, divisor: pl.Expr | int) -> pl.Expr:
    """Divide whole numbers, half away from zero; the divisor is positive."""
    divisor = pl.lit(divisor, dtype=_WIDE) if isinstance(divisor, int) else divisor
    return dividend.sign() * ((dividend.abs() * 2 + divisor) // (divisor * 2))


def _as_money(cents: pl.Expr) -> pl.Expr:
    return (cents.cast(pl.Decimal(38, 2)) * pl.lit("0.01").cast(pl.Decimal(38, 2))).cast(MONEY)


def _as_quantity(micros: pl.Expr) -> pl.Expr:
    return (micros.cast(pl.Decimal(38, 6)) * pl.lit("0.000001").cast(pl.Decimal(38, 6))).cast(QUANTITY)


def without_tax(gross: pl.Expr, rate: pl.Expr) -> pl.Expr:
    """The net part of an amount with tax: gross / (1 + rate), to the cent."""
    return _as_money(_half_up(_whole(gross, MONEY) * MICRO, _whole(rate, QUANTITY) + MICRO))


def price_without_tax(gross_price: pl.Expr, rate: pl.Expr) -> pl.Expr:
    """A price with tax taken down to one without, six decimals."""
    return _as_quantity(_half_up(_whole(gross_price, QUANTITY) * MICRO, _whole(rate, QUANTITY) + MICRO))


def price_with_tax(unit_price: pl.Expr, rate: pl.Expr) -> pl.Expr:
    """A price without tax raised to one with, six decimals."""
    return scaled(unit_price, _whole(rate, QUANTITY) + MICRO, MICRO)


def scaled(value: pl.Expr, numerator: pl.Expr, denominator: pl.Expr | int) -> pl.Expr:
    """A decimal of six places times a ratio of whole numbers, six places, half up."""
    divisor = denominator if isinstance(denominator, int) else denominator.cast(_WIDE)
    return _as_quantity(_half_up(_whole(value, QUANTITY) * numerator.cast(_WIDE), divisor))


def share(amount: pl.Expr, part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """The part of an amount that falls on a part of a quantity, to the cent; part = whole gives all of it."""
    divisor = _whole(whole, QUANTITY)
    dividend = _whole(amount, MONEY) * _whole(part, QUANTITY) * divisor.sign()
    return _as_money(_half_up(dividend, divisor.abs()))


def with_basis(lines: pl.DataFrame) -> pl.DataFrame:
    """Add with_tax: whether a line was priced with tax only, in unit_price (null then) and gross_price."""
    return lines.with_columns(with_tax=pl.col("unit_price").is_null() & pl.col("gross_price").is_not_null())


def with_amounts(lines: pl.DataFrame) -> pl.DataFrame:
    """Derive the other price and the amounts of each line from the price that was agreed.

    lines: quantity, unit_price, gross_price, tax_rate, with_tax. A price with tax keeps the gross to the cent and its
    net is what remains. Replaces unit_price, gross_price; adds net, tax, gross.
    """
    gross_kept = times(pl.col("quantity"), pl.col("gross_price"))
    net_kept = times(pl.col("quantity"), pl.col("unit_price"))
    rate = pl.col("tax_rate")
    return (
        lines.with_columns(pl.col("unit_price", "gross_price", "quantity").cast(QUANTITY))
        .with_columns(net=pl.when("with_tax").then(without_tax(gross_kept, rate)).otherwise(net_kept))
        .with_columns(tax=pl.when("with_tax").then(gross_kept - pl.col("net")).otherwise(times(pl.col("net"), rate)))
        .with_columns(
            pl.col("tax").cast(MONEY),
            gross=(pl.col("net") + pl.col("tax")).cast(MONEY),
            unit_price=pl.when("with_tax").then(price_without_tax(pl.col("gross_price"), rate)).otherwise("unit_price"),
            gross_price=pl.when("with_tax").then("gross_price").otherwise(price_with_tax(pl.col("unit_price"), rate)),
        )
    )
