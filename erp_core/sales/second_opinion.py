"""What the rules of approval want to know of a sales order, and what follows when its chain has ended."""

from __future__ import annotations

import polars as pl

from erp_core.approval import chains, rules
from erp_core.approval.orders import follow, known_parties
from erp_core.foundation import documents as papers
from erp_core.foundation.session import Session
from erp_core.sales.orders import LIFECYCLE

SUBJECT = LIFECYCLE.kind
_OWED = """
    select b.party, sum(b.debit - b.credit) as owed from core.account_balance b
    where b.account in (
        select up.account from rpt.account_ancestor up
        join core.account_role r on r.account = up.ancestor where r.role = 'receivable')
      and list_contains($parties, b.party)
    group by b.party
"""
_ORDERED = """
    select o.party, cast(sum(cast(l.gross as double) * cast(o.outstanding as double) / cast(l.quantity as double))
                         as decimal(18, 2)) as ordered
    from core.order_line o join core.document_line l on l.document_id = o.document_id and l.line = o.line
    where o.kind = 'sales_order' and o.outstanding > 0 and list_contains($parties, o.party) group by o.party
"""

follow(LIFECYCLE)


def ask(session: Session, heads: pl.DataFrame) -> None:
    """Put submitted orders before the chains that the rules ask for; with no rule in force this costs nothing."""
    if rules.active(session, SUBJECT).is_empty():
        return
    told = facts(session, heads)
    if "revision" in heads.columns:
        told = told.join(heads.select("number", "revision"), on="number")
    chains.begin(session, SUBJECT, told)


def facts(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    """number, amount (gross), discount (largest of the lines, percent), below_floor, over_credit, new_party.

    Over credit: receivables, approved orders not yet delivered and this order together exceed the party's limit.
    """
    parties = heads["party"].unique().to_list()
    found = (
        heads.select("document_id", "number", "party", amount="gross")
        .join(_prices(session, heads), on="document_id")
        .sort("document_id")
    )
    limits = session.reference("party").select(party="code", limit="credit_limit")
    owed = session.frame(_OWED, parties=parties)
    ordered = session.frame(_ORDERED, parties=parties)
    known = known_parties(session, SUBJECT, heads)
    # Orders of one set are looked at in turn: each finds those before it.
    together = pl.col("amount").cum_sum().over("party") + pl.col("owed").fill_null(0) + pl.col("ordered").fill_null(0)
    return (
        found.join(limits, on="party", how="left")
        .join(owed, on="party", how="left")
        .join(ordered, on="party", how="left")
        .with_columns(
            over_credit=(together > pl.col("limit")).fill_null(value=False),
            new_party=~pl.col("party").is_in(known.implode()),
        )
        .select("number", "amount", "discount", "below_floor", "over_credit", "new_party")
    )


def _prices(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    floors = session.reference("item").select(item="code", floor="floor_price")
    lines = papers.lines_of(session, heads["document_id"]).join(floors, on="item", how="left")
    listed = pl.when(pl.col("list_price") > 0).then("list_price")
    off = (pl.col("list_price") - pl.col("unit_price")) * 100 / listed
    return lines.group_by("document_id").agg(
        discount=off.max().round(4).cast(pl.Decimal(18, 4)).fill_null(0),
        below_floor=(pl.col("unit_price") < pl.col("floor")).fill_null(value=False).any(),
    )
