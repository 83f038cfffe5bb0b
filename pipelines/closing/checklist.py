"""The month-end close as an ordered list of steps, with the reason for every place in the order.

What each step works out, and from what:

    what                          from what                                        by which step
    proof of estimated payables   receipts, bills, balance of 暂估应付账款          estimates
    cost of the month's issues    quantities and values of the month               costing
    wear of fixed assets          cards of fixed assets                            depreciation
    costs spread over months      costs written down with months and first month   amortisation
    accruals and transfers        schemes of the company: expressions on accounts  accruals
    foreign money at its rate     balances in foreign currency, last rate          exchange
    unpaid value-added tax        accounts below 应交增值税                          vat
    surcharges                    the figure the transfer has found                surcharges
    income tax of the year        profit of the year so far                        income_tax
    profit of the month           all income and expense accounts                  carry_forward
    undistributed profit          本年利润 and children of 利润分配, in December       year_end

Payroll arrives as vouchers; they have to be posted before the close begins, which gate G1 sees to.

A must run before B, because:

    estimates before costing       a receipt without its value would be left out of the month's average
    costing before income_tax      cost of sales is part of the profit that is taxed
    depreciation, amortisation before accruals   schemes move what these have brought to overhead
    accruals before exchange       an accrual in foreign currency is revalued with the rest
    exchange before income_tax     gains and losses on money are part of the profit that is taxed
    vat before surcharges          the surcharges are computed on the tax that the transfer has found; afterwards the
                                   accounts it came from are empty, and a balance read then would give nothing
    surcharges before income_tax   surcharges reduce the profit that is taxed
    income_tax before carry_forward  the tax is an expense of the month and is carried with the others
    carry_forward before year_end  the profit of December has to stand on 本年利润 before the year's is moved on

The order is a matter of reading only: each step is a pure function of the month as the step before left it, and what a
close wrote itself is left out when the month is read. So running any of them again gives the same answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.closing import (
    amortisation,
    carry_forward,
    costing,
    depreciation,
    estimates,
    exchange,
    income_tax,
    schemes,
    surcharges,
    vat,
    year_end,
)
from pipelines.closing.month import Month, Outcome


@dataclass(frozen=True)
class ClosingStep:
    """One step: its name, which is part of the key of its voucher, and what works it out."""

    name: str
    work_out: Callable[[Month], Outcome]


CHECKLIST = (
    ClosingStep("estimates", estimates.prove),
    ClosingStep("costing", costing.cost),
    ClosingStep("depreciation", depreciation.charge),
    ClosingStep("amortisation", amortisation.charge),
    ClosingStep("accruals", schemes.book),
    ClosingStep("exchange", exchange.revalue),
    ClosingStep("vat", vat.transfer),
    ClosingStep("surcharges", surcharges.accrue),
    ClosingStep("income_tax", income_tax.accrue),
    ClosingStep("carry_forward", carry_forward.carry),
    ClosingStep("year_end", year_end.carry),
)
