"""Deciding: by the holders of a task's role, their substitutes or whom it was handed on to; never by who asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from erp_core.approval import chains
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

DECISIONS = ("approve", "return")


class ApprovalUnknown(Refusal):
    """There is no open approval {approval}."""


class NotYourDecision(Refusal):
    """{actor} is not among those who decide on {subject} {number} now: {waiting}."""


class OwnRequest(Refusal):
    """{actor} asked for the approval of {number} and may not decide on it as well."""


class DecisionUnknown(Refusal):
    """{decision} is no decision; it is approve or return."""


class CommentMissing(Refusal):
    """Whoever returns {number} says why."""


class NotYourRequest(Refusal):
    """Only {requested_by} may withdraw the request for {number}."""


class NobodyThere(Refusal):
    """{login} is not a user who may act."""


class DelegationBackwards(Refusal):
    """The substitution ends on {to_on}, before it begins on {from_on}."""


@verb("approval.decide")
def decide(session: Session, *, approval_id: int, decision: str, comment: str = "") -> dict[str, Any]:
    """Agree to a paper or return it, as far as one's role goes; the last yes approves the paper itself.

    approval_id: of report approval_tasks; decision: approve or return (then with a comment). Everybody may call this;
    who may decide is written in the chain.
    """
    if decision not in DECISIONS:
        raise DecisionUnknown(decision=decision)
    head = _open(session, approval_id)
    if decision == "return" and not comment.strip():
        raise CommentMissing(number=head["number"])
    _refuse_own(session, head, session.actor.login)
    mine = _mine(session, head)
    status = {"approve": "approved", "return": "returned"}[decision]
    for task in mine:
        session.execute(
            "update core.approval_task set status = $status, decided_by = $who, decided_at = $now, comment = $comment"
            " where approval_id = $id and step = $step and role = $role",
            status=status,
            who=session.actor.login,
            now=session.now,
            comment=comment,
            id=approval_id,
            step=task["step"],
            role=task["role"],
        )
    chains.note(session, [(approval_id, status, task["step"], task["role"], comment) for task in mine])
    outcome = "returned" if decision == "return" else "open"
    if decision == "approve" and chains.advance(session, approval_id, mine[0]["step"]):
        outcome = "approved"
    if outcome != "open":
        chains.finish(session, [approval_id], outcome)
        chains.ENDINGS[head["subject"], outcome](session, head["number"], comment)
    return {"approval_id": approval_id, "number": head["number"], "outcome": outcome}


def _open(session: Session, approval_id: int) -> dict[str, Any]:
    rows = session.frame(
        "select * from core.approval where approval_id = $id and status = 'open'", id=approval_id
    ).to_dicts()
    if not rows:
        raise ApprovalUnknown(approval=approval_id)
    return rows[0]


def _may_decide_own(session: Session) -> bool:
    return session.parameter("approval.self_decision") == "true"


def _refuse_own(session: Session, head: dict[str, Any], login: str) -> None:
    if head["requested_by"] == login and not _may_decide_own(session):
        raise OwnRequest(actor=login, number=head["number"])


def _mine(session: Session, head: dict[str, Any]) -> list[dict[str, Any]]:
    """The open tasks that the actor may decide: by role, as a substitute today, or because they were handed on."""
    tasks = session.frame(
        "select * from core.approval_task where approval_id = $id and status = 'open' order by role",
        id=head["approval_id"],
    ).to_dicts()
    # Nobody's substitute decides on what that person asked for: it would be deciding for oneself by another hand.
    barred = "" if _may_decide_own(session) else head["requested_by"]
    logins = [login for login in _stands_for(session) if login != barred]
    held = session.frame("select login, role from core.user_role where list_contains($logins, login)", logins=logins)
    roles = set(held["role"].to_list())
    mine = [task for task in tasks if (task["holder"] in logins if task["holder"] else task["role"] in roles)]
    if not mine:
        waiting = ", ".join(task["holder"] or task["role"] for task in tasks)
        raise NotYourDecision(
            actor=session.actor.login, subject=head["subject"], number=head["number"], waiting=waiting
        )
    return mine


def _stands_for(session: Session) -> list[str]:
    rows = session.rows(
        "select distinct from_login from core.delegation where to_login = $me and $today between from_on and to_on",
        me=session.actor.login,
        today=session.today,
    )
    return [session.actor.login, *(login for (login,) in rows)]


@verb("approval.withdraw")
def withdraw(session: Session, *, approval_id: int, comment: str = "") -> dict[str, Any]:
    """Take one's own request back; the paper goes back to being a draft."""
    head = _open(session, approval_id)
    if head["requested_by"] != session.actor.login:
        raise NotYourRequest(requested_by=head["requested_by"], number=head["number"])
    chains.finish(session, [approval_id], "withdrawn")
    chains.note(session, [(approval_id, "withdrawn", 0, "", comment)])
    back = chains.ENDINGS[head["subject"], "returned"]
    chains.ENDINGS.get((head["subject"], "withdrawn"), back)(session, head["number"], comment or "withdrawn")
    return {"approval_id": approval_id, "number": head["number"], "outcome": "withdrawn"}


