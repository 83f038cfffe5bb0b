"""Categories of assets: the life, the method, the residual and the accounts that a new card takes over."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.assets import refusals, schedule
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import saving

KINDS = ("fixed", "intangible", "deferred")
CATEGORY = saving.Table(
    name="asset_category",
    required=("name", "life_months", "asset_account", "depreciation_account", "expense_account"),
    codes=("asset_account", "depreciation_account", "impairment_account", "expense_account"),
    choices={"kind": KINDS, "method": schedule.METHODS},
)
ACCOUNTS = ("asset_account", "depreciation_account", "impairment_account", "expense_account")


@verb("assets.category.save")
def save(session: Session, *, categories: saving.Given) -> dict[str, Any]:
    """Add or change categories by code; cards that are there already stay as they are.

    Columns: code, name, name_en, kind (fixed | intangible | deferred), method (straight_line | double_declining |
    sum_of_years), life_months, tax_life_months (least life for tax, 0 none), residual_rate (0.05 is 5 %),
    asset_account, depreciation_account, impairment_account, expense_account, active.
    """
    frame = saving.complete(session, CATEGORY, categories)
    saving.refuse_numbers(frame, ("life_months",), above_zero=True)
    saving.refuse_numbers(frame, ("tax_life_months", "residual_rate"))
    beyond = frame.filter(pl.col("residual_rate") >= 1)
    if not beyond.is_empty():
        facts = {"field": "residual_rate", "value": str(beyond["residual_rate"][0]), "allowed": "0 … 0.99"}
        raise refusals.AssetFieldWrong(first=beyond["code"][0], count=beyond.height, **facts)
    refuse_accounts(session, frame, "code", ACCOUNTS)
    return saving.write(session, CATEGORY, frame)


def refuse_accounts(session: Session, frame: pl.DataFrame, named_by: str, columns: tuple[str, ...]) -> None:
    """Refuse the first row that names an account which cannot be posted to; empty is no account."""
    usable = accounts.chart(session).filter(pl.col("leaf") & pl.col("active"))["code"]
    for column in columns:
        wrong = frame.filter((pl.col(column) != "") & ~pl.col(column).is_in(usable.implode()))
        if not wrong.is_empty():
            facts = {"field": column, "account": wrong[column][0], "count": wrong.height}
            raise refusals.AssetAccountWrong(first=wrong[named_by][0], **facts)
