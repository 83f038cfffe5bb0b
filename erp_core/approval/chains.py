"""Chains of people who must agree: begun when a paper is handed in, moved on by decisions, ended with the paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import polars as pl

from erp_core.approval import rules
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.session import Session

# What a department does when a chain has ended: (session, number, comment). Departments stand above and sign in here.
Ending = Callable[[Session, str, str], Any]
ENDINGS: dict[tuple[str, str], Ending] = {}


class ApprovalPending(Refusal):
    """{first} waits for {waiting} to agree ({count} such); it cannot be approved past them."""


def ends(subject: str, outcome: str) -> Callable[[Ending], Ending]:
    """Register what follows when the chain of a subject ends 'approved' or 'returned'."""

    def register(function: Ending) -> Ending:
        ENDINGS[subject, outcome] = function
        return function

    return register


def begin(session: Session, subject: str, papers: pl.DataFrame) -> list[str]:
    """Put papers before the chains that the rules ask for; returns the numbers that now wait.

    papers: number, revision (optional), and the facts the rules look at.
    """
    hits = rules.matching(session, subject, papers)
    if hits.is_empty():
        return []
    close(session, subject, hits["number"].unique().to_list(), "withdrawn")
    chain = rules.chains(session, hits)
    numbers = hits["number"].unique(maintain_order=True).to_list()
    first = session.take_ids("approval", "approval_id", len(numbers))
    ids = dict(zip(numbers, range(first, first + len(numbers)), strict=True))
    revisions = dict(papers.select("number", "revision").rows()) if "revision" in papers.columns else {}
    heads = [
        {
            "approval_id": ids[number],
            "subject": subject,
            "number": number,
            "revision": revisions.get(number, 0),
            "status": "open",
            "facts": json.dumps(found.drop("number").to_dicts(), ensure_ascii=False),
            "requested_by": session.actor.login,
            "requested_at": session.now,
            "act_id": session.act_id,
        }
        for (number,), found in hits.group_by("number", maintain_order=True)
    ]
    session.insert("approval", pl.DataFrame(heads).with_columns(pl.col("revision").cast(pl.Int32)))
    _insert_tasks(session, ids, chain)
    note(session, [(number_id, "requested", 0, "", "") for number_id in ids.values()])
    return numbers


def _insert_tasks(session: Session, ids: dict[str, int], chain: pl.DataFrame) -> None:
    is_first = pl.col("step") == pl.col("step").min().over("number")
    hours = pl.duration(hours=pl.col("escalate_hours"))
    tasks = chain.with_columns(
        approval_id=pl.col("number").replace_strict(ids, return_dtype=pl.Int64),
        status=pl.when(is_first).then(pl.lit("open")).otherwise(pl.lit("waiting")),
        opened_at=pl.when(is_first).then(pl.lit(session.now)),
        due_at=pl.when(is_first & (pl.col("escalate_hours") > 0)).then(pl.lit(session.now) + hours),
    ).drop("number")
    session.insert("approval_task", tasks)


def note(session: Session, events: list[tuple[int, str, int, str, str]]) -> None:
    """Write down what happened to chains: approval, action, step, role, comment."""
    rows = [
        {"approval_id": one, "action": action, "step": step, "role": role, "comment": comment}
        for one, action, step, role, comment in events
    ]
    about = {"act_id": session.act_id, "happened_at": session.now, "actor": session.actor.login}
    session.insert("approval_event", pl.DataFrame([about | row for row in rows]))


def refuse_pending(session: Session, subject: str, numbers: list[str] | str) -> None:
    """Refuse the first paper whose chain has not agreed yet, naming who must."""
    if session.reference("approval_rule").is_empty():
        return
    listed = [numbers] if isinstance(numbers, str) else list(numbers)
    waiting = session.rows(
        "select a.number, string_agg(coalesce(nullif(t.holder, ''), t.role), ', ' order by t.role)"
        " from core.approval a join core.approval_task t on t.approval_id = a.approval_id and t.status = 'open'"
        " where a.subject = $subject and a.status = 'open' and list_contains($numbers, a.number)"
        " group by a.number order by a.number",
        subject=subject,
        numbers=[str(number) for number in listed],
    )
    if waiting:
        raise ApprovalPending(waiting=waiting[0][1], **first_and_count([number for number, _ in waiting]))


def close(session: Session, subject: str, numbers: list[str] | str, status: str) -> None:
    """End the open chains of papers that were taken back or given up."""
    if session.reference("approval_rule").is_empty():
        return
    listed = [numbers] if isinstance(numbers, str) else [str(number) for number in numbers]
    rows = session.rows(
        "select approval_id from core.approval where subject = $subject and status = 'open'"
        " and list_contains($numbers, number) order by approval_id",
        subject=subject,
        numbers=listed,
    )
    if rows:
        finish(session, [approval_id for (approval_id,) in rows], status)
        note(session, [(approval_id, status, 0, "", "") for (approval_id,) in rows])


def finish(session: Session, approvals: list[int], status: str) -> None:
    """Give chains their end; tasks nobody decided are put aside."""
    left = {"approved": "skipped", "returned": "skipped", "withdrawn": "withdrawn"}[status]
    session.execute(
        "update core.approval_task set status = $left"
        " where list_contains($ids, approval_id) and status in ('open', 'waiting')",
        left=left,
        ids=approvals,
    )
    session.execute(
        "update core.approval set status = $status where list_contains($ids, approval_id)",
        status=status,
        ids=approvals,
    )


def _agreed(tasks: pl.DataFrame) -> bool:
    """Whether a step is done: who must has agreed, and of each rule's alternatives one has."""
    # A skipped task went up to another role, whose task now stands for it.
    if tasks.filter((pl.col("mode") == "all") & ~pl.col("status").is_in(["approved", "skipped"])).height:
        return False
    asked = tasks.filter(pl.col("alternatives").list.len() > 0).explode("alternatives")
    return set(asked["alternatives"]) <= set(asked.filter(pl.col("status") == "approved")["alternatives"])


def advance(session: Session, approval_id: int, step: int) -> bool:
    """Open the next step if this one has agreed; returns whether the whole chain has."""
    tasks = session.frame(
        "select * from core.approval_task where approval_id = $id order by step, role", id=approval_id
    )
    if not _agreed(tasks.filter(pl.col("step") == step)):
        return False
    session.execute(
        "update core.approval_task set status = 'skipped' where approval_id = $id and step = $step and status = 'open'",
        id=approval_id,
        step=step,
    )
    later = tasks.filter(pl.col("step") > step)
    if later.is_empty():
        return True
    for row in later.filter(pl.col("step") == pl.col("step").min()).to_dicts():
        hours = row["escalate_hours"]
        session.execute(
            "update core.approval_task set status = 'open', opened_at = $now, due_at = $due"
            " where approval_id = $id and step = $step and role = $role",
            now=session.now,
            due=session.now + timedelta(hours=hours) if hours else None,
            id=approval_id,
            step=row["step"],
            role=row["role"],
        )
    return False
