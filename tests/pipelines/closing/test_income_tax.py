from dataclasses import replace
from decimal import Decimal

import pytest

from pipelines.closing import income_tax
from pipelines.closing.month import ParameterNotNumber
from tests.pipelines.closing.month_of import lines, month_of

REVENUE = {"account": "5001", "amount": "-11017.25"}


def test_the_profit_of_the_year_counts_not_the_month():
    outcome = income_tax.accrue(month_of(profit=[REVENUE], a3103=("-1671.33", 0, 0)))
    assert lines(outcome) == [("5801", "634.43", ""), ("222106", "", "634.43")]
    assert outcome.facts["income_tax_profit"] == Decimal("12688.58")


@pytest.mark.parametrize("period", ["2026-01", "2026-02", "2026-04"])
def test_only_at_the_end_of_a_quarter(period):
    assert lines(income_tax.accrue(month_of(period, profit=[REVENUE]))) == []


def test_what_was_accrued_counts_against_it():
    # 3103 holds 20,000 after 1,000 of tax; this month earns 10,000: 31,000 × 5 % − 1,000.
    month = month_of(
        "2026-06", profit=[{"account": "5001", "amount": -10000}], a3103=(-20000, 0, 0), a5801=(0, 0, 0, 1000)
    )
    assert lines(income_tax.accrue(month)) == [("5801", "550.00", ""), ("222106", "", "550.00")]


def test_never_less_than_nothing():
    month = month_of("2026-06", profit=[{"account": "5401", "amount": 5000}], a3103=(-2000, 0, 0), a5801=(0, 0, 0, 100))
    assert lines(income_tax.accrue(month)) == []


@pytest.mark.parametrize(("profit", "tax"), [("3000000.00", "150000.00"), ("3000000.01", "750000.00")])
def test_above_the_limit_of_low_profit_companies_the_standard_rate_takes_the_whole(profit, tax):
    outcome = income_tax.accrue(month_of("2026-12", profit=[{"account": "5001", "amount": f"-{profit}"}]))
    assert lines(outcome)[0] == ("5801", tax, "")


def test_a_parameter_that_is_no_number_is_named():
    month = replace(month_of(profit=[REVENUE]), parameters={"tax.income_rate": "five"})
    with pytest.raises(ParameterNotNumber):
        income_tax.accrue(month)
