"""Line arithmetic to the cent: the figures of the tax rules, and a law over many prices."""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erp_core.foundation.amounts import scaled, share, with_amounts, with_basis
from erp_core.foundation.money import MONEY, QUANTITY

RATE = pl.Decimal(9, 6)
TYPES = {"quantity": QUANTITY, "unit_price": QUANTITY, "gross_price": QUANTITY, "tax_rate": RATE}
prices = st.decimals(min_value=0, max_value=99_999, places=6)
quantities = st.decimals(min_value=-9_999, max_value=9_999, places=3).filter(bool)
rates = st.sampled_from([Decimal(x) for x in ("0.13", "0.09", "0.06", "0.03", "0.01", "0")])


def reckon(quantity, rate, *, net=None, gross=None) -> tuple[Decimal, Decimal, Decimal]:
    row = {"quantity": Decimal(quantity), "unit_price": net and Decimal(net), "gross_price": gross and Decimal(gross)}
    frame = pl.DataFrame([{**row, "tax_rate": Decimal(rate)}], schema=TYPES)
    return with_amounts(with_basis(frame)).select("net", "tax", "gross").row(0)


@pytest.mark.parametrize(
    ("line", "amounts"),
    [
        (("50", "0.13", "11.13", None), "556.50  72.35  628.85"),  # 72.345 goes up
        (("1", "0.01", None, "320000"), "316831.68  3168.32  320000.00"),
        (("3", "0.13", None, "0.33"), "0.88  0.11  0.99"),
        (("-2", "0.13", "1.005", None), "-2.01  -0.26  -2.27"),
        (("1", "0", "99.999", None), "100.00  0.00  100.00"),
    ],
)
def test_lines_of_the_rules(line, amounts):
    quantity, rate, net, gross = line
    assert reckon(quantity, rate, net=net, gross=gross) == tuple(Decimal(cell) for cell in amounts.split())


def half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(max_examples=60, deadline=None)
@given(quantity=quantities, price=prices, rate=rates)
def test_a_price_without_tax_fixes_the_net(quantity, price, rate):
    net, tax, gross = reckon(quantity, rate, net=price)
    assert net == half_up(quantity * price)
    assert tax == half_up(net * rate)
    assert gross == net + tax


@settings(max_examples=60, deadline=None)
@given(quantity=quantities, price=prices, rate=rates)
def test_a_price_with_tax_fixes_the_gross(quantity, price, rate):
    if price == 0:
        return
    net, tax, gross = reckon(quantity, rate, gross=price)
    assert gross == half_up(quantity * price)
    assert net == half_up(gross / (1 + rate))
    assert net + tax == gross


def test_the_other_price_is_derived_to_six_places():
    frame = pl.DataFrame(
        [{"quantity": Decimal(1), "unit_price": None, "gross_price": Decimal(1), "tax_rate": Decimal("0.13")}],
        schema=TYPES,
    )
    assert with_amounts(with_basis(frame))["unit_price"][0] == Decimal("0.884956")


def test_shares_leave_nothing_behind():
    frame = pl.DataFrame(
        {
            "part": [Decimal(1), Decimal(2), Decimal(3), Decimal(-3)],
            "whole": [Decimal(3), Decimal(3), Decimal(3), Decimal(-3)],
        },
        schema={"part": QUANTITY, "whole": QUANTITY},
    )
    shares = frame.select(share(pl.lit(Decimal(100)).cast(MONEY), pl.col("part"), pl.col("whole")).alias("s"))["s"]
    assert shares.to_list() == [Decimal("33.33"), Decimal("66.67"), Decimal("100.00"), Decimal("100.00")]


def test_a_ratio_of_units_is_exact():
    frame = pl.DataFrame({"q": [Decimal(7)], "up": [1], "down": [12]}, schema_overrides={"q": QUANTITY})
    assert frame.select(scaled(pl.col("q"), pl.col("up"), pl.col("down")).alias("q"))["q"][0] == Decimal("0.583333")
