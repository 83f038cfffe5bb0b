"""Costs spread over months: equal parts to the cent, the last month what is left, the rest at once where it ends."""

from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation.money import MONEY, money
from pipelines.closing import amortisation
from tests.pipelines.closing.month_of import lines, month_of

RENT = {
    "code": "R1", "name": "仓库租金", "account": "1801", "cost_account": "560208", "amount": Decimal("10000.00"),
    "months": 3, "first_period": "2026-02", "ended_period": "", "party": "", "department": "D1", "employee": "",
    "project": "", "item": "", "part": Decimal("3333.33"),
}  # fmt: skip


def parts(cost: dict, *periods: str) -> list[str]:
    return [str(amortisation.part_of(cost, period)) for period in periods]


def test_the_parts_add_up_and_the_last_takes_the_cent():
    assert parts(RENT, "2026-01", "2026-02", "2026-03", "2026-04", "2026-05") == [
        "0.00", "3333.33", "3333.33", "3333.34", "0.00",
    ]  # fmt: skip


def test_what_ends_early_is_charged_whole_in_that_month():
    ended = RENT | {"ended_period": "2026-03"}
    assert parts(ended, "2026-02", "2026-03", "2026-04") == ["3333.33", "6666.67", "0.00"]


@pytest.mark.parametrize(("amount", "months"), [("100.00", 3), ("0.05", 12), ("95.00", 7), ("12345.67", 60)])
def test_all_parts_together_are_the_cost(amount, months):
    cost = RENT | {"amount": Decimal(amount), "months": months, "first_period": "2024-11"}
    cost |= {"part": money(cost["amount"] / months)}
    periods = [f"{2024 + (10 + at) // 12}-{(10 + at) % 12 + 1:02d}" for at in range(months)]
    assert sum(amortisation.part_of(cost, period) for period in periods) == Decimal(amount)


def test_the_voucher_keeps_the_department():
    frame = pl.DataFrame([RENT], schema_overrides={"amount": MONEY, "part": MONEY})
    outcome = amortisation.charge(month_of("2026-04").with_given(amortisation=frame))
    assert lines(outcome) == [("560208", "3333.34", ""), ("1801", "", "3333.34")]
    assert outcome.lines["department"].to_list() == ["D1", "D1"]
