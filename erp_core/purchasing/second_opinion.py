"""What the rules of approval want to know of a purchase order, and what follows when its chain has ended."""

from __future__ import annotations

import polars as pl

from erp_core.approval import chains, rules
from erp_core.foundation import documents as papers
from erp_core.foundation.session import Session
from erp_core.purchasing.orders import LIFECYCLE

SUBJECT = "purchase_order"
_KNOWN = """
    select distinct party from core.document
    where kind = 'purchase_order' and status in ('approved', 'closed') and list_contains($parties, party)
      and not list_contains($ids, document_id)
"""


def ask(session: Session, heads: pl.DataFrame) -> None:
    """Put submitted orders before the chains that the rules ask for; with no rule in force this costs nothing."""
    if rules.active(session, SUBJECT).is_empty():
        return
    parties, ids = heads["party"].unique().to_list(), heads["document_id"].to_list()
    known = session.frame(_KNOWN, parties=parties, ids=ids)
    told = heads.select(
        pl.col("number", "^revision$"), amount="gross", new_party=~pl.col("party").is_in(known["party"].implode())
    )
    chains.begin(session, SUBJECT, told)


@chains.ends(SUBJECT, "approved")
def _approved(session: Session, number: str, comment: str) -> None:
    papers.step(session, LIFECYCLE, number, "approve", comment)


@chains.ends(SUBJECT, "returned")
def _returned(session: Session, number: str, comment: str) -> None:
    papers.step(session, LIFECYCLE, number, "return", comment)
