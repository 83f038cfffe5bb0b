"""Two cards of one partner or item made one: one stays with the better fields and what may move; undoable."""

from __future__ import annotations

import json
from typing import Any

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import items, merge_moves, parties, refusals

CLOSED = {"party": {"status": "blocked"}, "item": {"active": False}}


@verb("masters.party.merge", reason=True)
def merge_party(
    session: Session, *, code: str, into: str, fields: dict[str, Any] | None = None, reason: str = ""
) -> dict[str, Any]:
    """Merge one party into another: open items go along by a voucher, orders not begun, price rules and history too.

    What was posted under the old code stays there, new papers refuse it. fields: columns of core.party that the card
    that stays shall have. Returns code, into, merge (for the undo), changed, moved (counts and numbers; orders_left are
    begun already and stay).
    """
    return _merge(session, "party", code, into, dict(fields or {}), ("customer", "supplier"))


@verb("masters.item.merge", reason=True)
def merge_item(
    session: Session, *, code: str, into: str, fields: dict[str, Any] | None = None, reason: str = ""
) -> dict[str, Any]:
    """Merge one item into another of the same unit; refused while the one that goes holds stock.

    History and price rules go along. fields: columns of core.item that the card that stays shall have. Returns code,
    into, merge (for the undo), changed, moved.
    """
    units = dict(session.rows("select code, unit from core.item where code in ($code, $into)", code=code, into=into))
    if len(set(units.values())) > 1:
        raise refusals.UnitsDiffer(code=code, into=into, unit=units[code], other=units[into])
    return _merge(session, "item", code, into, dict(fields or {}), ())


@verb("masters.party.unmerge", reason=True)
def unmerge_party(session: Session, *, merge: str, reason: str = "") -> dict[str, Any]:
    """Take a merge of parties back by its number: both cards are as they were, if nobody changed them since."""
    return _unmerge(session, "party", merge)


@verb("masters.item.unmerge", reason=True)
def unmerge_item(session: Session, *, merge: str, reason: str = "") -> dict[str, Any]:
    """Take a merge of items back by its number: both cards are as they were, if nobody changed them since."""
    return _unmerge(session, "item", merge)


def _merge(
    session: Session, kind: str, code: str, into: str, fields: dict[str, Any], flags: tuple[str, ...]
) -> dict[str, Any]:
    if code == into:
        raise refusals.MergedIntoItself(code=code)
    before = {each: _card(session, kind, each) for each in (code, into)}
    names = [name for name in fields if name in before[into] and name != "code"]
    taken = {name: fields[name] for name in names}
    # A partner that bought under one card and sold under the other does both under the one that stays.
    taken |= {flag: before[code][flag] or before[into][flag] for flag in flags}
    _save(session, kind, [{"code": into} | taken, {"code": code} | CLOSED[kind]])
    after = {each: _card(session, kind, each) for each in (code, into)}
    changed = {
        each: {
            name: [before[each][name], after[each][name]]
            for name in after[each]
            if before[each][name] != after[each][name]
        }
        for each in (code, into)
    }
    moved = merge_moves.move(session, kind, code, into)
    return {"code": code, "into": into, "merge": f"M{session.act_id}", "changed": changed, "moved": moved}


def _unmerge(session: Session, kind: str, merge: str) -> dict[str, Any]:
    number = merge.removeprefix("M")
    found = session.one(
        "select result from core.act where act_id = try_cast($number as bigint) and verb = $verb and outcome = 'done'",
        number=number, verb=f"masters.{kind}.merge",
    )  # fmt: skip
    if found is None:
        raise refusals.MergeUnknown(merge=merge)
    done = json.loads(found[0])
    changed = done["changed"]
    if session.one(
        "select 1 from core.merged_code where act_id = $act and code = $code and into_code <> ''"
        " and exists (select 1 from core.merged_code u where u.kind = $kind and u.code = $code"
        " and u.act_id > $act)",
        act=int(number),
        code=done["code"],
        kind=kind,
    ):
        raise refusals.MergeUndone(merge=merge)
    rows = []
    for code, fields in changed.items():
        now = _card(session, kind, code)
        for name, (_, after) in fields.items():
            if now[name] != after:
                raise refusals.MergedCardChanged(merge=merge, code=code, field=name)
        rows.append({"code": code} | {name: before for name, (before, _) in fields.items()})
    _save(session, kind, [row for row in rows if len(row) > 1])
    merge_moves.move_back(session, kind, done["code"], done["into"], int(number), done.get("moved", {}))
    return {"merge": merge, "cards": sorted(changed)}


def _card(session: Session, kind: str, code: str) -> dict[str, Any]:
    """One card in plain values that outlast the log of acts."""
    frame = session.frame(f"select * from core.{kind} where code = $code", code=code)
    if frame.is_empty():
        raise refusals.UnknownCode(row=1, code=code, what=kind, value=code, count=1)
    card = frame.row(0, named=True)
    return {
        name: value if isinstance(value, (str, bool, int, type(None))) else str(value) for name, value in card.items()
    }


def _save(session: Session, kind: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if kind == "party":
            parties.save(session, parties=row)
        else:
            items.save(session, items=row)
