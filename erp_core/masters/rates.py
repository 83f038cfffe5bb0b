"""Tax codes by the day their rate holds from, and exchange rates by day."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import refusals, saving
from erp_core.masters.organisation import refuse_ended_early

TAX_CODE = saving.Table(
    name="tax_code",
    keys=("code", "valid_from"),
    required=("name_zh", "direction", "rate", "role"),
    choices={"direction": ("sales", "purchase")},
)
EXCHANGE_RATE = saving.Table(name="exchange_rate", keys=("currency", "rate_on"), required=("rate",))
# Only these may change on a rate that already holds: its name, and the day it ends.
FREE = ("name_zh", "name_en", "valid_to")


@verb("masters.tax_code.save")
def save_tax_codes(session: Session, *, codes: saving.Given) -> dict[str, Any]:
    """Add tax codes, or supersede them from a later day; a rate that holds is never overwritten.

    `codes`: code, name_zh, name_en, direction, rate (0.13), deductible, role, valid_from, valid_to.
    """
    frame = saving.complete(session, TAX_CODE, codes)
    known = session.frame("select role as code from core.account_role")["code"]
    saving.refuse_unknown(frame, "role", known, "role")
    refuse_ended_early(frame)
    bad = frame.filter((pl.col("rate") < 0) | (pl.col("rate") >= 1))
    if bad.height:
        raise refusals.WrongNumber(**refusals.first_of(bad, code="code", value="rate"), field="rate")
    _refuse_rewriting(session, frame)
    return saving.write(session, TAX_CODE, frame)


@verb("masters.exchange_rate.save")
def save_exchange_rates(session: Session, *, rates: saving.Given) -> dict[str, Any]:
    """Add or correct exchange rates by currency and day: currency, rate_on, rate (CNY for one unit), source."""
    frame = saving.complete(session, EXCHANGE_RATE, rates)
    saving.refuse_numbers(frame, ["rate"], code="currency", above_zero=True)
    return saving.write(session, EXCHANGE_RATE, frame)


def tax_rate(session: Session, code: str, on: dt.date) -> tuple[Decimal, str, bool]:
    """Rate, account role and deductibility of a tax code on a day; refuse a code without a rate that day."""
    found = session.one(
        "select rate, role, deductible from core.tax_code where code = $code and valid_from <= $on "
        "and (valid_to is null or valid_to >= $on) order by valid_from desc limit 1",
        code=code,
        on=on,
    )
    if found is None:
        raise refusals.NoRate(code=code, day=on)
    return found


def tax_rates(session: Session, wanted: pl.DataFrame) -> pl.DataFrame:
    """The same for a set: `wanted` has tax_code and on; adds tax_rate, role and deductible, keeping the order."""
    codes = session.frame("select * from core.tax_code")
    numbered = wanted.with_row_index("_row")
    asked = numbered.select("tax_code", "on").unique()
    held = asked.join(codes, left_on="tax_code", right_on="code").filter(
        (pl.col("valid_from") <= pl.col("on")) & pl.col("valid_to").ge(pl.col("on")).fill_null(value=True)
    )
    held = held.sort("valid_from").unique(["tax_code", "on"], keep="last")
    found = numbered.join(
        held.select("tax_code", "on", pl.col("rate").alias("tax_rate"), "role", "deductible"),
        on=["tax_code", "on"],
        how="left",
    ).sort("_row")
    bad = found.filter(pl.col("tax_rate").is_null())
    if bad.height:
        raise refusals.NoRate(code=bad["tax_code"][0], day=bad["on"][0], count=bad.height)
    return found.drop("_row")


def exchange_rate(session: Session, currency: str, on: dt.date) -> Decimal:
    """CNY for one unit of a currency, by the latest rate on or before the day."""
    found = session.one(
        "select rate from core.exchange_rate where currency = $currency and rate_on <= $on "
        "order by rate_on desc limit 1",
        currency=currency,
        on=on,
    )
    if found is None:
        raise refusals.NoExchangeRate(currency=currency, day=on)
    return found[0]


def _refuse_rewriting(session: Session, frame: pl.DataFrame) -> None:
    held = session.frame("select * from core.tax_code")
    fixed = [name for name in held.columns if name not in FREE]
    known = frame.filter("_known").join(held, on=fixed, how="anti", nulls_equal=True)
    latest = held.group_by("code").agg(pl.col("valid_from").max().alias("latest"))
    early = frame.filter(~pl.col("_known")).join(latest, on="code").filter(pl.col("valid_from") <= pl.col("latest"))
    for bad in (known.join(latest, on="code"), early):
        if bad.height:
            row = bad.row(0, named=True)
            raise refusals.RateIsHistory(code=row["code"], valid_from=row["valid_from"], latest=row["latest"])
