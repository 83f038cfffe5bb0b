"""The three ways of costing: worked figures, and laws that no history may break."""

from decimal import Decimal

import costing_by_hand
import polars as pl
import pytest
from hypothesis import given, settings
from stock_moves import amounts, histories, moves

from erp_core.inventory.costing import fifo, month_average, moving_average

B9 = moves((100, "1000.00"), (200, "2120.00"), (-150, None), (50, "556.50"), (-120, None))
THIRDS = moves((3, "100.00"), (-1, None), (-1, None), (-1, None))
KERNELS = [month_average, moving_average, fifo]


def closing(costed) -> tuple[Decimal, Decimal]:
    return costed.state["quantity"].sum(), costed.state["amount"].sum()


@pytest.mark.parametrize(
    ("kernel", "first", "second", "left"),
    [
        (month_average, "-1575.64", "-1260.52", "840.34"),
        (moving_average, "-1560.00", "-1269.90", "846.60"),
        (fifo, "-1530.00", "-1272.00", "874.50"),
    ],
)
def test_worked_figures(kernel, first, second, left):
    costed = kernel(B9)
    assert amounts(costed.amounts) == ["1000.00", "2120.00", first, "556.50", second]
    assert closing(costed) == (80, Decimal(left))


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_hundred_in_three(kernel):
    costed = kernel(THIRDS)
    assert amounts(costed.amounts)[1:] == ["-33.33", "-33.33", "-33.34"]
    assert closing(costed) == (0, 0)


def test_next_month_the_rest_takes_all_the_value():
    opening = month_average(B9).state.select("item", "quantity", "amount")
    costed = month_average(pl.concat([opening, moves((-80, None))]))
    assert amounts(costed.amounts) == ["840.34", "-840.34"]
    assert closing(costed) == (0, 0)


@pytest.mark.parametrize("kernel", [moving_average, fifo])
def test_state_continues_history(kernel):
    first = kernel(THIRDS[:2])
    second = kernel(THIRDS[2:3], first.state)
    third = kernel(THIRDS[3:], second.state)
    assert amounts(second.amounts) + amounts(third.amounts) == ["-33.33", "-33.34"]
    assert closing(third)[1] == 0


def test_rounding_does_not_pile_up_on_the_last_issue():
    rows = moves((10_000, "33335.00"), *[(-1, None)] * 10_000)
    for kernel in (moving_average, fifo):
        costs = kernel(rows).amounts[1:]
        assert costs.min() >= Decimal("-3.35")
        assert costs.max() <= Decimal("-3.33")
        assert costs.sum() == Decimal("-33335.00")


@pytest.mark.parametrize("kernel", [moving_average, fifo])
def test_goods_come_back_at_what_they_cost(kernel):
    rows = moves(
        (3, "100.00", 1, None),
        (-3, None, 2, None),
        (1, None, 3, 2),
        (3, "90.00", 4, None),
        (1, None, 5, 2),
        (1, None, 6, 2),
    )
    assert amounts(kernel(rows).amounts) == ["100.00", "-100.00", "33.33", "90.00", "33.34", "33.33"]


def test_goods_of_the_month_come_back_at_the_months_average():
    costed = month_average(moves((10, "100.00"), (-4, None), (1, None), (2, "80.00")))
    assert amounts(costed.amounts) == ["100.00", "-60.00", "15.00", "80.00"]
    assert closing(costed) == (9, Decimal("135.00"))


def test_goods_go_back_to_the_supplier_at_what_they_cost():
    rows = moves((10, "100.00", 1, None), (10, "200.00", 2, None), (-5, "-100.00", 3, 2), (-12, None, 4, None))
    assert amounts(moving_average(rows).amounts)[2:] == ["-100.00", "-160.00"]
    assert amounts(fifo(rows).amounts)[2:] == ["-100.00", "-140.00"]


def test_what_the_pool_lacks_does_not_make_it_negative():
    rows = moves(
        (1, "10.00", 1, None), (9, "9.00", 2, None), (-8, None, 3, None), (-1, "-10.00", 4, 1), (-1, None, 5, None)
    )
    assert amounts(moving_average(rows).amounts)[2:] == ["-15.20", "-3.80", "0.00"]
    assert amounts(fifo(rows).amounts)[2:] == ["-17.00", "-1.00", "-1.00"]


@pytest.mark.parametrize("kernel", [moving_average, fifo])
def test_a_change_of_price_counts_while_goods_are_there(kernel):
    rows = moves((4, "40.00", 1, None), (-1, None, 2, None), (0, "6.00", 3, 1), (-3, None, 4, None), (0, "5.00", 5, 1))
    assert amounts(kernel(rows).amounts) == ["40.00", "-10.00", "6.00", "-36.00", "0.00"]


def test_month_without_anything_to_average_costs_nothing():
    costed = month_average(moves((5, "50.00"), (-5, "-50.00"), (-2, None), (2, None)))
    assert amounts(costed.amounts)[2:] == ["0.00", "0.00"]


def test_below_zero_is_refused():
    for kernel in (moving_average, fifo):
        with pytest.raises(ValueError, match="item A"):
            kernel(moves((1, "1.00"), (-2, None), (5, "5.00")))


def test_no_moves():
    empty = moves((1, "1.00")).clear()
    for kernel in KERNELS:
        assert kernel(empty).amounts.is_empty()


@pytest.mark.parametrize("kernel", KERNELS)
@settings(max_examples=120, deadline=None)
@given(history=histories())
def test_law_same_as_by_hand(kernel, history):
    costed = kernel(history)
    assert costed.amounts.to_list() == costing_by_hand.by_item(history, getattr(costing_by_hand, kernel.__name__))


@pytest.mark.parametrize("kernel", KERNELS)
@settings(max_examples=60, deadline=None)
@given(history=histories())
def test_law_nothing_is_lost_and_empty_is_worth_nothing(kernel, history):
    costed = kernel(history)
    assert costed.amounts.sum() == costed.state["amount"].sum()
    assert costed.state["amount"].min() is None or costed.state["amount"].min() >= 0
    assert costed.state.filter((pl.col("quantity") == 0) & (pl.col("amount") != 0)).is_empty()


@pytest.mark.parametrize("kernel", [moving_average, fifo])
@settings(max_examples=60, deadline=None)
@given(history=histories())
def test_law_history_may_be_cut_anywhere(kernel, history):
    middle = history.height // 2
    first = kernel(history[:middle])
    others = first.state
    second = kernel(history[middle:], others)
    assert first.amounts.to_list() + second.amounts.to_list() == kernel(history).amounts.to_list()
