"""Protected cards and settings: who changes one asks for it, a chain agrees, the system applies it by the same verb."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.approval import chains, rules
from erp_core.foundation import verbs
from erp_core.foundation.changes import WATCHED
from erp_core.foundation.errors import ChangeProtected, Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb


class ProtectionUnknown(Refusal):
    """{table} is no table of cards or settings whose changes are watched; those are: {known}."""


class ProtectionWithoutChain(Refusal):
    """No rule in force says who agrees to protected changes."""


@verb("approval.protection.save", reason=True)
def save(session: Session, *, table: str, field: str = "", active: bool = True, reason: str) -> dict[str, Any]:
    """Protect a field of a table of cards or settings, or the whole table with an empty field; or lift it again."""
    if table not in WATCHED:
        raise ProtectionUnknown(table=table, known=", ".join(sorted(WATCHED)))
    if active and rules.active(session, rules.CHANGE).is_empty():
        raise ProtectionWithoutChain
    session.upsert(
        "protection", pl.DataFrame([{"table_name": table, "field": field, "active": active}]), ("table_name", "field")
    )
    return {"table": table, "field": field, "active": active}


def request(
    session: Session,
    name: str,
    arguments: dict[str, Any],
    reason: str,
    stopped: ChangeProtected,
    key: str | None,
) -> dict[str, Any]:
    """What a verb does and returns whose change is protected: the act is kept as it was meant and put before the chain.

    It stands in the audit under the name of that verb, so whoever may not do the act may not ask for it either, and the
    same key asks once. No verb itself: what differs comes from an act that was tried, from nobody's hand.
    """
    with session.act(name, arguments, key=key, reason=reason) as act:
        if act.result is None:
            kept = json.dumps(arguments | {"reason": reason}, default=_tagged, ensure_ascii=False)
            act.result = _write(session, name, kept, _differences(stopped), reason or stopped.facts["table"])
    return act.result


def _differences(stopped: ChangeProtected) -> list[dict[str, Any]]:
    found = stopped.facts["differences"]
    if stopped.facts["table"] != "parameter":
        return found
    # A parameter's row ends in the number of the act that was taken back; it says nothing to who decides.
    return [row | {"row_key": row["row_key"].rpartition(" / ")[0]} for row in found]


def _write(
    session: Session, verb: str, arguments: str, differences: list[dict[str, Any]], reason: str
) -> dict[str, Any]:
    request_id = session.take_ids("change_request", "request_id", 1)
    row = {
        "request_id": request_id,
        "verb": verb,
        "arguments": arguments,
        "diff": json.dumps(differences, ensure_ascii=False),
        "reason": reason,
        "status": "open",
        "requested_by": session.actor.login,
        "requested_at": session.now,
        "act_id": session.act_id,
    }
    session.insert("change_request", pl.DataFrame([row]))
    if not chains.begin(session, rules.CHANGE, pl.DataFrame([{"number": str(request_id)}])):
        raise ProtectionWithoutChain
    return {"change_request": request_id, "status": "open", "differences": differences}


verbs.INSTEAD.append(request)


def _tagged(value: Any) -> Any:
    """Frames as rows, days and amounts so that they come back as what they were."""
    if isinstance(value, pl.DataFrame):
        return value.to_dicts()
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    raise TypeError(type(value).__name__)


def _untagged(found: dict[str, Any]) -> Any:
    if found.keys() == {"$date"}:
        return date.fromisoformat(found["$date"])
    if found.keys() == {"$decimal"}:
        return Decimal(found["$decimal"])
    return found


@chains.ends(rules.CHANGE, "approved")
def _apply(session: Session, number: str, comment: str) -> None:
    """Do the act that was asked for, inside the act of the last yes; the audit names both persons."""
    name, arguments = session.one(
        "select verb, arguments from core.change_request where request_id = $id", id=int(number)
    )
    # The verb runs inside this act; what it changes has been agreed to by somebody other than who asked.
    session.agreed = True
    verbs.VERBS[name].function(session, **json.loads(arguments, object_hook=_untagged))
    session.execute(
        "update core.change_request set status = 'applied', applied_act = $act where request_id = $id",
        act=session.act_id,
        id=int(number),
    )


@chains.ends(rules.CHANGE, "returned")
def _leave(session: Session, number: str, comment: str) -> None:
    session.execute("update core.change_request set status = 'returned' where request_id = $id", id=int(number))


@chains.ends(rules.CHANGE, "withdrawn")
def _give_up(session: Session, number: str, comment: str) -> None:
    session.execute("update core.change_request set status = 'withdrawn' where request_id = $id", id=int(number))
