"""What the rules of approval want to know of a purchase order, and what follows when its chain has ended."""

from __future__ import annotations

import polars as pl

from erp_core.approval import chains, rules
from erp_core.approval.orders import follow, known_parties
from erp_core.foundation.session import Session
from erp_core.purchasing.orders import LIFECYCLE

SUBJECT = LIFECYCLE.kind

follow(LIFECYCLE)


def ask(session: Session, heads: pl.DataFrame) -> None:
    """Put submitted orders before the chains that the rules ask for; with no rule in force this costs nothing."""
    if rules.active(session, SUBJECT).is_empty():
        return
    known = known_parties(session, SUBJECT, heads)
    told = heads.select(
        pl.col("number", "^revision$"), amount="gross", new_party=~pl.col("party").is_in(known.implode())
    )
    chains.begin(session, SUBJECT, told)
