"""What an act would do: everything it would write, read back inside the act and then rolled back whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl

from erp_core.foundation import last_checks
from erp_core.foundation.session import Session

_LINES = """
    select v.period, v.word || '-' || v.number as voucher, v.voucher_on, v.source_kind, v.source_number,
           l.line, l.summary, l.account, l.debit, l.credit, l.party, l.department, l.employee, l.project, l.item
    from core.voucher v join core.voucher_line l using (voucher_id)
    where v.act_id = $act order by v.voucher_id, l.line
"""
_VALUES = """
    select w.move_id, m.moved_on, m.kind as move_kind, m.item, m.quantity, w.kind, w.period, w.amount,
           coalesce(d.number, '') as document
    from core.stock_value w join core.stock_move m using (move_id)
    left join core.document d on d.document_id = m.document_id
    where w.act_id = $act order by m.item, m.moved_on, w.value_id
"""


@dataclass(frozen=True)
class Rehearsal:
    """The result an act would return, the voucher lines it would post, and the stock values it would write.

    values with kind 'difference' are the impact of a back-dated paper on moves that were there already (INV-08).
    """

    result: dict[str, Any]
    lines: pl.DataFrame
    values: pl.DataFrame

    def without_amounts(self) -> Rehearsal:
        """The same for eyes that may not read the ledger: no voucher lines, no amounts."""
        hidden = self.values.with_columns(amount=pl.lit(None, self.values.schema["amount"]))
        return Rehearsal(self.result, self.lines.clear(), hidden)

    @property
    def impact(self) -> pl.DataFrame:
        """What would change in the value of earlier moves: one row per move touched."""
        return self.values.filter(pl.col("kind") == "difference")


class _EnoughError(Exception):
    """The rehearsal is over; raised to take the act back."""


def rehearse(
    session: Session, verb: str, function: Callable[..., dict[str, Any]], arguments: dict[str, Any]
) -> Rehearsal:
    """Do an act with all its checks, read what it wrote, and roll it back. Raises the refusals of the act itself."""
    seen: list[Rehearsal] = []
    with suppress(_EnoughError), session.act(verb, arguments):
        result = function(session, **arguments)
        last_checks.run(session)
        act = session.act_id
        seen.append(Rehearsal(result, session.frame(_LINES, act=act), session.frame(_VALUES, act=act)))
        raise _EnoughError
    return seen[0]
