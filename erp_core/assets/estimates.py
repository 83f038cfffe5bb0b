"""Estimates as they are kept: each a schedule from a month on, which takes the place of the earlier one's months."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import months, schedule
from erp_core.assets.cards import Estimate
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session


def write(session: Session, estimates: list[Estimate]) -> None:
    """Write estimates with their users and the charge of every month; numbers follow those each card has."""
    if not estimates:
        return
    numbers = _following(session, estimates)
    act = pl.lit(session.act_id, pl.Int64).alias("act_id")
    heads = [
        {
            "asset": one.asset,
            "estimate": number,
            "from_period": one.from_period,
            "method": one.method,
            "life_months": one.life,
            "residual": one.residual,
            "months_used": one.used,
            "carrying": one.carrying,
            "event_id": one.event_id,
        }
        for one, number in zip(estimates, numbers, strict=True)
    ]
    whole = dict.fromkeys(("estimate", "life_months", "months_used"), pl.Int32)
    kinds = {**whole, "residual": MONEY, "carrying": MONEY, "event_id": pl.Int64}
    session.insert("asset_estimate", pl.DataFrame(heads, schema_overrides=kinds).with_columns(act))
    session.insert("asset_share", _shares(estimates, numbers).with_columns(act))
    charged = _charges(estimates, numbers)
    if not charged.is_empty():
        session.insert("asset_charge", charged.with_columns(act))


def _following(session: Session, estimates: list[Estimate]) -> list[int]:
    known = dict(session.rows("select asset, max(estimate) from core.asset_estimate group by asset"))
    numbers = []
    for one in estimates:
        known[one.asset] = known.get(one.asset, 0) + 1
        numbers.append(known[one.asset])
    return numbers


def _shares(estimates: list[Estimate], numbers: list[int]) -> pl.DataFrame:
    rows = [
        {"asset": one.asset, "estimate": number, "line": line, **{name: share[name] for name in _SHARE}}
        for one, number in zip(estimates, numbers, strict=True)
        for line, share in enumerate(one.shares, 1)
    ]
    kinds = {"estimate": pl.Int32, "line": pl.Int32, "weight": QUANTITY}
    return pl.DataFrame(rows, schema_overrides=kinds, infer_schema_length=None)


_SHARE = ("department", "project", "expense_account", "weight")


def _charges(estimates: list[Estimate], numbers: list[int]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {"asset": [], "estimate": [], "period": [], "line": [], "amount": []}
    for one, number in zip(estimates, numbers, strict=True):
        weights = [Decimal(share["weight"]) for share in one.shares]
        for at, amount in enumerate(one.months):
            parts = schedule.shared(amount, weights)
            columns["asset"] += [one.asset] * len(parts)
            columns["estimate"] += [number] * len(parts)
            columns["period"] += [months.plus(one.from_period, at)] * len(parts)
            columns["line"] += range(1, len(parts) + 1)
            columns["amount"] += parts
    kinds = {"asset": pl.String, "estimate": pl.Int32, "period": pl.String, "line": pl.Int32, "amount": MONEY}
    return pl.DataFrame(columns, schema=kinds)
