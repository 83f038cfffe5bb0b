"""The steps of expense claims: handed in, taken back, approved or returned, given up."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.approval import chains, rules
from erp_core.approval.orders import follow
from erp_core.claims import invoices, policy, writing
from erp_core.claims.writing import LIFECYCLE
from erp_core.foundation import documents as papers
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb


class OwnClaim(Refusal):
    """{actor} spent or wrote {first} and does not approve it as well ({count} such)."""


@verb("claims.claim.submit")
def submit(session: Session, *, numbers: list[str] | str) -> dict[str, Any]:
    """Hand claims in; the policy looks at them once more, and where a rule asks for it they go before its chain."""
    heads = papers.step(session, LIFECYCLE, numbers, "submit")
    lines = writing.current(session, heads["document_id"])
    judged = writing.judged(session, lines, heads["document_id"].to_list())
    policy.refuse_over(judged, somebody_agrees=writing.somebody_agrees(session))
    said = ("limit_amount", "over_amount", "action")
    if not judged.select(said).equals(lines.select(said)):
        writing.keep(session, judged)
    ask(session, LIFECYCLE.kind, heads, judged.filter(pl.col("over_amount") > 0)["document_id"])
    return {"count": heads.height, "warnings": writing.warnings(judged)}


def ask(session: Session, subject: str, heads: pl.DataFrame, over: pl.Series | None = None) -> None:
    """Put submitted papers before the chains that the rules ask for: facts amount and over_limit."""
    if rules.active(session, subject).is_empty():
        return
    beyond = pl.Series([], dtype=pl.Int64) if over is None else over
    facts = heads.select("number", amount="gross", over_limit=pl.col("document_id").is_in(beyond.implode()))
    chains.begin(session, subject, facts)


@verb("claims.claim.withdraw")
def withdraw(session: Session, *, numbers: list[str] | str, reason: str = "") -> dict[str, Any]:
    """Take claims back before anybody has agreed; they are drafts again."""
    return take_back(session, LIFECYCLE, numbers, "withdraw", reason)


@verb("claims.claim.return", reason=True)
def hand_back(session: Session, *, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Give claims that are handed in, or approved and unpaid, back to their author with a comment."""
    return take_back(session, LIFECYCLE, numbers, "return", reason)


@verb("claims.claim.approve")
def approve(session: Session, *, numbers: list[str] | str, reason: str = "") -> dict[str, Any]:
    """Approve claims that were handed in; no chain is passed over, and nobody approves what he spent himself."""
    return agree(session, LIFECYCLE, numbers, reason)


@verb("claims.claim.cancel", reason=True)
def cancel(session: Session, *, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Give drafts up: their numbers stay, their invoices are free again."""
    heads = papers.step(session, LIFECYCLE, numbers, "cancel", reason)
    return {"count": heads.height, "freed": invoices.free(session, heads["document_id"].to_list(), "cancelled")}


def take_back(
    session: Session, life: papers.Lifecycle, numbers: list[str] | str, action: str, reason: str
) -> dict[str, Any]:
    """Make papers drafts again and end their chains."""
    heads = papers.step(session, life, numbers, action, reason)
    chains.close(session, life.kind, numbers, "withdrawn" if action == "withdraw" else "returned")
    return {"count": heads.height}


def agree(session: Session, life: papers.Lifecycle, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Approve papers past which no chain stands open and which are not the actor's own."""
    chains.refuse_pending(session, life.kind, numbers)
    refuse_own(session, life.kind, numbers)
    return {"count": papers.step(session, life, numbers, "approve", reason).height}


def refuse_own(session: Session, kind: str, numbers: list[str] | str) -> None:
    """Refuse a person who approves what is his own, unless the company lets whoever asks decide."""
    if session.parameter("approval.self_decision") == "true":
        return
    heads, own = papers.find(session, kind, numbers), writing.own_employee(session)
    mine = (pl.col("made_by") == session.actor.login) | ((pl.col("employee") == own) & pl.lit(own != ""))
    bad = heads.filter(mine)
    if not bad.is_empty():
        raise OwnClaim(actor=session.actor.login, first=bad["number"][0], count=bad.height)


def follow_chain(life: papers.Lifecycle) -> None:
    """Let papers of a lifecycle follow their chains: approved, returned, or taken back by who asked."""
    follow(life)

    @chains.ends(life.kind, "approved")
    def approved(session: Session, number: str, comment: str) -> None:
        refuse_own(session, life.kind, number)
        papers.step(session, life, number, "approve", comment)

    @chains.ends(life.kind, "withdrawn")
    def withdrawn(session: Session, number: str, comment: str) -> None:
        papers.step(session, life, number, "withdraw", comment)


follow_chain(LIFECYCLE)