@verb("approval.delegate")
def delegate(
    session: Session,
    *,
    to: str,
    from_on: date | None = None,
    to_on: date | None = None,
    approval_id: int | None = None,
    comment: str = "",
) -> dict[str, Any]:
    """Let somebody decide in one's place: everything from a day to a day, or one task that is handed on."""
    _require_person(session, to)
    if approval_id is None:
        begins, ends = from_on or session.today, to_on or session.today
        if ends < begins:
            raise DelegationBackwards(from_on=begins, to_on=ends)
        row = {"from_login": session.actor.login, "to_login": to, "from_on": begins, "to_on": ends}
        session.insert("delegation", pl.DataFrame([row | {"act_id": session.act_id}]))
        return {"to": to, "from_on": str(begins), "to_on": str(ends)}
    head = _open(session, approval_id)
    # Whoever asked neither decides nor chooses who does.
    _refuse_own(session, head, to)
    _refuse_own(session, head, session.actor.login)
    for task in _mine(session, head):
        session.execute(
            "update core.approval_task set holder = $to where approval_id = $id and step = $step and role = $role",
            to=to,
            id=approval_id,
            step=task["step"],
            role=task["role"],
        )
        chains.note(session, [(approval_id, "delegated", task["step"], task["role"], f"{to} {comment}".strip())])
    return {"to": to, "approval_id": approval_id}


def _require_person(session: Session, login: str) -> None:
    people = session.reference("app_user").filter((pl.col("login") == login) & pl.col("active"))
    if people.is_empty():
        raise NobodyThere(login=login)


@verb("approval.escalate")
def escalate(session: Session) -> dict[str, Any]:
    """Hand every task that is overdue to the role named for that; run by the clock of the host, or by hand."""
    late = session.frame(
        "select * from core.approval_task where status = 'open' and due_at <= $now and escalate_to <> ''",
        now=session.now,
    ).to_dicts()
    gone_up = [task for task in late if _hand_up(session, task)]
    if gone_up:
        chains.note(session, [(t["approval_id"], "escalated", t["step"], t["role"], t["escalate_to"]) for t in gone_up])
    return {"count": len(gone_up)}


def _hand_up(session: Session, task: dict[str, Any]) -> bool:
    """Put a task aside for the role above it; where that role is done with the step, the task stays where it is."""
    at = {"id": task["approval_id"], "step": task["step"]}
    above = session.one(
        "select status from core.approval_task where approval_id = $id and step = $step and role = $role",
        role=task["escalate_to"],
        **at,
    )
    stays = above is not None and above[0] != "open"
    session.execute(
        "update core.approval_task set status = $status, due_at = null"
        " where approval_id = $id and step = $step and role = $role",
        status="open" if stays else "skipped",
        role=task["role"],
        **at,
    )
    if stays:
        return False
    asked = {"mode": task["mode"], "alternatives": task["alternatives"]}
    if above is None:
        row = {"approval_id": task["approval_id"], "step": task["step"], "role": task["escalate_to"], **asked}
        row |= {"status": "open", "opened_at": session.now}
        schema = {"step": pl.Int32, "alternatives": pl.List(pl.String)}
        session.insert("approval_task", pl.DataFrame([row], schema_overrides=schema))
        return True
    session.execute(
        "update core.approval_task set mode = case when $mode = 'all' then 'all' else mode end,"
        " alternatives = list_distinct(list_concat(alternatives, $alternatives::text[]))"
        " where approval_id = $id and step = $step and role = $role",
        role=task["escalate_to"],
        **at,
        **asked,
    )
    return True
