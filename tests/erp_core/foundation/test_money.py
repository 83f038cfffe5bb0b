"""Amounts: half up, split to the cent, in Chinese capitals."""

from decimal import Decimal as D

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_core.foundation.money import QUANTITY, chinese_capitals, money, quantity, split, times


def test_half_a_cent_goes_up_where_binary_and_bankers_rounding_go_down():
    assert money(D("556.50") * D("0.13")) == D("72.35")
    assert money("0.285") == D("0.29")
    assert money("-0.285") == D("-0.29")
    assert quantity("1.0000005") == D("1.000001")


def test_binary_fractions_are_refused_by_type():
    with pytest.raises(TypeError):
        money(0.1)


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("100000000", "壹亿元整"),
        ("10010000.10", "壹仟零壹万元壹角整"),
        ("-5", "负伍元整"),
    ],
)
def test_amounts_in_capitals_as_the_ministry_writes_them(amount, capitals):
    assert chinese_capitals(D(amount)) == capitals


def test_a_split_gives_the_missing_cent_to_the_largest_fraction():
    assert split(D("2836.16"), [150, 120]) == [D("1575.64"), D("1260.52")]
    assert split(D(100), [1, 1, 1]) == [D("33.34"), D("33.33"), D("33.33")]


@given(
    st.decimals(min_value="-1000000", max_value="1000000", places=2),
    st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=12),
)
def test_a_split_never_loses_a_cent(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(abs(part - total * weight / whole) < D("0.01") for part, weight in zip(parts, weights, strict=True))


@given(
    st.lists(
        st.tuples(
            st.decimals(min_value="-99999", max_value="99999", places=6),
            st.decimals(min_value="0", max_value="99999", places=6),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_columns_multiply_as_exactly_as_single_amounts(pairs):
    frame = pl.DataFrame(pairs, schema={"q": QUANTITY, "p": QUANTITY}, orient="row")
    product = frame.select(times(pl.col("q"), pl.col("p")).alias("x"))["x"].to_list()
    assert product == [money(q * p) for q, p in pairs]
