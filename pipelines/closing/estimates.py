"""Prove that 暂估应付账款 is exactly what has been received and not billed."""

from __future__ import annotations

import polars as pl

from pipelines.closing.month import ZERO, Month, Outcome, nothing


def prove(month: Month) -> Outcome:
    """Report the open estimates; nothing is booked, since receipts are estimated the day they come in.

    Facts: estimates_open (receipts not yet billed), estimates_amount (what they are worth), estimates_difference (what
    the account holds beyond that, 0.00 unless somebody posted to it by hand).
    """
    balance = -month.balance("payable_estimate")
    if month.estimates.is_empty():
        return nothing(estimates_open=0, estimates_amount=ZERO, estimates_difference=balance)
    waiting = month.estimates.filter(pl.col("amount") != 0)
    amount = waiting["amount"].sum() or ZERO
    return nothing(estimates_open=waiting.height, estimates_amount=amount, estimates_difference=balance - amount)
