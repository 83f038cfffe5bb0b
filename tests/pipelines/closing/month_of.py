"""A month for a step to work on, written as a few balances."""

from datetime import date
from decimal import Decimal

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.ledger import chart
from erp_core.ledger.accounts import DIMENSIONS
from pipelines.closing.month import Month

ROLES = dict(chart.of_standard("account_roles", "sbe").select("role", "account").rows())
ACCOUNTS = chart.accounts("sbe")
CATEGORIES = ACCOUNTS.filter(pl.col("category").is_in(["income", "expense"])).select(
    account="code", category="category"
)


def month_of(period: str = "2026-03", profit: list[dict] | None = None, facts: dict | None = None, **balances) -> Month:
    """balances: a222101_… is not needed: account=(opening, debit, credit[, year_debit]); profit: rows with amount."""
    rows = [
        (name.removeprefix("a"), *(Decimal(str(value)) for value in (*values, 0, 0, 0, 0)[:4]))
        for name, values in balances.items()
    ]
    measures = ["opening", "debit", "credit", "year_debit"]
    frame = pl.DataFrame(rows, schema={"account": pl.String, **dict.fromkeys(measures, MONEY)}, orient="row")
    year, number = int(period[:4]), int(period[5:])
    return Month(
        period=period,
        last_day=date(year + number // 12, number % 12 + 1, 1) - date.resolution,
        language="zh",
        roles=ROLES,
        balances=frame,
        profit=profit_rows(profit or []),
        facts={"categories": CATEGORIES, **(facts or {})},
    )


def profit_rows(rows: list[dict]) -> pl.DataFrame:
    schema = {"account": pl.String, **dict.fromkeys(DIMENSIONS, pl.String), "category": pl.String, "amount": MONEY}
    filled = [{**dict.fromkeys(DIMENSIONS, ""), **row, "amount": Decimal(str(row["amount"]))} for row in rows]
    frame = pl.DataFrame(filled, schema=schema)
    return frame.drop("category").join(CATEGORIES, on="account", how="left").select(list(schema))


def lines(outcome) -> list[tuple]:
    """The lines of an outcome as (account, debit, credit), amounts as text, nothing as ''."""
    shown = outcome.lines.select("account", "debit", "credit").rows()
    return [(account, *(f"{amount}" if amount else "" for amount in amounts)) for account, *amounts in shown]
