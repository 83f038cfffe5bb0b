"""Opening cards: assets as other books hold them, accepted only as a whole and only if they tie to the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import cards, estimates, months, refusals, schedule
from erp_core.foundation import given
from erp_core.foundation.errors import first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import periods

EXTRA = {"accumulated": MONEY, "impairment": MONEY, "months_used": pl.Int32}
_LEDGER = (
    "select account, sum(debit - credit) as ledger from core.account_balance where period < $first group by account"
)
_KNOWN = """
    with held as (
        select a.asset_account as account, e.value as amount
        from core.asset a join core.asset_event e using (asset) where e.period < $first
        union all
        select a.depreciation_account, -e.depreciation
        from core.asset a join core.asset_event e using (asset) where e.period < $first
        union all
        select a.impairment_account, -e.impairment
        from core.asset a join core.asset_event e using (asset) where e.period < $first and e.impairment <> 0
        union all
        select a.depreciation_account, -p.amount
        from core.asset a join core.asset_plan p using (asset) where p.period < $first
    )
    select account, sum(amount) as known from held group by account
"""


@verb("assets.opening.load")
def load(session: Session, *, cards: given.Given, shares: given.Given | None = None) -> dict[str, Any]:
    """Load the cards of other books as they stand before the first open month; refused unless they tie to the ledger.

    cards: asset (number, else drawn), name, category, started_on, value (original), accumulated (depreciation so far),
    impairment, months_used (charged so far; default: from started_on), quantity, department, project, location,
    custodian, supplier, specification, method, life_months, residual, accounts (default: of the category),
    external_code, note. shares: key, department, project, expense_account, weight, where several departments bear a
    card. The balances of 1601, 1602 and of every other account that cards name must be loaded before, and equal the
    cards to the cent. Returns count, numbers by key, the totals, and the numbers of cards whose months go on
    otherwise than this schedule says.
    """
    first = periods.next_to_close(session)
    heads, users = _complete(session, cards, shares, first)
    _refuse_untied(session, heads, first)
    day = _day_before(session, first)
    own = heads.with_columns(origin=pl.lit("opening"), acquired_on="started_on")
    return _write(session, own, users, day, first)


def _complete(
    session: Session, given_cards: given.Given, shares: given.Given | None, first: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    heads, users = cards.complete(session, given_cards, shares, EXTRA, ("value",))
    elapsed = [
        max(0, months.between(months.first_charged(kind, day), first))
        for kind, day in heads.select("kind", "started_on").rows()
    ]
    heads = heads.with_columns(
        pl.col("accumulated", "impairment").fill_null(0),
        months_used=pl.coalesce("months_used", pl.min_horizontal(pl.Series(elapsed, dtype=pl.Int32), "life_months")),
    )
    over = pl.col("value") < pl.col("accumulated") + pl.col("impairment")
    rules = (
        ("accumulated", (pl.col("accumulated") < 0) | over, "0 … value"),
        ("impairment", pl.col("impairment") < 0, ">= 0"),
        ("months_used", pl.col("months_used") < 0, ">= 0"),
    )
    for name, broken, allowed in rules:
        cards.refuse_field(heads, name, broken, allowed)
    unnamed = heads.filter((pl.col("impairment") != 0) & (pl.col("impairment_account") == ""))
    if not unnamed.is_empty():
        facts = {"field": "impairment", "amount": unnamed["impairment"][0]}
        raise refusals.AccumulatedWithoutAccount(**facts, **first_and_count(unnamed["called"].to_list()))
    return heads, users


def _refuse_untied(session: Session, heads: pl.DataFrame, first: str) -> None:
    """Every account that the cards name holds exactly what its cards add up to, those known before included."""
    sides = pl.concat(
        [
            heads.select(account="asset_account", amount="value"),
            heads.select(account="depreciation_account", amount=-pl.col("accumulated")),
            heads.filter(pl.col("impairment") != 0).select(account="impairment_account", amount=-pl.col("impairment")),
        ]
    )
    wanted = sides.group_by("account").agg(pl.col("amount").sum().cast(MONEY)).sort("account")
    ledger = session.frame(_LEDGER, first=first)
    known = session.frame(_KNOWN, first=first)
    both = (
        wanted.join(ledger, on="account", how="left")
        .join(known, on="account", how="left")
        .with_columns(pl.col("ledger", "known").fill_null(0).cast(MONEY))
        .with_columns(cards=(pl.col("amount") + pl.col("known")).cast(MONEY))
        .sort("account")
    )
    wrong = both.filter(pl.col("ledger") != pl.col("cards"))
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise refusals.OpeningCardsDiffer(
            account=row["account"],
            ledger=row["ledger"],
            cards=row["cards"],
            count=wrong.height,
            accounts=wrong.select("account", pl.col("ledger", "cards").cast(pl.String)).to_dicts(),
        )


def _day_before(session: Session, first: str) -> date:
    known = session.reference("period")
    return known.filter(pl.col("period") == first)["first_day"][0] - timedelta(days=1)


def _write(session: Session, heads: pl.DataFrame, users: pl.DataFrame, day: date, first: str) -> dict[str, Any]:
    cards.write(session, heads)
    rows = heads.to_dicts()
    opening = first == session.reference("period")["period"].min()
    period = periods.OPENING_PERIOD if opening else periods.period_of(day)
    ids = cards.write_events(
        session,
        [
            cards.Event(r["asset"], "opening", day, r["value"], r["accumulated"], r["impairment"], period=period)
            for r in rows
        ],
    )
    by_asset = users.partition_by("asset", as_dict=True)
    made = [_estimate(r, by_asset[r["asset"],].to_dicts(), i, first) for r, i in zip(rows, ids, strict=True)]
    estimates.write(session, [one for one, _ in made])
    sums = {name: str(heads[name].sum()) for name in ("value", "accumulated", "impairment")}
    unlike = [row["asset"] for row, (_, alike) in zip(rows, made, strict=True) if not alike]
    return {"count": heads.height, "numbers": dict(heads.select("key", "asset").rows()), **sums, "otherwise": unlike}


def _estimate(
    row: dict[str, Any], shares: list[dict[str, Any]], event_id: int, first: str
) -> tuple[cards.Estimate, bool]:
    """The rest of a life that began elsewhere; a card not yet due begins with its own first month."""
    spent: Decimal = row["accumulated"] + row["impairment"]
    begins = max(first, months.first_charged(row["kind"], row["started_on"]))
    charged, alike = schedule.going_on(
        row["method"],
        value=row["value"],
        spent=spent,
        residual=row["residual"],
        life=row["life_months"],
        used=row["months_used"],
    )
    made = cards.Estimate(
        asset=row["asset"],
        from_period=begins,
        method=row["method"],
        life=row["life_months"],
        residual=row["residual"],
        used=min(row["months_used"], row["life_months"]),
        carrying=row["value"] - spent,
        months=charged,
        shares=shares,
        event_id=event_id,
    )
    return made, alike
