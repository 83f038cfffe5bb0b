"""Accrue corporate income tax at the end of each quarter on the profit of the year so far."""

from decimal import Decimal

from erp_core.foundation.money import money
from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher
from pipelines.closing.words import summary


def accrue(month: Month) -> Outcome:
    """Book cumulative profit × rate less what the year has accrued, never less than nothing.

    The low-profit rate holds as long as that profit is within its limit; beyond, the standard rate takes the whole.
    Cumulative profit is what stands on 本年利润 and is not yet carried to it, before the income tax of the year.
    """
    accrued = month.turnover("income_tax_expense", "year_debit")
    uncarried_tax = month.balance("income_tax_expense")
    profit = month.profit_before_tax() - month.balance("profit_current") - uncarried_tax + accrued
    if str(int(month.period[5:])) not in month.parameter("tax.income_months").replace(" ", "").split(","):
        return nothing(income_tax_profit=profit)
    tax = max(money(profit * _rate(month, profit)) - accrued, ZERO)
    lines = [(month.roles["income_tax_expense"], tax, ZERO), (month.roles["income_tax_payable"], ZERO, tax)]
    return voucher(month, "income_tax", summary("income_tax", month.language), lines, income_tax_profit=profit)


def _rate(month: Month, profit: Decimal) -> Decimal:
    """The rate of the company, or the standard rate where a low-profit company has earned more than its limit."""
    rate, limit = (month.number(f"tax.{name}") for name in ("income_rate", "small_profit_limit"))
    return max(rate, month.number("tax.income_standard_rate")) if profit > limit else rate
