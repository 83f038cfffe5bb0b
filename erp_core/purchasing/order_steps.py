"""The steps of purchasing orders: handed in, approved or returned, revised, closed, and back."""

from __future__ import annotations

from typing import Any

from erp_core.approval import chains
from erp_core.approval.orders import revise as revise_order
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.purchasing import orders, second_opinion
from erp_core.purchasing.orders import LIFECYCLE


@verb("purchasing.order.submit")
def submit(session: Session, *, numbers: list[str] | str) -> dict[str, Any]:
    """Hand drafts in for approval; where a rule asks for it, before the chain of people who must agree."""
    heads = papers.step(session, LIFECYCLE, numbers, "submit")
    second_opinion.ask(session, heads)
    return {"count": heads.height}


@verb("purchasing.order.approve")
def approve(session: Session, *, numbers: list[str] | str, reason: str = "") -> dict[str, Any]:
    """Approve submitted orders: from now on their open quantities are expected. A chain is not passed over."""
    chains.refuse_pending(session, LIFECYCLE.kind, numbers)
    return {"count": papers.step(session, LIFECYCLE, numbers, "approve", reason).height}


@verb("purchasing.order.return", reason=True)
def hand_back(session: Session, *, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Give submitted orders back to their author with a comment."""
    heads = papers.step(session, LIFECYCLE, numbers, "return", reason)
    chains.close(session, LIFECYCLE.kind, numbers, "returned")
    return {"count": heads.height}


@verb("purchasing.order.revise", reason=True)
def revise(
    session: Session, *, number: str, version: int, reason: str, document: dict[str, Any], lines: given.Given
) -> dict[str, Any]:
    """Change an order in place: its number stays, its former state stays readable, and its approval begins again.

    version: as it was looked at; document: what changes in the header; lines: all lines anew, each with its line number
    where it was there before. Returns the differences field by field.
    """
    asked = {"number": number, "version": version, "reason": reason, "document": document, "lines": lines}
    return revise_order(session, LIFECYCLE, orders.reckoned, second_opinion.ask, **asked)


@verb("purchasing.order.cancel", reason=True)
def cancel(session: Session, *, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Cancel orders that are not approved yet; their numbers stay."""
    heads = papers.step(session, LIFECYCLE, numbers, "cancel", reason)
    chains.close(session, LIFECYCLE.kind, numbers, "withdrawn")
    return {"count": heads.height}


@verb("purchasing.order.close")
def close(session: Session, *, numbers: list[str] | str, reason: str = "") -> dict[str, Any]:
    """Close approved orders: what is still open is no longer expected."""
    return {"count": papers.step(session, LIFECYCLE, numbers, "close", reason).height}


@verb("purchasing.order.reopen", reason=True)
def reopen(session: Session, *, numbers: list[str] | str, reason: str) -> dict[str, Any]:
    """Open closed orders again."""
    return {"count": papers.step(session, LIFECYCLE, numbers, "reopen", reason).height}
