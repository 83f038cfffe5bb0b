"""What a month costs: every voucher balances, the till is never empty, taxes are paid to the last 分."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pipelines.demo import expenses
from pipelines.demo.calendar import TODAY, periods


def total(lines, side):
    return sum(Decimal(line[side]) for line in lines)


def test_vouchers_balance_and_the_till_keeps_some_cash():
    cash = 1_286_040
    for period in periods():
        vouchers, cash = expenses.month(period, 700_000, cash)
        assert cash > 0
        for voucher in vouchers:
            assert f"{voucher['voucher_on']:%Y-%m}" == period
            assert voucher["voucher_on"] <= TODAY
            assert total(voucher["lines"], "debit") == total(voucher["lines"], "credit")


def test_wages_accrued_are_wages_paid():
    vouchers, _ = expenses.month("2025-03", 0, 2_000_000)
    lines = [line for voucher in vouchers for line in voucher["lines"] if line["account"] == expenses.PAYROLL]
    assert total(lines, "debit") == total(lines, "credit") == Decimal(expenses.accrued_wages(1.0)).scaleb(-2)


def test_taxes_are_paid_in_the_middle_of_the_next_month():
    assert expenses.taxes("2025-02", {"222102": 0, "222103": -5}) == []
    [voucher] = expenses.taxes("2025-02", {"222102": 100_000, "222103": 7_000, "222106": -1})
    assert voucher["voucher_on"] == date(2025, 2, 14)
    assert [line["credit"] for line in voucher["lines"]] == ["0.00", "0.00", "1070.00"]


def test_small_companies_spend_less():
    small = expenses.accrued_wages(0.05)
    assert 0 < small < expenses.accrued_wages(1.0) * 0.05
