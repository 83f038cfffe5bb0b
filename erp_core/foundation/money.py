"""Decimal amounts: rounded once and half up, split without losing a cent, written in Chinese capitals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import polars as pl

MONEY = pl.Decimal(18, 2)
QUANTITY = pl.Decimal(18, 6)
_WIDE = pl.Decimal(38, 12)
CENT = Decimal("0.01")
MICRO = Decimal("0.000001")


def money(value: Decimal | int | str) -> Decimal:
    """An amount in yuan with two decimals, half up; refuses binary fractions by type."""
    return _exact(value).quantize(CENT, ROUND_HALF_UP)


def quantity(value: Decimal | int | str) -> Decimal:
    """A quantity with six decimals, half up."""
    return _exact(value).quantize(MICRO, ROUND_HALF_UP)


def _exact(value: Decimal | int | str) -> Decimal:
    if isinstance(value, Decimal | int | str) and not isinstance(value, bool):
        return Decimal(value)
    raise TypeError(f"money is Decimal, whole number or text, not {type(value).__name__}")


def split(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divide an amount by weights to the cent: floor cents first, the rest to the largest fractions (B9)."""
    whole = sum((Decimal(weight) for weight in weights), Decimal(0))
    if not whole:
        raise ZeroDivisionError("weights add up to nothing")
    exact = [Decimal(total) * Decimal(weight) / whole for weight in weights]
    parts = [share.quantize(CENT, ROUND_DOWN) for share in exact]
    missing = int((Decimal(total) - sum(parts, Decimal(0))) / CENT)
    step = CENT if missing >= 0 else -CENT
    by_fraction = sorted(range(len(parts)), key=lambda at: (-abs(exact[at] - parts[at]), at))
    for at in by_fraction[: abs(missing)]:
        parts[at] += step
    return parts


def round_money(expression: pl.Expr) -> pl.Expr:
    """Round a decimal column to cents, half away from zero (Polars itself would round half even)."""
    return expression.round(2, mode="half_away_from_zero").cast(MONEY)


def times(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Multiply two columns of at most six decimals exactly, then round once to cents."""
    # Polars multiplies at the larger scale of the two, so both are widened to twelve decimals first.
    return round_money(left.cast(_WIDE) * right.cast(_WIDE))


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def chinese_capitals(amount: Decimal) -> str:
    """The amount in capitals as papers of accounting require them (会计基础工作规范 §52)."""
    value = money(amount)
    sign, value = ("负" if value < 0 else ""), abs(value)
    yuan, cents = int(value), int(value * 100) % 100
    jiao, fen = divmod(cents, 10)
    text = _capital_integer(yuan) + "元" if yuan else ""
    if not cents:
        return sign + (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return sign + text + (_DIGITS[fen] + "分" if fen else "整")


def _capital_integer(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if not group:
            gap = True
            continue
        if text and (gap or group < 1000):
            text += "零"
        text, gap = text + _capital_group(group) + _GROUPS[at], False
    return text


def _capital_group(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = gap or bool(text)
            continue
        text, gap = text + ("零" if gap else "") + _DIGITS[digit] + _PLACES[place], False
    return text
