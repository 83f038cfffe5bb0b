"""Accrue corporate income tax at the end of each quarter on the profit of the year so far."""

from decimal import Decimal

from erp_core.foundation.money import money
from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher
from pipelines.closing.words import summary


def accrue(month: Month) -> Outcome:
    """Book cumulative profit × rate less what the year has accrued, never less than nothing.

    Cumulative profit is what stands on 本年利润 and is not yet carried to it, before the income tax of the year.
    """
    accrued = month.turnover("income_tax_expense", "year_debit")
    uncarried_tax = month.balance("income_tax_expense")
    profit = month.profit_before_tax() - month.balance("profit_current") - uncarried_tax + accrued
    if int(month.period[5:]) not in map(int, month.parameter("tax.income_months").split(",")):
        return nothing(income_tax_profit=profit)
    tax = max(money(profit * Decimal(month.parameter("tax.income_rate"))) - accrued, ZERO)
    lines = [(month.roles["income_tax_expense"], tax, ZERO), (month.roles["income_tax_payable"], ZERO, tax)]
    return voucher(month, "income_tax", summary("income_tax", month.language), lines, income_tax_profit=profit)
