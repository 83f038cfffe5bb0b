"""Book the month's depreciation as the cards of fixed assets give it."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.reports.areas import AREA
from pipelines.closing.month import Month, Outcome, nothing, voucher
from pipelines.closing.words import summary

STEP, BY = "depreciation", ("department", "project")
_CHARGES = """
    select depreciation_account as account, expense_account as cost_account, department, project, sum(amount) as amount
    from rpt.asset_charge where period = $period group by all having sum(amount) <> 0
"""


def read_charges(books: Any, period: str) -> dict[str, pl.DataFrame]:
    """depreciation: what the cards charge in the month: account, cost_account, department, project, amount."""
    if "asset_charge" not in AREA:
        return {}
    return {"depreciation": books.sql(_CHARGES, period=period)}


def charge(month: Month) -> Outcome:
    """Book cost accounts against 累计折旧, summed by account and dimensions; nothing where no card charges anything."""
    charges = month.given.get("depreciation")
    if charges is None or charges.is_empty():
        return nothing()
    cost = charges.group_by("cost_account", *BY).agg(debit=pl.col("amount").sum().cast(MONEY))
    worn = charges.group_by("account").agg(credit=pl.col("amount").sum().cast(MONEY)).sort("account")
    cost = cost.rename({"cost_account": "account"}).sort("account", *BY)
    lines = pl.concat([cost, worn], how="diagonal").with_columns(pl.col("debit", "credit").fill_null(0))
    return voucher(month, STEP, summary(STEP, month.language), lines)
