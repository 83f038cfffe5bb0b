"""City construction tax and education surcharges on the value-added and consumption tax of the month."""

from decimal import Decimal

from erp_core.foundation.money import money
from pipelines.closing.month import ZERO, Month, Outcome, voucher
from pipelines.closing.words import summary

KINDS = ("city", "education", "local")


def accrue(month: Month) -> Outcome:
    """Book each surcharge after relief, rounded as in the return: due, then relief, then the difference.

    The base is the figure of the transfer itself: the accounts it came from are empty by now.
    """
    base = month.facts["vat_due"] + month.turnover("vat_simplified", "credit")
    base += month.turnover("consumption_tax_payable", "credit")
    relief = month.number("tax.surcharge_relief")
    amounts = {kind: surcharge(base, month.number(f"tax.surcharge_{kind}"), relief) for kind in KINDS}
    lines = [(month.roles[f"surcharge_{kind}_expense"], amounts[kind], ZERO) for kind in KINDS]
    lines += [(month.roles[f"surcharge_{kind}"], ZERO, amounts[kind]) for kind in KINDS]
    return voucher(month, "surcharges", summary("surcharges", month.language), lines, surcharge_base=base)


def surcharge(base: Decimal, rate: Decimal, relief: Decimal) -> Decimal:
    """One surcharge: round(base × rate) less round(that × relief); nothing on a base of nothing or less."""
    due = money(max(base, ZERO) * rate)
    return due - money(due * relief)
