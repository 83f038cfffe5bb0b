"""Cards of assets: what a caller gives, completed from the category and checked, and how cards are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import categories, refusals, schedule
from erp_core.foundation import given
from erp_core.foundation.errors import first_and_count
from erp_core.foundation.money import MONEY, QUANTITY, times
from erp_core.foundation.session import Session
from erp_core.ledger import periods
from erp_core.masters import order_lines

LIFE_MAX = 1200
_TEXTS = (
    "asset", "name", "category", "specification", "location", "custodian", "supplier", "department", "project",
    "method", "external_code", "note", *categories.ACCOUNTS,
)  # fmt: skip
CARD = {
    **dict.fromkeys(_TEXTS, pl.String),
    "quantity": QUANTITY,
    "started_on": pl.Date,
    "life_months": pl.Int32,
    "residual": MONEY,
    "value": MONEY,
}
SHARES = {"department": pl.String, "project": pl.String, "expense_account": pl.String, "weight": QUANTITY}
_KEPT = (
    "asset", "name", "category", "kind", "specification", "quantity", "location", "custodian", "supplier", "origin",
    "acquired_on", "started_on", "method", "life_months", "residual", "asset_account", "depreciation_account",
    "impairment_account", "parent", "bill", "bill_line", "bill_quantity", "voucher", "external_code", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """What a card loses from a month on: one amount a month, borne by its users by weight."""

    asset: str
    from_period: str
    method: str
    life: int
    residual: Decimal
    used: int
    carrying: Decimal
    months: list[Decimal]
    shares: list[dict[str, Any]]
    event_id: int


@dataclass(frozen=True)
class Event:
    """Something that happened to a card, with what it brought to value, accumulated depreciation and impairment."""

    asset: str
    kind: str
    on: date
    value: Decimal = schedule.ZERO
    depreciation: Decimal = schedule.ZERO
    impairment: Decimal = schedule.ZERO
    booked: bool = False
    period: str = ""
    reason: str = ""


def complete(
    session: Session, cards: given.Given, shares: given.Given | None, extra: dict[str, Any], required: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cards as they would be kept, and the users of each: numbers drawn, defaults of the category filled in, checked.

    cards: columns of CARD and extra; shares: key, department, project, expense_account, weight; a card without shares
    is borne by its own department. Returns heads (with key and asset) and shares (with asset).
    """
    heads = given.documents(cards, {**CARD, **extra}, ("name", "category", "started_on", *required))
    texts = [name for name, kind in heads.schema.items() if kind == pl.String]
    heads = heads.with_columns(pl.col(texts).fill_null("").str.strip_chars())
    heads = _with_defaults(session, heads.with_columns(called=_called()))
    _refuse_wrong(heads)
    categories.refuse_accounts(session, heads, "called", categories.ACCOUNTS)
    order_lines.refuse_unknown_places(session, heads.rename({"custodian": "employee"}))
    refuse_unknown_suppliers(session, heads)
    body = users_of(session, heads, shares)
    heads = numbered(session, heads)
    return heads, body.join(heads.select("key", "asset"), on="key", maintain_order="left_right")


def _called() -> pl.Expr:
    return pl.when(pl.col("asset") != "").then("asset").otherwise("name")


