from decimal import Decimal

import pytest

from pipelines.closing import surcharges
from tests.pipelines.closing.month_of import lines, month_of

BASE = Decimal("2815.55")


def test_relief_is_rounded_by_itself():
    # One step, base × 1 %, would give 28.16 for the last.
    outcome = surcharges.accrue(month_of(facts={"vat_due": BASE}))
    assert lines(outcome) == [
        ("540303", "98.54", ""),
        ("540310", "42.23", ""),
        ("540313", "28.15", ""),
        ("222103", "", "98.54"),
        ("222104", "", "42.23"),
        ("222105", "", "28.15"),
    ]


@pytest.mark.parametrize(
    ("relief", "expected"), [("0", ["2125.90", "911.10", "607.40"]), ("0.5", ["1062.95", "455.55", "303.70"])]
)
def test_the_worked_month(relief, expected):
    rates = [Decimal("0.07"), Decimal("0.03"), Decimal("0.02")]
    assert [str(surcharges.surcharge(Decimal(30370), rate, Decimal(relief))) for rate in rates] == expected


def test_no_tax_no_surcharge():
    assert lines(surcharges.accrue(month_of(facts={"vat_due": Decimal("0.00")}))) == []


def test_simplified_and_consumption_tax_count():
    month = month_of(facts={"vat_due": Decimal("0.00")}, a222113=(0, 0, 500), a222116=(0, 0, 500))
    assert surcharges.accrue(month).facts["surcharge_base"] == Decimal("1000.00")
