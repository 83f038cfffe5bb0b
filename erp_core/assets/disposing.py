"""Assets that go: through 固定资产清理, with what they bring, the tax on it, what it costs, and the gain or loss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.assets import booking, cards, changing, estimates, months, refusals, schedule, standing
from erp_core.foundation import given
from erp_core.foundation.errors import first_and_count
from erp_core.foundation.money import MONEY, money
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import rates

WAYS = ("sale", "scrap", "loss")
DISPOSAL = {
    "asset": pl.String,
    "happened_on": pl.Date,
    **dict.fromkeys(("proceeds", "tax", "cost", "tax_out"), MONEY),
    **dict.fromkeys(
        ("way", "tax_code", "tax_account", "proceeds_account", "cost_account", "party", "reference"), pl.String
    ),
    "due_on": pl.Date,
}
_AMOUNTS = ("proceeds", "cost", "tax_out")


@dataclass(frozen=True)
class Roles:
    """The accounts of a disposal in these books."""

    clearing: str
    gain: str
    loss: str
    output_tax: str
    input_tax_out: str
    bank: str


@verb("assets.card.dispose", reason=True)
def dispose(session: Session, *, disposals: given.Given, reason: str) -> dict[str, Any]:
    """Take assets out of the books: carrying amount to 1606, proceeds and tax, costs, then the gain or the loss.

    disposals: asset, happened_on, way (sale | scrap | loss; default sale where it brings something), proceeds (with
    tax), tax or tax_code (of sales; due where it brings something), tax_account (default: of the code, else output
    tax), proceeds_account (default: the bank), party, reference, due_on (where it is owed), cost, cost_account,
    tax_out (input tax to be given back after a loss through negligence). A fixed asset is charged for the month
    in which it goes. Returns count, vouchers by card, and by card carrying amount and result (a gain is positive).
    """
    frame = _told(disposals)
    held = standing.before(session, frame, "dispose")
    frame = _with_tax(session, frame)
    results = {}
    vouchers: dict[str, list[str]] = {}
    for row in frame.iter_rows(named=True):
        gone = remove(session, held[row["asset"]], row["happened_on"], "dispose", reason)
        lines, result = _lines(session, held[row["asset"]], gone, row)
        posted = _post(session, held[row["asset"]], gone, row, lines)
        vouchers[row["asset"]] = list(posted.values())
        results[row["asset"]] = {"carrying": str(gone.carrying), "result": str(result)}
    return {"count": frame.height, "vouchers": vouchers, "results": results}


def _told(disposals: given.Given) -> pl.DataFrame:
    frame = changing.told(disposals, DISPOSAL, ()).with_columns(pl.col(*_AMOUNTS).fill_null(0))
    for name in (*_AMOUNTS, "tax"):
        cards.refuse_field(frame, name, pl.col(name) < 0, ">= 0")
    way = pl.when(pl.col("way") != "").then("way").when(pl.col("proceeds") > 0).then(pl.lit("sale"))
    frame = frame.with_columns(way=way.otherwise(pl.lit("scrap")))
    cards.refuse_field(frame, "way", ~pl.col("way").is_in(WAYS), " | ".join(WAYS))
    cards.refuse_field(frame, "tax", pl.col("tax").fill_null(0) > pl.col("proceeds"), "0 … proceeds")
    return frame


def _with_tax(session: Session, frame: pl.DataFrame) -> pl.DataFrame:
    """The tax on what the assets bring: as given, else by the rate of the code on that day."""
    unsaid = frame.filter((pl.col("proceeds") > 0) & pl.col("tax").is_null() & (pl.col("tax_code") == ""))
    if not unsaid.is_empty():
        raise refusals.DisposalTaxUnsaid(proceeds=unsaid["proceeds"][0], **first_and_count(unsaid["asset"].to_list()))
    coded = frame.filter(pl.col("tax_code") != "")
    if coded.is_empty():
        return frame.with_columns(pl.col("tax").fill_null(0))
    _refuse_codes(session, coded)
    held = rates.tax_rates(session, coded.select("tax_code", on="happened_on"))
    roles = dict(session.reference("account_role").select("role", "account").rows())
    by_code = dict(zip(coded["asset"], held.select("tax_rate", "role").rows(), strict=True))
    taxes, places = [], []
    for row in frame.iter_rows(named=True):
        rate, role = by_code.get(row["asset"], (Decimal(0), ""))
        net = money(row["proceeds"] / (1 + rate))
        taxes.append(row["proceeds"] - net if row["tax"] is None else row["tax"])
        places.append(row["tax_account"] or roles.get(role, ""))
    return frame.with_columns(tax=pl.Series(taxes, dtype=MONEY), tax_account=pl.Series(places, dtype=pl.String))


def _refuse_codes(session: Session, coded: pl.DataFrame) -> None:
    known = session.reference("tax_code").filter(pl.col("direction") == "sales")["code"]
    wrong = coded.filter(~pl.col("tax_code").is_in(known.implode()))
    if not wrong.is_empty():
        facts = {"code": wrong["tax_code"][0], "day": wrong["happened_on"][0]}
        raise refusals.TaxCodeNotSales(**facts, **first_and_count(wrong["asset"].to_list()))


@dataclass(frozen=True)
class Gone:
    """What leaves the books with a card."""

    event_id: int
    value: Decimal
    accumulated: Decimal
    impairment: Decimal

    @property
    def carrying(self) -> Decimal:
        """What was left of it."""
        return self.value - self.accumulated - self.impairment


def remove(session: Session, held: standing.Standing, on: date, kind: str, reason: str) -> Gone:
    """Take a card out of the register: its amounts go, the months after are no longer charged."""
    card = held.card
    first = months.after_change(card["kind"], on)
    accumulated = held.accumulated(months.plus(first, -1))
    amounts = (-held.value, -accumulated, -held.impairment)
    event = cards.Event(card["asset"], kind, on, *amounts, booked=True, reason=reason)
    event_id = cards.write_events(session, [event])[0]
    first = max(first, held.begins)
    nothing = {"months": [], "carrying": schedule.ZERO, "used": held.used(months.plus(first, -1))}
    estimates.write(session, [held.again(first, event_id, **nothing)])
    session.execute("update core.asset set status = 'disposed' where asset = $asset", asset=card["asset"])
    return Gone(event_id, held.value, accumulated, held.impairment)


def removed_lines(key: str, card: dict[str, Any], gone: Gone, against: str) -> list[dict[str, Any]]:
    """The lines that take a card out of its accounts, what was left of it against another account."""
    if card["asset_account"] == card["depreciation_account"]:
        off = [booking.line(key, card["asset_account"], credit=gone.value - gone.accumulated)]
    else:
        off = [
            booking.line(key, card["depreciation_account"], debit=gone.accumulated),
            booking.line(key, card["asset_account"], credit=gone.value),
        ]
    if gone.impairment:
        off.insert(0, booking.line(key, card["impairment_account"], debit=gone.impairment))
    return [booking.line(key, against, debit=gone.carrying), *off]


def _roles(session: Session, way: str) -> Roles:
    kind = "disposal" if way == "sale" else "scrap"
    names = ("asset_disposal", f"asset_{kind}_gain", f"asset_{kind}_loss", "output_vat", "input_vat_out", "bank")
    return Roles(*(accounts.account_for(session, name) for name in names))


def _lines(
    session: Session, held: standing.Standing, gone: Gone, row: dict[str, Any]
) -> tuple[list[dict[str, Any]], Decimal]:
    """The lines of a disposal, part by part, and its result: a gain is positive."""
    roles, key = _roles(session, row["way"]), cards.event_key(row["asset"], gone.event_id)
    clearing = roles.clearing
    net = row["proceeds"] - row["tax"]
    bank, pays = row["proceeds_account"] or roles.bank, row["cost_account"] or roles.bank
    owed = {name: row[name] for name in ("party", "reference", "due_on")}
    flow = {account: booking.cash_line(session, account, clearing) for account in (bank, pays)}
    result = net - gone.carrying - row["cost"] - row["tax_out"]
    bears = {name: held.shares[0][name] for name in ("department", "project")}
    parts = {part: f"{key}/{part}" for part in ("proceeds", "cost", "tax_out", "result")}
    lines = [
        *removed_lines(key, held.card, gone, clearing),
        booking.line(parts["proceeds"], bank, debit=row["proceeds"], cash_flow=flow[bank], **owed),
        booking.line(parts["proceeds"], clearing, credit=net),
        booking.line(parts["proceeds"], row["tax_account"] or roles.output_tax, credit=row["tax"]),
        booking.line(parts["cost"], clearing, debit=row["cost"]),
        booking.line(parts["cost"], pays, credit=row["cost"], cash_flow=flow[pays]),
        booking.line(parts["tax_out"], clearing, debit=row["tax_out"]),
        booking.line(parts["tax_out"], roles.input_tax_out, credit=row["tax_out"]),
    ]
    settled = [
        booking.line(parts["result"], clearing, debit=result),
        booking.line(parts["result"], roles.gain if result > 0 else roles.loss, credit=result, **bears),
    ]
    return [*lines, *(settled if result > 0 else settled[::-1])], result


def _post(
    session: Session, held: standing.Standing, gone: Gone, row: dict[str, Any], lines: list[dict[str, Any]]
) -> dict[str, str]:
    """A voucher for each part; what never passes through 清理 (intangibles, deferred expenses) makes one voucher."""
    key = cards.event_key(row["asset"], gone.event_id)
    events = {key: "clear", **{f"{key}/{part}": part for part in ("proceeds", "cost", "tax_out", "result")}}
    if held.card["kind"] != "fixed":
        clearing = accounts.account_for(session, "asset_disposal")
        lines = [line | {"key": key} for line in lines if line["account"] != clearing]
        events = {key: "dispose"}
    name, on = held.card["name"], row["happened_on"]
    heads = [booking.head(one, row["asset"], name, on, event) for one, event in events.items()]
    return booking.post(session, heads, lines)
