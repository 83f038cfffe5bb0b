"""Transfer the value-added tax of the month to 未交增值税 (财会〔2016〕22号)."""

from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher
from pipelines.closing.words import summary


def transfer(month: Month) -> Outcome:
    """Move what is owed after input tax, carried credit and prepayments; a credit stays where it is and is carried.

    Facts: vat_due, the tax of the month before prepayments, which the surcharges are computed on.
    """
    # Every earlier month left the accounts below 应交增值税 at nothing or at a credit: their sum carries that credit.
    prepaid = month.turnover("vat_paid", "debit") - month.turnover("vat_paid", "credit")
    tax = prepaid - month.balance("vat_payable", children=True)
    owed = max(tax, ZERO) - prepaid
    facts = {"vat_due": max(tax, ZERO), "vat_credit": max(-tax, ZERO)}
    if owed > 0:
        lines = [(month.roles["vat_transfer_out"], owed, ZERO), (month.roles["vat_unpaid"], ZERO, owed)]
        return voucher(month, "vat", summary("vat", month.language), lines, **facts)
    if owed < 0:
        lines = [(month.roles["vat_unpaid"], -owed, ZERO), (month.roles["vat_overpaid_out"], ZERO, -owed)]
        return voucher(month, "vat", summary("vat_overpaid", month.language), lines, **facts)
    return nothing(**facts)
