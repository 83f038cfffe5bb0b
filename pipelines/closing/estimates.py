"""Prove that 暂估应付账款 is exactly what has been received and not billed."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY
from pipelines.closing.month import ZERO, Month, Outcome, nothing

_OPEN = """
    select reference as receipt, party, sum(credit - debit) as amount from rpt.voucher_line
    where account = $account and period <= $period group by all having sum(credit - debit) <> 0 order by all
"""
# What is unbilled is known as of now only, so it is compared with the account as of now.
_TOTALS = """
    select (select coalesce(sum(credit - debit), 0) from rpt.balance where account = $account) as ledger,
           (select coalesce(sum(amount), 0) from rpt.document_progress where step = 'unbilled') as unbilled
"""


def read_estimates(books: Any, period: str, account: str) -> dict[str, pl.DataFrame]:
    """open: receipt, party, amount estimated at the end of the month; totals: ledger and unbilled as of now."""
    return {
        "open": books.sql(_OPEN, account=account, period=period),
        "totals": books.sql(_TOTALS, account=account),
    }


def prove(month: Month) -> Outcome:
    """Report the open estimates; nothing is booked, since receipts are estimated the day they come in.

    Facts: estimates_open (receipts not billed at the end of the month), estimates_amount (what they stand at),
    estimates_difference (what the account holds beyond unbilled receipts, 0.00 unless somebody posted to it by hand).
    """
    if not month.estimates:
        return nothing(estimates_open=0, estimates_amount=ZERO, estimates_difference=ZERO)
    waiting, totals = month.estimates["open"], month.estimates["totals"]
    difference = totals.select((pl.col("ledger") - pl.col("unbilled")).cast(MONEY)).item()
    return nothing(
        estimates_open=waiting.height,
        estimates_amount=waiting["amount"].sum() or ZERO,
        estimates_difference=difference,
    )
