"""Book the month's depreciation and amortisation as the cards of assets give it."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.assets import charging
from pipelines.closing.month import Month, Outcome, nothing, voucher
from pipelines.closing.words import summary

STEP = "depreciation"


def read_charges(books: Any, period: str) -> dict[str, pl.DataFrame]:
    """depreciation: what the cards charge in the month, as erp_core.assets.charging reads it."""
    return {STEP: books.sql(charging.CHARGES, period=period)}


def charge(month: Month) -> Outcome:
    """Book expenses against 累计折旧, summed by account and dimensions; nothing where no card charges anything."""
    charges = month.given.get(STEP)
    if charges is None or charges.is_empty():
        return nothing()
    return voucher(month, STEP, summary(STEP, month.language), charging.voucher_lines(charges))
