"""Cards of assets bought or built: with their voucher, out of a supplier's bill, or out of a voucher that is posted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import booking, cards, estimates, months, refusals, schedule
from erp_core.foundation import given
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, periods

EXTRA = {
    "acquired_on": pl.Date,
    "tax": MONEY,
    "tax_code": pl.String,
    "due_on": pl.Date,
    "credit_account": pl.String,
    "party": pl.String,
    "reference": pl.String,
    "voucher": pl.String,
}
_POSTED = """
    select v.event_key, sum(l.debit - l.credit) as amount
    from core.voucher v join core.voucher_line l using (voucher_id)
    where v.period || ' ' || v.word || '-' || v.number = $voucher and l.account = $account group by v.event_key
"""
_CARDED = """
    select coalesce(sum(e.value), 0) from core.asset a join core.asset_event e using (asset)
    where a.voucher = $voucher and a.asset_account = $account and e.kind = 'acquire'
"""


@verb("assets.card.acquire")
def acquire(session: Session, *, cards: given.Given, shares: given.Given | None = None) -> dict[str, Any]:
    """Make cards of assets that were bought, and book each: the asset and its input tax against what was paid or owed.

    cards: asset (number, else drawn), name, category, acquired_on, started_on (put to use), value (without deductible
    tax), tax, credit_account (default: the bank), party, reference and due_on (where it is owed), quantity, department,
    project, location, custodian, supplier, specification, method, life_months, residual, accounts, note; voucher
    ('2026-03 记-12') for one whose value a posted voucher brought: nothing is booked then. shares: key, department,
    project, expense_account, weight. Amounts in CNY. Returns count, numbers by key, vouchers by number of the card.
    """
    heads, users = _complete(session, cards, shares)
    _refuse_tax(session, heads)
    heads = _with_sources(session, heads)
    return bring_in(session, heads, users, _voucher_lines(session, heads))


def _complete(
    session: Session, given_cards: given.Given, shares: given.Given | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    heads, users = cards.complete(session, given_cards, shares, EXTRA, ("acquired_on", "value"))
    heads = heads.with_columns(pl.col("tax").fill_null(0), origin=pl.lit("acquired"))
    cards.refuse_field(heads, "tax", pl.col("tax") < 0, ">= 0")
    return heads, users


def _refuse_tax(session: Session, heads: pl.DataFrame) -> None:
    if session.reference("company")["taxpayer"][0] == "general":
        return
    taxed = heads.filter(pl.col("tax") != 0)
    if not taxed.is_empty():
        raise refusals.TaxNotDeductible(first=taxed["called"][0], amount=taxed["tax"][0])


def _with_sources(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    """Cards whose value a posted voucher brought: its key in place of its number, refused beyond what it brought."""
    named: dict[tuple[str, str], Decimal] = {}
    keys = []
    for row in heads.iter_rows(named=True):
        if not row["voucher"]:
            keys.append("")
            continue
        facts = {"voucher": row["voucher"], "account": row["asset_account"]}
        found = session.one(_POSTED, **facts)
        key = found[0] if found else ""
        carded = session.one(_CARDED, voucher=key, account=row["asset_account"])[0]
        place = (key, row["asset_account"])
        named[place] = named.get(place, schedule.ZERO) + row["value"]
        left = (found[1] if found else schedule.ZERO) - carded
        if named[place] > left:
            raise refusals.VoucherWithoutAsset(**facts, open=left, wanted=named[place], first=row["called"])
        keys.append(key)
    origin = pl.when(pl.Series(keys) != "").then(pl.lit("voucher")).otherwise("origin")
    return heads.with_columns(pl.Series("voucher", keys, pl.String), origin=origin)


def _voucher_lines(session: Session, heads: pl.DataFrame) -> list[dict[str, Any]]:
    """What each card is booked against, the asset itself left out; the number of the card is the key."""
    input_tax, bank = (accounts.account_for(session, role) for role in ("input_vat", "bank"))
    made = []
    for row in heads.filter(pl.col("voucher") == "").iter_rows(named=True):
        paid = {name: row[name] for name in ("party", "reference", "due_on")}
        made += [
            booking.line(row["asset"], input_tax, debit=row["tax"]),
            booking.line(row["asset"], row["credit_account"] or bank, credit=row["value"] + row["tax"], **paid),
        ]
    return made


def bring_in(
    session: Session, heads: pl.DataFrame, users: pl.DataFrame, against: list[dict[str, Any]], event: str = "acquire"
) -> dict[str, Any]:
    """Write new cards with their first estimate and book them; returns count, numbers by key, vouchers by card.

    heads: columns of core.asset, key, value; against: lines (booking.line) with the card's number as key.
    """
    periods.require_open(session, heads["acquired_on"])
    cards.write(session, heads)
    booked = {one["key"] for one in against}
    kind = "found" if event == "found" else "acquire"
    rows = heads.to_dicts()
    ids = cards.write_events(
        session,
        [cards.Event(r["asset"], kind, r["acquired_on"], r["value"], booked=r["asset"] in booked) for r in rows],
    )
    estimates.write(session, [_first_estimate(r, users, i) for r, i in zip(rows, ids, strict=True)])
    keys = {row["asset"]: cards.event_key(row["asset"], i) for row, i in zip(rows, ids, strict=True)}
    lines = [
        booking.line(keys[r["asset"]], r["asset_account"], debit=r["value"], department=r["department"])
        for r in rows
        if r["asset"] in booked
    ]
    lines += [one | {"key": keys[one["key"]]} for one in against]
    posted = booking.post(
        session, [booking.head(keys[r["asset"]], r["asset"], r["name"], r["acquired_on"], event) for r in rows], lines
    )
    return {
        "count": heads.height,
        "numbers": dict(heads.select("key", "asset").rows()),
        "vouchers": {asset: posted[key] for asset, key in keys.items() if key in posted},
    }


def _first_estimate(row: dict[str, Any], users: pl.DataFrame, event_id: int) -> cards.Estimate:
    """The schedule of a new card; months in use before it came into the books are charged with its first month."""
    first = months.first_charged(row["kind"], row["started_on"])
    begins = max(first, periods.period_of(row["acquired_on"]))
    missed = months.between(first, begins)
    charged = schedule.charges(row["method"], row["value"], row["residual"], row["life_months"])
    return cards.Estimate(
        asset=row["asset"],
        from_period=begins,
        method=row["method"],
        life=row["life_months"],
        residual=row["residual"],
        used=min(missed, row["life_months"] - 1),
        carrying=row["value"],
        months=schedule.caught_up(charged, missed),
        shares=users.filter(pl.col("asset") == row["asset"]).to_dicts(),
        event_id=event_id,
    )
