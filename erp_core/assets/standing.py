"""How cards stand before something happens to them: what they cost, what is charged, what is left, who bears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import months, refusals, schedule
from erp_core.assets.cards import Estimate
from erp_core.foundation.errors import first_and_count
from erp_core.foundation.session import Session
from erp_core.ledger import periods

_SUMS = """
    select asset, sum(value) as value, sum(depreciation) as depreciation, sum(impairment) as impairment,
           max(happened_on) as last_on
    from core.asset_event semi join _wanted using (asset) group by asset
"""
_PLAN = """
    select asset, period, sum(amount) as amount from core.asset_plan semi join _wanted using (asset)
    group by asset, period order by asset, period
"""
_ESTIMATES = """
    select asset, from_period, until_period, months_used from core.asset_span semi join _wanted using (asset)
    order by asset, estimate
"""
_SHARES = """
    select asset, department, project, expense_account, weight from core.asset_share semi join _wanted using (asset)
    qualify estimate = max(estimate) over (partition by asset) order by asset, line
"""


@dataclass(frozen=True)
class Standing:
    """A card with the sums of its events, and its plan: what is or will be charged, month by month."""

    card: dict[str, Any]
    value: Decimal
    depreciation: Decimal
    impairment: Decimal
    last_on: date
    plan: list[tuple[str, Decimal]]
    estimates: list[dict[str, Any]]
    shares: list[dict[str, Any]]

    def accumulated(self, through: str) -> Decimal:
        """Depreciation up to and with a month, charged or still to be charged by its close."""
        return self.depreciation + sum((amount for period, amount in self.plan if period <= through), schedule.ZERO)

    def carrying(self, through: str) -> Decimal:
        """What the card is carried at after a month: cost less depreciation and impairment."""
        return self.value - self.accumulated(through) - self.impairment

    def used(self, through: str) -> int:
        """The months of its life that are charged up to and with a month."""
        held = [one for one in self.estimates if one["from_period"] <= through]
        if not held:
            return self.estimates[0]["months_used"]
        first = held[-1]["from_period"]
        return held[-1]["months_used"] + sum(1 for period, _ in self.plan if first <= period <= through)

    def rest(self, first: str) -> list[Decimal]:
        """The charges of the months from one on."""
        return [amount for period, amount in self.plan if period >= first]

    @property
    def begins(self) -> str:
        """The first month that is charged here at all."""
        return self.estimates[0]["from_period"]

    def again(self, first: str, event_id: int, **new: Any) -> Estimate:
        """An estimate from a month on, as it was but for what is new, by the fields of Estimate."""
        through = months.plus(first, -1)
        as_it_was = {
            "method": self.card["method"],
            "life": self.card["life_months"],
            "residual": self.card["residual"],
            "used": self.used(through),
            "carrying": self.carrying(through),
            "months": self.rest(first),
            "shares": self.shares,
        }
        return Estimate(self.card["asset"], first, **(as_it_was | new), event_id=event_id)


def of(session: Session, assets: list[str]) -> dict[str, Standing]:
    """How each of some cards stands now; refuses an unknown card and one that was disposed of."""
    wanted = pl.DataFrame({"asset": list(dict.fromkeys(assets))}, schema={"asset": pl.String})
    cards = session.frame_with("select * from core.asset semi join _wanted using (asset)", {"_wanted": wanted})
    lost = wanted.join(cards, on="asset", how="anti")
    if not lost.is_empty():
        raise refusals.AssetUnknown(**first_and_count(lost["asset"].to_list()))
    gone = cards.filter(pl.col("status") == "disposed")
    if not gone.is_empty():
        raise refusals.AssetGone(**first_and_count(gone["asset"].to_list()))
    sums = _by_asset(session, _SUMS, wanted)
    plan = _by_asset(session, _PLAN, wanted)
    estimates = _by_asset(session, _ESTIMATES, wanted)
    shares = _by_asset(session, _SHARES, wanted)
    return {
        card["asset"]: Standing(
            card,
            **{name: sums[card["asset"]][0][name] for name in ("value", "depreciation", "impairment", "last_on")},
            plan=[(row["period"], row["amount"]) for row in plan.get(card["asset"], [])],
            estimates=estimates[card["asset"]],
            shares=shares[card["asset"]],
        )
        for card in cards.iter_rows(named=True)
    }


def _by_asset(session: Session, sql: str, wanted: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in session.frame_with(sql, {"_wanted": wanted}).iter_rows(named=True):
        found.setdefault(row["asset"], []).append(row)
    return found


def before(session: Session, acts: pl.DataFrame, action: str) -> dict[str, Standing]:
    """How cards stand before something happens to them; refuses a closed month and a day before their last event.

    acts: asset, happened_on; each card once.
    """
    twice = acts.filter(pl.col("asset").is_duplicated())
    if not twice.is_empty():
        raise refusals.AssetNamedTwice(**first_and_count(twice["asset"].to_list()))
    standing = of(session, acts["asset"].to_list())
    periods.require_open(session, acts["happened_on"])
    early = [(asset, day) for asset, day in acts.select("asset", "happened_on").rows() if day < standing[asset].last_on]
    if early:
        asset, day = early[0]
        facts = {"last": standing[asset].last_on, "action": action, "day": day}
        raise refusals.AssetActTooEarly(**facts, **first_and_count([asset for asset, _ in early]))
    return standing


def first_month(standing: Standing, changed_on: date, asked: str | None) -> str:
    """The first month for which a change holds: the one asked for, else the next that is charged as a whole.

    A month before the day of the change is refused, since it may have been charged; nothing is charged before the
    card's own first month.
    """
    card = standing.card
    if asked and asked < periods.period_of(changed_on):
        raise refusals.AssetMonthTooEarly(first=card["asset"], day=changed_on, period=asked, count=1)
    return max(asked or months.after_change("fixed", changed_on), standing.begins)
