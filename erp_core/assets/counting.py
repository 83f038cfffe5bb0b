"""Counts of assets: a list of what should be there, what was found, and the vouchers of surplus and loss by 1901."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from erp_core.assets import acquiring, booking, cards, disposing, refusals, standing
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, periods
from erp_core.masters import order_lines

LIFECYCLE = papers.Lifecycle(
    "asset_count", "draft", (("close", "draft", papers.POSTED), ("cancel", "draft", "cancelled"))
)
MARK = {
    "asset": pl.String,
    "found": pl.Boolean,
    **dict.fromkeys(("location", "custodian", "note"), pl.String),
}
_WANTED = """
    select a.asset, a.location, a.custodian from core.asset a join core.asset_user u on u.asset = a.asset
    where a.status = 'in_use' and a.kind = 'fixed' and a.started_on <= $day
      and ($category = '' or a.category = $category) and ($department = '' or u.department = $department)
      and ($location = '' or a.location = $location)
    order by a.asset
"""
_MARKED = """
    with last_mark as (
        select asset, found, location, custodian, note from core.asset_count_mark where document_id = $document
        qualify row_number() over (partition by asset order by mark_id desc) = 1
    )
    select l.asset, m.found, m.location, m.custodian, m.note
    from core.asset_count_line l left join last_mark m on m.asset = l.asset
    where l.document_id = $document order by l.asset
