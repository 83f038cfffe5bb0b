"""Counts of cash (日清月结), and what the forecast of cash is told: what comes round, and when money is planned."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation import given
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY, money
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import refusals, saving

RECURRING = saving.Table(
    name="cash_recurring",
    required=("name", "amount", "every", "first_on"),
    choices={
        "kind": ("payroll", "tax", "rent", "loan", "other"),
        "every": ("once", "week", "month", "quarter"),
    },
)
PLAN = {"open_item_id": pl.Int64, "planned_on": pl.Date, "note": pl.String}
PIECES = ("100", "50", "20", "10", "5", "1", "0.5", "0.1")


class NotCashOnHand(Refusal):
    """{account} is no leaf account of cash that could be counted."""


class PiecesUnclear(Refusal):
    """Notes and coins are counted by their worth ({known}) in whole pieces, not {piece}: {count}."""


class CountMissing(Refusal):
    """A count of cash says how much lay there, or how many pieces of each kind."""


class OpenItemUnknown(Refusal):
    """There is no open item {first} ({count} such)."""


@verb("banking.cash.count")
def count(
    session: Session,
    *,
    on: date,
    account: str = "",
    counted: Decimal | str | int | None = None,
    pieces: dict[str, int] | None = None,
    witness: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Keep a count of the cash on hand at the end of a day beside what the books say of that day.

    counted: CNY, or pieces: how many of each note and coin ({"100": 12, "0.5": 3}). Returns counted, book, difference.
    """
    chosen = account or accounts.account_for(session, "cash")
    usable = accounts.chart(session).filter(pl.col("cash") & pl.col("leaf"))["code"]
    if chosen not in usable:
        raise NotCashOnHand(account=chosen)
    total = _total(counted, pieces or {})
    book = session.one(
        "select coalesce(sum(l.debit - l.credit), 0) from core.voucher_line l join core.voucher v using (voucher_id)"
        " where l.account = $account and v.voucher_on <= $day",
        account=chosen,
        day=on,
    )[0]
    row = {
        "count_id": session.take_ids("cash_count", "count_id", 1), "account": chosen, "counted_on": on,
        "counted": total, "book": money(book), "witness": witness, "note": note, "counted_by": session.actor.login,
        "pieces": ", ".join(f"{worth} x {number}" for worth, number in (pieces or {}).items()),
        "act_id": session.act_id,
    }  # fmt: skip
    session.insert("cash_count", pl.DataFrame([row], schema_overrides={"counted": MONEY, "book": MONEY}))
    return {"counted": str(total), "book": str(money(book)), "difference": str(total - money(book))}


def _total(counted: Decimal | str | int | None, pieces: dict[str, int]) -> Decimal:
    if counted is None and not pieces:
        raise CountMissing
    for piece, number in pieces.items():
        if piece not in PIECES or not isinstance(number, int) or number < 0:
            raise PiecesUnclear(known=", ".join(PIECES), piece=piece, count=number)
    laid = money(sum((Decimal(piece) * number for piece, number in pieces.items()), Decimal(0)))
    if counted is None:
        return laid
    told = given.documents({"counted": counted}, {"counted": MONEY}, ("counted",))["counted"][0]
    if told < 0 or (pieces and laid != told):
        raise PiecesUnclear(known=", ".join(PIECES), piece=str(told), count=str(laid))
    return told


@verb("banking.recurring.save")
def save_recurring(session: Session, *, items: saving.Given) -> dict[str, Any]:
    """Say what comes round in the forecast of cash: wages, taxes, rent, loans.

    items: code, name, kind (payroll | tax | rent | loan | other), amount (CNY, positive in, negative out), every (once
    | week | month | quarter), first_on, last_on, active.
    """
    frame = saving.complete(session, RECURRING, items)
    bad = frame.filter(pl.col("last_on") < pl.col("first_on"))
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise refusals.EndsBeforeStart(code=row["code"], valid_from=row["first_on"], valid_to=row["last_on"])
    return saving.write(session, RECURRING, frame)


@verb("banking.plan.save")
def save_plan(session: Session, *, plan: given.Given) -> dict[str, Any]:
    """Plan when money for open items comes or goes: open_item_id, planned_on (empty: as due again), note."""
    frame = given.documents(plan, PLAN, ("open_item_id",)).drop("key")
    ids = frame["open_item_id"].unique().to_list()
    known = {one for (one,) in session.rows(
        "select open_item_id from core.open_item where list_contains($ids, open_item_id)", ids=ids
    )}  # fmt: skip
    lost = sorted(set(ids) - known)
    if lost:
        raise OpenItemUnknown(**first_and_count(lost))
    lifted = frame.filter(pl.col("planned_on").is_null())["open_item_id"].to_list()
    session.execute("delete from core.cash_plan where list_contains($ids, open_item_id)", ids=lifted)
    kept = frame.filter(pl.col("planned_on").is_not_null()).with_columns(pl.col("note").fill_null(""))
    session.upsert("cash_plan", kept.unique("open_item_id", keep="last"), ("open_item_id",))
    return {"planned": kept.height, "lifted": len(lifted)}
