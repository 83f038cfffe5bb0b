"""The month's depreciation and amortisation as the lines of one voucher: a pure function of what the cards say."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.money import MONEY

# What a close reads: one row per card and department of the month, and what each account takes.
CHARGES = """
    select c.asset, c.expense_account, c.depreciation_account, c.department, c.project, c.amount,
           e.department_rule, e.project_rule
    from rpt.asset_charge c join rpt.account e on e.account = c.expense_account
    where c.period = $period and c.amount <> 0
    order by c.asset, c.line
"""
_LINE = {"account": pl.String, "debit": MONEY, "credit": MONEY, "department": pl.String, "project": pl.String}


def voucher_lines(charges: pl.DataFrame) -> pl.DataFrame:
    """Expenses by account, department and project against accumulated depreciation by account.

    charges: the rows of CHARGES in any order. Returns account, debit, credit, department, project, sorted; no rows
    where nothing is charged. A department or project that the account does not take is left out. Amounts in CNY;
    debits equal credits since both sides add up the same rows.
    """
    if charges.is_empty():
        return pl.DataFrame(schema=_LINE)
    zero = pl.lit(0, MONEY)
    fit = charges.with_columns(
        pl.when(pl.col(f"{name}_rule") == "none").then(pl.lit("")).otherwise(name).alias(name)
        for name in ("department", "project")
    )
    total = pl.col("amount").sum().cast(MONEY)
    spent = fit.group_by("expense_account", "department", "project").agg(total)
    spent = spent.sort("expense_account", "department", "project").select(
        account="expense_account", debit="amount", credit=zero, department="department", project="project"
    )
    worn = fit.group_by("depreciation_account").agg(total).sort("depreciation_account")
    worn = worn.select(
        account="depreciation_account", debit=zero, credit="amount", department=pl.lit(""), project=pl.lit("")
    )
    return pl.concat([spent, worn])