"""


@verb("assets.count.open")
def open_count(
    session: Session, *, counted_on: date, category: str = "", department: str = "", location: str = "", note: str = ""
) -> dict[str, Any]:
    """Draw up the list of fixed assets that should be there: all in use, or those of a category, department or place.

    Returns the number of the list and how many cards stand on it.
    """
    scope = {"category": category, "department": department, "location": location}
    heads = given.documents(
        {"document_on": counted_on, "department": department, "note": note, "reference": location},
        {name: papers.HEADER[name] for name in ("document_on", "department", "note", "reference")},
        ("document_on",),
    )
    order_lines.refuse_unknown_places(session, heads)
    found = session.frame(_WANTED, day=heads["document_on"][0], **scope)
    if found.is_empty():
        raise refusals.CountListEmpty(**scope)
    heads, _ = papers.write(session, LIFECYCLE, heads, None)
    act, document = pl.lit(session.act_id, pl.Int64), pl.lit(heads["document_id"][0], pl.Int64)
    session.insert("asset_count_line", found.with_columns(act_id=act, document_id=document))
    return {"number": heads["number"][0], "count": found.height}


@verb("assets.count.mark")
def mark(session: Session, *, number: str, marks: given.Given) -> dict[str, Any]:
    """Write down what was found of the cards on a list; the last mark of a card counts.

    marks: asset, found (true or false), location, custodian (where they differ), note.
    """
    head = _open_list(session, number)
    frame = given.documents(marks, MARK, ("asset", "found")).with_columns(
        pl.col("location", "custodian", "note").fill_null("")
    )
    order_lines.refuse_unknown_places(session, frame.rename({"custodian": "employee"}))
    listed = session.frame("select asset from core.asset_count_line where document_id = $id", id=head["document_id"])
    lost = frame.join(listed, on="asset", how="anti")
    if not lost.is_empty():
        raise refusals.NotOnTheList(number=number, **first_and_count(lost["asset"].to_list()))
    first = session.take_ids("asset_count_mark", "mark_id", frame.height)
    numbered = frame.drop("key").with_columns(
        mark_id=pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True),
        document_id=pl.lit(head["document_id"], pl.Int64),
        act_id=pl.lit(session.act_id, pl.Int64),
    )
    session.insert("asset_count_mark", numbered)
    return {"count": frame.height}


def _open_list(session: Session, number: str) -> dict[str, Any]:
    head = papers.find(session, LIFECYCLE.kind, number).row(0, named=True)
    if head["status"] != "draft":
        raise papers.IllegalStep(first=number, status=head["status"], action="mark", count=1, allowed="-")
    return head


@verb("assets.count.cancel", reason=True)
def cancel(session: Session, *, number: str, reason: str) -> dict[str, Any]:
    """Give a list up; its number stays and nothing is booked."""
    return {"count": papers.step(session, LIFECYCLE, number, "cancel", reason).height}


@verb("assets.count.close", reason=True)
def close(
    session: Session, *, number: str, reason: str, surplus: given.Given | None = None, on: date | None = None
) -> dict[str, Any]:
    """End a count: cards that are missing leave the books by 1901, what was found without a card gets one.

    Every card of the list must be marked. on: the day it is booked (default: the day of the count). surplus: name,
    category, started_on, value (what a like asset in its state is worth), department, location and the other columns of
    a card. Closing is the decision 1901 waits for, so it is emptied at once: to gains and losses under 小企业会计准则;
    what was found counts as an error of earlier years (6901) under 企业会计准则 (第4号应用指南). Places and custodians
    that were found otherwise are put right on the cards. Returns counts of found, missing and surplus, and vouchers.
    """
    head = _open_list(session, number)
    marked = session.frame(_MARKED, document=head["document_id"])
    waiting = marked.filter(pl.col("found").is_null())
    if not waiting.is_empty():
        raise refusals.CountUnfinished(number=number, **first_and_count(waiting["asset"].to_list()))
    day = on or head["document_on"]
    periods.require_open(session, pl.Series([day], dtype=pl.Date))
    found, missing = marked.filter("found"), marked.filter(~pl.col("found"))
    vouchers = _missing(session, missing, day, reason)
    gained = _surplus(session, surplus, day) if surplus is not None else {"count": 0, "vouchers": {}, "numbers": {}}
    _put_right(session, found)
    papers.step(session, LIFECYCLE, number, "close", reason)
    counts = {"found": found.height, "missing": missing.height, "surplus": gained["count"]}
    return counts | {"vouchers": vouchers | gained["vouchers"], "cards": list(gained["numbers"].values())}


def _missing(session: Session, missing: pl.DataFrame, day: date, reason: str) -> dict[str, str]:
    if missing.is_empty():
        return {}
    acts = missing.select("asset", happened_on=pl.lit(day))
    held = standing.before(session, acts, "count")
    pending, loss = (accounts.account_for(session, role) for role in ("stock_pending", "asset_missing"))
    heads, lines = [], []
    for asset in missing["asset"]:
        one = held[asset]
        gone = disposing.remove(session, one, day, "dispose", reason)
        key = cards.event_key(asset, gone.event_id)
        bears = {name: one.shares[0][name] for name in ("department", "project")}
        heads.append(booking.head(key, asset, one.card["name"], day, "missing"))
        lines += disposing.removed_lines(key, one.card, gone, pending)
        lines += [
            booking.line(key, loss, debit=gone.carrying, **bears),
            booking.line(key, pending, credit=gone.carrying),
        ]
    posted = booking.post(session, heads, lines)
    return {head["number"]: posted[head["key"]] for head in heads if head["key"] in posted}


def _surplus(session: Session, surplus: given.Given, day: date) -> dict[str, Any]:
    heads, users = cards.complete(session, surplus, None, {"tax": MONEY}, ("value",))
    heads = heads.with_columns(origin=pl.lit("count"), acquired_on=pl.lit(day))
    pending, found = (accounts.account_for(session, role) for role in ("stock_pending", "asset_found"))
    against = []
    for row in heads.iter_rows(named=True):
        value, key = row["value"], row["asset"]
        against += [
            booking.line(key, pending, credit=value),
            booking.line(key, pending, debit=value),
            booking.line(key, found, credit=value),
        ]
    return acquiring.bring_in(session, heads, users, against, "found")


def _put_right(session: Session, found: pl.DataFrame) -> None:
    for row in found.filter((pl.col("location") != "") | (pl.col("custodian") != "")).iter_rows(named=True):
        new = {name: row[name] for name in ("location", "custodian") if row[name]}
        puts = ", ".join(f"{name} = ${name}" for name in new)
        session.execute(f"update core.asset set {puts} where asset = $asset", asset=row["asset"], **new)