def _with_defaults(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    known = session.reference("asset_category").filter("active")
    lost = heads.filter(~pl.col("category").is_in(known["code"].implode()))
    if not lost.is_empty():
        raise refusals.AssetCategoryUnknown(
            first=lost["called"][0],
            category=lost["category"][0],
            known=", ".join(known["code"].sort()),
            count=lost.height,
        )
    of = known.select(pl.col("code").alias("category"), "kind", pl.exclude("code", "kind").name.prefix("of_"))
    joined = heads.join(of, on="category", how="left", maintain_order="left")
    texts = ("method", *categories.ACCOUNTS)
    return joined.with_columns(
        *(pl.when(pl.col(name) != "").then(name).otherwise(f"of_{name}").alias(name) for name in texts),
        life_months=pl.coalesce("life_months", "of_life_months"),
        residual=pl.coalesce("residual", times(pl.col("value").fill_null(0), pl.col("of_residual_rate"))),
        quantity=pl.col("quantity").fill_null(1),
    )


def _refuse_wrong(heads: pl.DataFrame) -> None:
    rules = (
        ("value", pl.col("value") <= 0, "> 0"),
        ("quantity", pl.col("quantity") <= 0, "> 0"),
        ("residual", (pl.col("residual") < 0) | (pl.col("residual") > pl.col("value")), "0 … value"),
        ("life_months", ~pl.col("life_months").is_between(1, LIFE_MAX), f"1 … {LIFE_MAX}"),
        ("method", ~pl.col("method").is_in(schedule.METHODS), " | ".join(schedule.METHODS)),
    )
    for name, broken, allowed in rules:
        refuse_field(heads, name, broken, allowed)
    given_numbers = heads.filter(pl.col("asset") != "")
    twice = given_numbers.filter(pl.col("asset").is_duplicated())
    if not twice.is_empty():
        raise refusals.AssetNamedTwice(**first_and_count(twice["asset"].to_list()))


def refuse_field(heads: pl.DataFrame, name: str, broken: pl.Expr, allowed: str) -> None:
    """Refuse the first card for which a field is broken, naming field, value and what it may be."""
    wrong = heads.filter(broken)
    if not wrong.is_empty():
        facts = {"field": name, "value": str(wrong[name][0]), "allowed": allowed}
        raise refusals.AssetFieldWrong(**facts, **first_and_count(wrong["called"].to_list()))


def refuse_unknown_suppliers(session: Session, heads: pl.DataFrame) -> None:
    """Refuse the first card whose supplier is no party of the books."""
    known = session.reference("party")["code"]
    lost = heads.filter((pl.col("supplier") != "") & ~pl.col("supplier").is_in(known.implode()))
    if not lost.is_empty():
        raise order_lines.NoSuchParty(role="supplier", **first_and_count(lost["supplier"].to_list()))


def users_of(session: Session, heads: pl.DataFrame, shares: given.Given | None) -> pl.DataFrame:
    """Who bears the charge of each card: key, department, project, expense_account, weight; its own department if none.

    heads: key, called, department, project, expense_account.
    """
    body = given.lines(shares, SHARES, (), heads)
    own = heads.join(body.select("key").unique(), on="key", how="anti") if not body.is_empty() else heads
    default = own.select("key", "department", "project", "expense_account", weight=pl.lit(1, QUANTITY))
    body = body.join(heads.select("key", usual="expense_account", called="called"), on="key", maintain_order="left")
    body = body.with_columns(
        pl.col("department", "project").fill_null(""),
        pl.col("weight").fill_null(1),
        expense_account=pl.when(pl.col("expense_account").fill_null("") != "")
        .then("expense_account")
        .otherwise("usual"),
    )
    wrong = body.filter(pl.col("weight") <= 0)
    if not wrong.is_empty():
        raise refusals.ShareWrong(
            first=wrong["called"][0], weight=f"{wrong['weight'][0].normalize():f}", count=wrong.height
        )
    categories.refuse_accounts(session, body, "called", ("expense_account",))
    order_lines.refuse_unknown_places(session, body)
    return pl.concat([default, body.select(default.columns)])


def numbered(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    """Give cards without a number the next ones that nobody has; refuse a number that is taken."""
    known = set(session.frame("select asset from core.asset")["asset"])
    taken = [number for number in heads["asset"] if number in known]
    if taken:
        raise refusals.AssetExists(**first_and_count(taken))
    known |= set(heads["asset"])
    numbers = []
    for number in heads["asset"]:
        made = number
        while not made or (not number and made in known):
            made = session.draw_numbers("asset", [session.today])[0]
        numbers.append(made)
    return heads.with_columns(pl.Series("asset", numbers, pl.String))


def write(session: Session, heads: pl.DataFrame) -> None:
    """Write new cards: columns of core.asset; those absent are empty."""
    empty = {"bill_line": pl.lit(None, pl.Int32), "bill_quantity": pl.lit(None, QUANTITY)}
    absent = [empty.get(name, pl.lit("")).alias(name) for name in _KEPT if name not in heads.columns]
    session.insert("asset", heads.with_columns(absent).select(_KEPT))


def write_events(session: Session, events: list[Event]) -> list[int]:
    """Write down what happened; returns the numbers of the events in the order given. booked: with a voucher."""
    first = session.take_ids("asset_event", "event_id", len(events))
    keys = [event_key(event.asset, first + at) if event.booked else "" for at, event in enumerate(events)]
    rows = {
        "event_id": range(first, first + len(events)),
        "asset": [event.asset for event in events],
        "kind": [event.kind for event in events],
        "happened_on": [event.on for event in events],
        "period": [event.period or periods.period_of(event.on) for event in events],
        "value": [event.value for event in events],
        "depreciation": [event.depreciation for event in events],
        "impairment": [event.impairment for event in events],
        "event_key": keys,
        "reason": [event.reason for event in events],
    }
    money = dict.fromkeys(("value", "depreciation", "impairment"), MONEY)
    frame = pl.DataFrame(rows, schema_overrides={"event_id": pl.Int64, "happened_on": pl.Date, **money})
    session.insert("asset_event", frame.with_columns(act_id=pl.lit(session.act_id, pl.Int64)))
    return list(range(first, first + len(events)))


def event_key(asset: str, event_id: int, part: str = "") -> str:
    """The key of the voucher of an event, which is its second name: each is posted once."""
    return f"asset/{asset}/{event_id}" + (f"/{part}" if part else "")
