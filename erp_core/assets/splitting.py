"""One card becomes several: value, depreciation and the months to come are divided, and nothing is lost in between."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import cards, changing, estimates, months, refusals, schedule, standing
from erp_core.foundation import given
from erp_core.foundation.money import MONEY, QUANTITY, money
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import order_lines

PART = {
    **dict.fromkeys(
        ("asset", "new_asset", "name", "location", "custodian", "department", "project", "expense_account", "note"),
        pl.String,
    ),
    "happened_on": pl.Date,
    "quantity": QUANTITY,
    "value": MONEY,
}
_KEPT = (
    "category", "kind", "specification", "supplier", "acquired_on", "started_on", "method", "life_months",
    "asset_account", "depreciation_account", "impairment_account",
)  # fmt: skip
# What moves from the card to its parts, in the order of the fields of an event.
_MOVED = ("value", "accumulated", "impairment")


@verb("assets.card.split", reason=True)
def split(session: Session, *, parts: given.Given, reason: str) -> dict[str, Any]:
    """Split parts off a card, each a new card with its share of value, depreciation and the months to come.

    parts: asset (split), new_asset (number, else drawn), happened_on, quantity and value (of the original value;
    default: by quantity), name, department, project, expense_account, location, custodian, note. One card a call. The
    months from the next on are divided so that together they charge what the one card would have charged.
    """
    frame = changing.told(parts, PART, ())
    order_lines.refuse_unknown_places(session, frame.rename({"custodian": "employee"}))
    whole = frame["asset"].unique(maintain_order=True)
    if len(whole) != 1 or frame["happened_on"].n_unique() != 1:
        raise refusals.AssetNamedTwice(first=whole[-1], count=len(whole))
    held = standing.before(session, frame.head(1), "split")[whole[0]]
    frame = _with_values(frame, held)
    new = _new_cards(session, frame, held)
    first = standing.first_month(held, frame["happened_on"][0], None)
    return _divide(session, held, new, first, reason)


def _with_values(frame: pl.DataFrame, held: standing.Standing) -> pl.DataFrame:
    card = held.card
    quantity = [row or Decimal(1) for row in frame["quantity"]]
    by_quantity = [money(held.value * one / card["quantity"]) for one in quantity]
    frame = frame.with_columns(
        quantity=pl.Series(quantity, dtype=QUANTITY),
        value=pl.col("value").fill_null(pl.Series(by_quantity, dtype=MONEY)),
    )
    cards.refuse_field(frame, "quantity", pl.col("quantity") <= 0, "> 0")
    cards.refuse_field(frame, "value", pl.col("value") <= 0, "> 0")
    for name, all_of_it in (("value", held.value), ("quantity", card["quantity"])):
        taken = frame[name].sum()
        one_thing = name == "quantity" and all_of_it == 1
        if taken >= all_of_it and not one_thing:
            raise refusals.SplitAmounts(first=card["asset"], parts=taken, whole=all_of_it)
    return frame


def _new_cards(session: Session, frame: pl.DataFrame, held: standing.Standing) -> pl.DataFrame:
    """The parts as cards: what they do not say themselves they take over from the card they come from."""
    card, share = held.card, held.shares[0]
    usual = {"name": card["name"], "location": card["location"], "custodian": card["custodian"]}
    usual |= {name: share[name] for name in ("department", "project", "expense_account")}
    filled = [
        pl.when(pl.col(name) != "").then(name).otherwise(pl.lit(value)).alias(name) for name, value in usual.items()
    ]
    kept = [pl.lit(card[name]).alias(name) for name in _KEPT]
    heads = frame.rename({"asset": "parent", "new_asset": "asset"}).with_columns(*filled, *kept, origin=pl.lit("split"))
    return cards.numbered(session, heads.with_columns(pl.col("life_months").cast(pl.Int32)))


def _divide(session: Session, held: standing.Standing, new: pl.DataFrame, first: str, reason: str) -> dict[str, Any]:
    """Give each part its share of what was and what is to come; the card that is split keeps the rest."""
    through, day = months.plus(first, -1), new["happened_on"][0]
    left, rows, parts = held.rest(first), [], []
    for row in new.to_dicts():
        part = _part(held, row, held.accumulated(through))
        to_come = min(part["to_come"], sum(left, schedule.ZERO))
        charged = schedule.part_of(left, to_come)
        # One after the other, so that no month of what is left ever falls below nothing.
        left = [whole - one for whole, one in zip(left, charged, strict=True)]
        rows.append(part | ({"residual": part["carrying"] - to_come} if left else {}))
        parts.append(charged)
    lost = {name: sum((row[name] for row in rows), schedule.ZERO) for name in (*_MOVED, "carrying", "residual")}
    cards.write(session, new.with_columns(residual=pl.Series([row["residual"] for row in rows], dtype=MONEY)))
    events = [cards.Event(row["asset"], "split", day, *(row[name] for name in _MOVED), reason=reason) for row in rows]
    own = cards.Event(held.card["asset"], "split", day, *(-lost[name] for name in _MOVED), reason=reason)
    ids = cards.write_events(session, [*events, own])
    made = [_estimate(held, row, first, *pair) for row, *pair in zip(rows, parts, ids[:-1], strict=True)]
    carrying = held.carrying(through) - lost["carrying"]
    residual = carrying - sum(left, schedule.ZERO) if left else held.card["residual"] - lost["residual"]
    made.append(held.again(first, ids[-1], months=left, residual=max(residual, schedule.ZERO), carrying=carrying))
    estimates.write(session, made)
    _shrink(session, held.card, new, max(residual, schedule.ZERO))
    return {"count": len(rows), "numbers": [row["asset"] for row in rows], "left": str(held.value - lost["value"])}


def _part(held: standing.Standing, row: dict[str, Any], accumulated: Decimal) -> dict[str, Any]:
    """What goes with a part, by its share of the value; what is still to come ends at its share of the residual."""

    def of(amount: Decimal) -> Decimal:
        return money(amount * row["value"] / held.value)

    made = row | {
        "accumulated": of(accumulated),
        "impairment": of(held.impairment),
        "residual": of(held.card["residual"]),
    }
    carrying = row["value"] - made["accumulated"] - made["impairment"]
    to_come = max(carrying - made["residual"], schedule.ZERO) if held.plan else schedule.ZERO
    return made | {"carrying": carrying, "to_come": to_come}


def _estimate(
    held: standing.Standing, row: dict[str, Any], first: str, part: list[Decimal], event_id: int
) -> cards.Estimate:
    users = [dict(one) for one in held.shares]
    if row["department"] != users[0]["department"] or row["expense_account"] != users[0]["expense_account"]:
        users = [{name: row[name] for name in ("department", "project", "expense_account")} | {"weight": Decimal(1)}]
    return cards.Estimate(
        row["asset"],
        first,
        method=held.card["method"],
        life=held.card["life_months"],
        residual=row["residual"],
        used=held.used(months.plus(first, -1)),
        carrying=row["carrying"],
        months=part,
        shares=users,
        event_id=event_id,
    )


def _shrink(session: Session, card: dict[str, Any], new: pl.DataFrame, residual: Decimal) -> None:
    """The card that was split keeps what is left of its quantity; of one thing there is still one."""
    left = card["quantity"] - new["quantity"].sum()
    session.execute(
        "update core.asset set quantity = $quantity, residual = $residual where asset = $asset",
        quantity=left if left > 0 else card["quantity"],
        residual=residual,
        asset=card["asset"],
    )
