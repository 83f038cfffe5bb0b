"""What orders of both sides share before a chain: being revised in place, what follows its end, who is new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from erp_core.approval import chains, revisions
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.session import Session

Reckon = Callable[[Session, given.Given, given.Given], tuple[pl.DataFrame, pl.DataFrame]]
Ask = Callable[[Session, pl.DataFrame], None]

_HEAD = ("document_on", "due_on", "party", "warehouse", "department", "employee", "project", "reference", "note")
_KNOWN = """
    select distinct party from core.document
    where kind = $kind and status in ('approved', 'closed') and list_contains($parties, party)
      and not list_contains($ids, document_id)
"""


def follow(life: papers.Lifecycle) -> None:
    """Let orders of a lifecycle be approved when their chain has agreed, and go back to draft when it returned them."""

    @chains.ends(life.kind, "approved")
    def approved(session: Session, number: str, comment: str) -> None:
        papers.step(session, life, number, "approve", comment)

    @chains.ends(life.kind, "returned")
    def returned(session: Session, number: str, comment: str) -> None:
        papers.step(session, life, number, "return", comment)


def known_parties(session: Session, kind: str, heads: pl.DataFrame) -> pl.Series:
    """The parties among those of some orders with whom an order was approved before."""
    parties, ids = heads["party"].unique().to_list(), heads["document_id"].to_list()
    return session.frame(_KNOWN, kind=kind, parties=parties, ids=ids)["party"]


def revise(
    session: Session,
    life: papers.Lifecycle,
    reckon: Reckon,
    ask: Ask,
    *,
    number: str,
    version: int,
    reason: str,
    document: dict[str, Any],
    lines: given.Given,
) -> dict[str, Any]:
    """Change an order in place: its number stays, its former state is kept, and its approval begins again.

    reckon: works header and lines out as placing would; ask: puts submitted orders before their chains. The rest is as
    the verbs say: version as it was looked at, what changes in the header, all lines anew. Returns number, revision,
    version and the differences field by field.
    """
    head = papers.find(session, life.kind, number).row(0, named=True)
    revisions.require_version(session, head, version)
    if document.get("party", head["party"]) != head["party"]:
        raise revisions.PartyKept(number=number, party=head["party"])
    kept = {name: head[name] for name in _HEAD if head[name] not in (None, "")}
    rows, numbers = revisions.numbered(lines)
    heads, body = reckon(session, kept | document, rows)
    body = body.with_columns(line=numbers)
    revision, differences = revisions.rewrite(session, life, head, heads, body, reason)
    papers.step(session, life, number, "revise", reason)
    chains.close(session, life.kind, number, "withdrawn")
    now = papers.find(session, life.kind, number)
    if now["status"][0] == "submitted":
        ask(session, now.with_columns(revision=pl.lit(revision, pl.Int32)))
    return {"number": number, "revision": revision, "version": now["version"][0], "differences": differences}
