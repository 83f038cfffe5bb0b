"""Limits of the claims policy as data: by category, grade and place, per unit, line, claim or month; pure judging."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.claims import categories
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, times
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import saving

CITY = saving.Table(name="claim_city", keys=("city",), required=("tier",))
LIMIT = {
    **dict.fromkeys(("category", "grade", "place", "per", "action"), pl.String),
    "amount": MONEY,
    "valid_from": pl.Date,
    "active": pl.Boolean,
}
PER = ("unit", "line", "claim", "month")
ACTIONS = ("warn", "approve", "block")
_KEYS = ("category", "grade", "place", "per", "valid_from")


class LimitInvalid(Refusal):
    """The limit of {category}: {field} cannot be {value}; it is one of {allowed}."""


class OverLimit(Refusal):
    """Line {line}: {first} of {gross} on {day} is {over} above the limit of {limit} ({count} such lines)."""


class OverLimitNobodyAgrees(Refusal):
    """Line {line}: {first} is {over} above the limit of {limit}; somebody must agree, but no rule says who."""


@verb("claims.city.save")
def save_cities(session: Session, *, cities: saving.Given) -> dict[str, Any]:
    """Say to which tier of the travel policy cities belong: city, tier."""
    return saving.write(session, CITY, saving.complete(session, CITY, cities))


@verb("claims.limit.save")
def save_limits(session: Session, *, limits: given.Given) -> dict[str, Any]:
    """Set limits of the policy from a day on.

    limits: category, grade (empty: all), place (a city or a tier; empty: anywhere), per (unit | line | claim | month),
    amount (CNY, tax included), action (warn | approve | block), valid_from, active. A unit is a night, a day, a person.
    """
    frame = given.documents(limits, LIMIT, ("category", "amount", "valid_from"))
    frame = frame.with_columns(
        pl.col("grade", "place").fill_null(""),
        pl.col("per").fill_null("unit"),
        pl.col("action").fill_null("warn"),
        pl.col("active").fill_null(value=True),
    )
    categories.refuse_unknown(session, frame["category"])
    for field, allowed in (("per", PER), ("action", ACTIONS)):
        odd = frame.filter(~pl.col(field).is_in(allowed))
        if not odd.is_empty():
            raise LimitInvalid(
                category=odd["category"][0], field=field, value=odd[field][0], allowed=" | ".join(allowed)
            )
    low = frame.filter(pl.col("amount") < 0)
    if not low.is_empty():
        raise LimitInvalid(category=low["category"][0], field="amount", value=low["amount"][0], allowed=">= 0")
    session.upsert("claim_limit", frame.drop("key").unique(_KEYS, keep="last", maintain_order=True), _KEYS)
    return {"count": frame.height}


def judge(lines: pl.DataFrame, limits: pl.DataFrame, cities: pl.DataFrame, spent_before: pl.DataFrame) -> pl.DataFrame:
    """Add limit_amount, over_amount and action to lines: of several limits broken, the severest, then the largest.

    lines: row (unique), key (of the claim), employee, grade, category, city, spent_on, units, gross, in order.
    limits: as core.claim_limit; cities: city, tier; spent_before: employee, category, month (YYYY-MM), amount.
    """
    placed = lines.join(cities, on="city", how="left").with_columns(
        pl.col("tier").fill_null(""), month=pl.col("spent_on").dt.strftime("%Y-%m")
    )
    best = _applicable(placed, limits)
    judged = best.with_columns(allowed=_allowed()).join(_running(placed, spent_before), on=["row", "per"])
    beyond = (pl.col("reached") - pl.col("allowed")).clip(lower_bound=0)
    judged = judged.with_columns(over_amount=pl.min_horizontal(beyond, "gross").cast(MONEY))
    severity = pl.col("action").replace_strict({name: at for at, name in enumerate(ACTIONS)}, return_dtype=pl.Int8)
    worst = (
        judged.sort(
            pl.col("over_amount") > 0, severity, "over_amount", pl.col("allowed"), "per",
            descending=[True, True, True, False, False],
        )
        .unique("row", keep="first", maintain_order=True)
        .select("row", limit_amount="allowed", over_amount="over_amount",
                action=pl.when(pl.col("over_amount") > 0).then("action").otherwise(pl.lit("")))
    )  # fmt: skip
    return lines.join(worst, on="row", how="left", maintain_order="left").with_columns(
        pl.col("over_amount").fill_null(0).cast(MONEY), pl.col("action").fill_null("")
    )


def _applicable(placed: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """For each line and kind of limit the most specific one in force: grade before city before tier."""
    fits = (
        ((pl.col("grade_limit") == "") | (pl.col("grade_limit") == pl.col("grade")))
        & ((pl.col("place") == "") | (pl.col("place") == pl.col("city")) | (pl.col("place") == pl.col("tier")))
        & (pl.col("valid_from") <= pl.col("spent_on"))
    )
    named = limits.rename({"grade": "grade_limit"})
    found = placed.join(named, on="category").filter(fits)
    in_force = found.sort("valid_from").unique(("row", "grade_limit", "place", "per"), keep="last", maintain_order=True)
    specific = (
        (pl.col("grade_limit") != "").cast(pl.Int8) * 4
        + ((pl.col("place") != "") & (pl.col("place") == pl.col("city"))).cast(pl.Int8) * 2
        + (pl.col("place") != "").cast(pl.Int8)
    )
    return in_force.filter("active").sort(specific, descending=True).unique(("row", "per"), keep="first")


def _allowed() -> pl.Expr:
    return (
        pl.when(pl.col("per") == "unit").then(times(pl.col("amount"), pl.col("units"))).otherwise("amount").cast(MONEY)
    )


def _running(placed: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """What each line brings its limit to, by kind of limit: row, per, reached."""
    spent = placed.join(
        before.select("employee", "category", "month", before="amount"),
        on=["employee", "category", "month"],
        how="left",
        maintain_order="left",
    )
    in_claim = pl.col("gross").cum_sum().over("key", "category")
    in_month = pl.col("gross").cum_sum().over("employee", "category", "month") + pl.col("before").fill_null(0)
    reached = {"unit": pl.col("gross"), "line": pl.col("gross"), "claim": in_claim, "month": in_month}
    wide = spent.select("row", **{name: expression.cast(MONEY) for name, expression in reached.items()})
    return wide.unpivot(index="row", variable_name="per", value_name="reached")


def refuse_over(judged: pl.DataFrame, *, somebody_agrees: bool) -> None:
    """Refuse the first line that a limit blocks, or that needs a yes where no rule says whose."""
    for action, refusal in (("block", OverLimit), ("approve", OverLimitNobodyAgrees)):
        bad = judged.filter(pl.col("action") == action)
        if not bad.is_empty() and not (action == "approve" and somebody_agrees):
            row = bad.row(0, named=True)
            raise refusal(
                line=row["line"], first=row["category"], gross=row["gross"], day=row["spent_on"],
                over=row["over_amount"], limit=row["limit_amount"], count=bad.height,
            )  # fmt: skip
