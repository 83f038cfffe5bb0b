"""Prove that 暂估应付账款 is exactly what has been received and not billed."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY
from pipelines.closing.month import ZERO, Month, Outcome, nothing

_OPEN = """
    select l.number as receipt, l.party, sum(p.amount) as amount
    from rpt.document_progress p join rpt.document_line l using (document_id, line)
    where p.step = 'unbilled' and p.amount <> 0 and strftime(l.document_on, '%Y-%m') <= $period
    group by all order by all
"""
# What is unbilled is known as of now only, so it is compared with the account as of now.
_TOTALS = """
    select (select coalesce(sum(credit - debit), 0) from rpt.balance where account = $account) as ledger,
           (select coalesce(sum(amount), 0) from rpt.document_progress where step = 'unbilled') as unbilled
"""


def read_estimates(books: Any, period: str, account: str) -> dict[str, pl.DataFrame]:
    """open: receipts of the month and before that still wait for a bill; totals: ledger and unbilled as of now."""
    return {
        "open": books.sql(_OPEN, period=period),
        "totals": books.sql(_TOTALS, account=account),
    }


def prove(month: Month) -> Outcome:
    """Report the open estimates; nothing is booked, since receipts are estimated the day they come in.

    Facts: estimates_open (receipts that still wait for a bill), estimates_amount (what the account held at the end of
    the month), estimates_difference (what it holds beyond unbilled receipts, 0.00 unless somebody posted by hand).
    """
    amount = -month.balance("payable_estimate")
    if not month.estimates:
        return nothing(estimates_open=0, estimates_amount=amount, estimates_difference=ZERO)
    waiting, totals = month.estimates["open"], month.estimates["totals"]
    difference = totals.select((pl.col("ledger") - pl.col("unbilled")).cast(MONEY)).item()
    return nothing(estimates_open=waiting.height, estimates_amount=amount, estimates_difference=difference)
