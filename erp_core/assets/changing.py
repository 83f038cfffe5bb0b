"""What changes on a card in use: its estimates, its users, its value; always forward, months charged before stay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import booking, cards, estimates, months, refusals, schedule, standing
from erp_core.foundation import given
from erp_core.foundation.errors import first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import order_lines

_WHEN = {"asset": pl.String, "happened_on": pl.Date, "from_period": pl.String}
ESTIMATE = {**_WHEN, "life_months": pl.Int32, "residual": MONEY, "method": pl.String}
HANDOVER = {
    **_WHEN,
    **dict.fromkeys(("department", "project", "expense_account", "location", "custodian"), pl.String),
}
ADDED = {
    **{name: kind for name, kind in ESTIMATE.items() if name != "from_period"},
    "amount": MONEY,
    "tax": MONEY,
    "due_on": pl.Date,
    **dict.fromkeys(("credit_account", "party", "reference"), pl.String),
}
IMPAIRED = {"asset": pl.String, "happened_on": pl.Date, "amount": MONEY}
DESCRIPTION = ("name", "specification", "location", "custodian", "supplier", "external_code", "note")


def told(rows: given.Given, schema: dict[str, Any], required: tuple[str, ...]) -> pl.DataFrame:
    """Acts upon cards as a typed frame, with the card as its key and its name in refusals."""
    frame = given.documents(rows, schema, ("asset", "happened_on", *required))
    texts = [name for name, kind in schema.items() if kind == pl.String]
    return frame.with_columns(pl.col(texts).fill_null("").str.strip_chars()).with_columns(called="asset")


@verb("assets.card.describe")
def describe(session: Session, *, cards: given.Given) -> dict[str, Any]:
    """Change what a card says besides amounts: name, specification, location, custodian, supplier, external_code, note.

    cards: asset and whichever of these change; what is not given stays.
    """
    frame = given.documents(cards, {"asset": pl.String, **dict.fromkeys(DESCRIPTION, pl.String)}, ("asset",))
    held = standing.of(session, frame["asset"].to_list())
    order_lines.refuse_unknown_places(session, frame.rename({"custodian": "employee"}))
    _refuse_supplier(session, frame)
    for row in frame.iter_rows(named=True):
        new = {name: row[name].strip() for name in DESCRIPTION if row[name] is not None}
        if new and not new.get("name", "x"):
            raise given.ValueMissing(table="cards", column="name", first=row["asset"], count=1)
        _put(session, row["asset"], new)
    return {"count": len(held)}


def _refuse_supplier(session: Session, frame: pl.DataFrame) -> None:
    filled = frame.with_columns(pl.col("supplier").fill_null(""))
    cards.refuse_unknown_suppliers(session, filled)


def _put(session: Session, asset: str, new: dict[str, Any]) -> None:
    if new:
        puts = ", ".join(f"{name} = ${name}" for name in new)
        session.execute(f"update core.asset set {puts} where asset = $asset", asset=asset, **new)


@verb("assets.card.reestimate", reason=True)
def reestimate(session: Session, *, changes: given.Given, reason: str) -> dict[str, Any]:
    """Change life, residual or method from a month on; what was charged before stays (企业会计准则第28号 §9).

    changes: asset, happened_on, life_months (the whole life, months used included), residual, method, from_period (the
    first month charged anew; default: the month after). What the card is carried at then is spread over what is left.
    Returns count and, by card, the first month and its charge.
    """
    frame = told(changes, ESTIMATE, ())
    _refuse_estimates(frame)
    held = standing.before(session, frame, "reestimate")
    made = []
    for row in frame.iter_rows(named=True):
        one = held[row["asset"]]
        _refuse_same(one.card, row)
        first = standing.first_month(one, row["happened_on"], row["from_period"])
        made.append((row, one, first))
    events = [cards.Event(row["asset"], "estimate", row["happened_on"], reason=reason) for row, _, _ in made]
    ids = cards.write_events(session, events)
    new = [anew(one, first, i, row) for (row, one, first), i in zip(made, ids, strict=True)]
    return _kept(session, new)


def _refuse_estimates(frame: pl.DataFrame) -> None:
    rules = (
        ("life_months", ~pl.col("life_months").is_between(1, cards.LIFE_MAX), f"1 … {cards.LIFE_MAX}"),
        ("residual", pl.col("residual") < 0, ">= 0"),
        ("method", (pl.col("method") != "") & ~pl.col("method").is_in(schedule.METHODS), " | ".join(schedule.METHODS)),
    )
    for name, broken, allowed in rules:
        cards.refuse_field(frame, name, broken, allowed)
    if "from_period" in frame.columns:
        odd = (pl.col("from_period") != "") & ~pl.col("from_period").str.contains(r"^\d{4}-(0[1-9]|1[0-2])$")
        cards.refuse_field(frame, "from_period", odd, "YYYY-MM")


def _refuse_same(card: dict[str, Any], row: dict[str, Any]) -> None:
    asked = {name: row[name] for name in ("life_months", "residual", "method") if row[name] not in (None, "")}
    if all(card[name] == value for name, value in asked.items()):
        raise refusals.NothingChanges(first=card["asset"], count=1)


def anew(
    one: standing.Standing, first: str, event_id: int, row: dict[str, Any], added: Decimal = schedule.ZERO
) -> cards.Estimate:
    """An estimate that spreads what is carried, and what an event adds to it, over the months left of the life."""
    card, through = one.card, months.plus(first, -1)
    life = row.get("life_months") or card["life_months"]
    residual = card["residual"] if row.get("residual") is None else row["residual"]
    method = row.get("method") or card["method"]
    used, carrying = one.used(through), one.carrying(through) + added
    if residual > carrying and residual != card["residual"]:
        raise refusals.AmountBeyondCarrying(first=card["asset"], amount=residual, carrying=carrying, count=1)
    if used >= life:
        raise refusals.LifeUsedUp(first=card["asset"], used=used, life=life, count=1)
    charged = schedule.charges(method, carrying, residual, life - used)
    new = {"method": method, "life": life, "residual": residual, "used": used, "carrying": carrying, "months": charged}
    return one.again(first, event_id, **new)


def _kept(session: Session, new: list[cards.Estimate]) -> dict[str, Any]:
    """Keep estimates and what they say on the card; returns count and, by card, the first month and its charge."""
    estimates.write(session, new)
    for one in new:
        _put(session, one.asset, {"method": one.method, "life_months": one.life, "residual": one.residual})
    told_now = {
        one.asset: {"from_period": one.from_period, "charge": str(one.months[0] if one.months else schedule.ZERO)}
        for one in new
    }
    return {"count": len(new), "cards": told_now}


@verb("assets.card.transfer", reason=True)
def transfer(
    session: Session, *, transfers: given.Given, reason: str, shares: given.Given | None = None
) -> dict[str, Any]:
    """Hand assets over to other departments, places or custodians; amounts stay, the new ones bear later months.

    transfers: key, asset, happened_on, department, project, expense_account, location, custodian, from_period (the
    first month the new departments bear; default: the month after). shares: key, department, project,
    expense_account, weight.
    """
    frame = told(transfers, HANDOVER, ())
    _refuse_estimates(frame.with_columns(life_months=pl.lit(1), residual=pl.lit(0), method=pl.lit("")))
    order_lines.refuse_unknown_places(session, frame.rename({"custodian": "employee"}))
    held = standing.before(session, frame, "transfer")
    now = [held[asset].shares[0] for asset in frame["asset"]]
    same = pl.Series([share["expense_account"] for share in now], dtype=pl.String)
    frame = frame.with_columns(
        expense_account=pl.when(pl.col("expense_account") != "").then("expense_account").otherwise(same)
    )
    users = cards.users_of(session, frame, shares)
    ids = cards.write_events(
        session,
        [cards.Event(r["asset"], "transfer", r["happened_on"], reason=reason) for r in frame.iter_rows(named=True)],
    )
    new = []
    for row, event_id in zip(frame.iter_rows(named=True), ids, strict=True):
        one = held[row["asset"]]
        first = standing.first_month(one, row["happened_on"], row["from_period"])
        named = users.filter(pl.col("key") == row["key"]).drop("key").to_dicts()
        moved = any(share["department"] or share["project"] for share in named)
        new.append(one.again(first, event_id, shares=named if moved else one.shares))
        _put(session, row["asset"], {name: row[name] for name in ("location", "custodian") if row[name]})
    return _kept(session, new)


@verb("assets.card.improve", reason=True)
def improve(session: Session, *, additions: given.Given, reason: str) -> dict[str, Any]:
    """Add to the value of assets, such as a rebuilding; the new value is spread from the month after.

    additions: asset, happened_on, amount (without deductible tax), tax, credit_account (default: the bank), party,
    reference, due_on, and life_months, residual or method where they change with it.
    """
    frame = told(additions, ADDED, ("amount",)).with_columns(pl.col("tax").fill_null(0))
    _refuse_estimates(frame)
    cards.refuse_field(frame, "amount", pl.col("amount") <= 0, "> 0")
    cards.refuse_field(frame, "tax", pl.col("tax") < 0, ">= 0")
    refuse_small_taxpayer(session, frame)
    held = standing.before(session, frame, "improve")
    rows = frame.to_dicts()
    ids = cards.write_events(
        session,
        [cards.Event(r["asset"], "improve", r["happened_on"], r["amount"], booked=True, reason=reason) for r in rows],
    )
    result = _kept(session, [_with_added(held[r["asset"]], i, r, r["amount"]) for r, i in zip(rows, ids, strict=True)])
    input_tax, bank = (accounts.account_for(session, role) for role in ("input_vat", "bank"))
    lines = []
    for row, event_id in zip(rows, ids, strict=True):
        key = cards.event_key(row["asset"], event_id)
        paid = {name: row[name] for name in ("party", "reference", "due_on")}
        lines += [
            booking.line(key, held[row["asset"]].card["asset_account"], debit=row["amount"]),
            booking.line(key, input_tax, debit=row["tax"]),
            booking.line(key, row["credit_account"] or bank, credit=row["amount"] + row["tax"], **paid),
        ]
    return result | {"vouchers": _booked(session, held, rows, ids, "improve", lines)}


def refuse_small_taxpayer(session: Session, frame: pl.DataFrame) -> None:
    """Refuse input tax in the books of a small-scale taxpayer, who deducts none."""
    if session.reference("company")["taxpayer"][0] == "general":
        return
    taxed = frame.filter(pl.col("tax") != 0)
    if not taxed.is_empty():
        raise refusals.TaxNotDeductible(first=taxed["called"][0], amount=taxed["tax"][0])


def _with_added(one: standing.Standing, event_id: int, row: dict[str, Any], added: Decimal) -> cards.Estimate:
    first = standing.first_month(one, row["happened_on"], None)
    if one.used(months.plus(first, -1)) >= one.card["life_months"] and not row.get("life_months"):
        raise refusals.LifeUsedUp(
            first=row["asset"], used=one.card["life_months"], life=one.card["life_months"], count=1
        )
    return anew(one, first, event_id, row, added)


def _booked(
    session: Session,
    held: dict[str, standing.Standing],
    rows: list[dict[str, Any]],
    ids: list[int],
    event: str,
    lines: list[dict[str, Any]],
) -> dict[str, str]:
    heads = [
        booking.head(cards.event_key(r["asset"], i), r["asset"], held[r["asset"]].card["name"], r["happened_on"], event)
        for r, i in zip(rows, ids, strict=True)
    ]
    posted = booking.post(session, heads, lines)
    return {head["number"]: posted[head["key"]] for head in heads if head["key"] in posted}


@verb("assets.card.impair", reason=True)
def impair(session: Session, *, impairments: given.Given, reason: str) -> dict[str, Any]:
    """Write assets down to what they can recover, under 企业会计准则 only; never taken back (企业会计准则第8号 §17).

    impairments: asset, happened_on, amount. What is left is spread from the month after.
    """
    frame = told(impairments, IMPAIRED, ("amount",))
    cards.refuse_field(frame, "amount", pl.col("amount") <= 0, "> 0")
    if session.reference("company")["standard"][0] == "sbe":
        raise refusals.ImpairmentNotAllowed(first=frame["asset"][0])
    held = standing.before(session, frame, "impair")
    rows = frame.to_dicts()
    for row in rows:
        _refuse_impairment(held[row["asset"]], row)
    ids = cards.write_events(
        session,
        [
            cards.Event(r["asset"], "impair", r["happened_on"], impairment=r["amount"], booked=True, reason=reason)
            for r in rows
        ],
    )
    new = [_impaired(held[r["asset"]], i, r) for r, i in zip(rows, ids, strict=True)]
    result = _kept(session, [one for one in new if one is not None])
    loss = accounts.account_for(session, "impairment_loss")
    lines = []
    for row, event_id in zip(rows, ids, strict=True):
        key, one = cards.event_key(row["asset"], event_id), held[row["asset"]]
        bears = {name: one.shares[0][name] for name in ("department", "project")}
        lines += [
            booking.line(key, loss, debit=row["amount"], **bears),
            booking.line(key, one.card["impairment_account"], credit=row["amount"]),
        ]
    return result | {"count": len(rows), "vouchers": _booked(session, held, rows, ids, "impair", lines)}


def _impaired(one: standing.Standing, event_id: int, row: dict[str, Any]) -> cards.Estimate | None:
    """The months left of an impaired card; one that is used up has none."""
    first = standing.first_month(one, row["happened_on"], None)
    if one.used(months.plus(first, -1)) >= one.card["life_months"]:
        return None
    return anew(one, first, event_id, {}, -row["amount"])


def _refuse_impairment(one: standing.Standing, row: dict[str, Any]) -> None:
    if not one.card["impairment_account"]:
        facts = {"field": "impairment", "amount": row["amount"]}
        raise refusals.AccumulatedWithoutAccount(**facts, **first_and_count([row["asset"]]))
    carrying = one.carrying(months.plus(months.after_change("fixed", row["happened_on"]), -1))
    if row["amount"] > carrying:
        raise refusals.AmountBeyondCarrying(first=row["asset"], amount=row["amount"], carrying=carrying, count=1)
