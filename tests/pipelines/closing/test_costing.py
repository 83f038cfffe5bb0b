from datetime import date
from decimal import Decimal

import polars as pl

from erp_core.foundation.money import MONEY, QUANTITY
from pipelines.closing import costing
from tests.pipelines.closing.month_of import lines, month_of

SCHEMA = {
    "move_id": pl.Int64, "item": pl.String, "kind": pl.String, "moved_on": pl.Date, "quantity": QUANTITY, "amount": MONEY,
    "account": pl.String, "cost_account": pl.String, **dict.fromkeys(costing.DIMENSIONS, pl.String),
}  # fmt: skip


def month_with(opening: list[tuple], moves: list[tuple]):
    rows = [
        (
            number,
            item,
            kind,
            date(2026, 3, day) if day else None,
            Decimal(quantity),
            amount and Decimal(amount),
            "1405",
            "5401",
            department,
            "",
            "",
        )
        for number, item, kind, day, quantity, amount, department in [(*move, "")[:7] for move in moves]
    ]
    stock = {
        "opening": pl.DataFrame(
            [(item, Decimal(quantity), Decimal(amount)) for item, quantity, amount in opening],
            schema={"item": pl.String, "quantity": QUANTITY, "amount": MONEY},
            orient="row",
        ),
        "moves": pl.DataFrame(rows, schema=SCHEMA, orient="row"),
    }
    month = month_of()
    return month.__class__(**{**month.__dict__, "stock": stock})


MARCH = [
    (1, "A", "purchase", 5, "200", "2120.00"),
    (2, "A", "sale", 10, "-150", None),
    (3, "A", "purchase", 18, "50", "556.50"),
    (4, "A", "sale", 25, "-120", None),
]


def values(outcome) -> list[tuple]:
    return [
        (move, kind, str(amount))
        for move, kind, amount in outcome.stock_values.select("move_id", "kind", "amount").rows()
    ]


def test_the_worked_month():
    outcome = costing.cost(month_with([("A", "100", "1000.00")], MARCH))
    assert lines(outcome) == [("5401", "2836.16", ""), ("1405", "", "2836.16")]
    assert values(outcome) == [(2, "issue", "-1575.64"), (4, "issue", "-1260.52")]


def test_shuffled_rows_give_the_same():
    straight = costing.cost(month_with([("A", "100", "1000.00"), ("B", "1", "3.00")], MARCH))
    shuffled = costing.cost(month_with([("B", "1", "3.00"), ("A", "100", "1000.00")], MARCH[::-1]))
    assert straight.stock_values.equals(shuffled.stock_values)
    assert straight.lines.equals(shuffled.lines)


def test_goods_back_from_the_months_own_sales_share_the_average():
    outcome = costing.cost(
        month_with(
            [("A", "100", "1000.00")], [(1, "A", "sale", 3, "-50", None), (2, "A", "sale_return", 9, "10", None)]
        )
    )
    assert values(outcome) == [(1, "issue", "-500.00"), (2, "issue", "100.00")]
    assert lines(outcome) == [("5401", "400.00", ""), ("1405", "", "400.00")]


def test_what_a_count_finds_and_misses_goes_by_way_of_1901():
    moves = [(1, "A", "loss", 31, "-2", None), (2, "A", "gain", 31, "1", None)]
    outcome = costing.cost(month_with([("A", "10", "100.00")], moves))
    assert lines(outcome) == [
        ("1901", "20.00", ""),
        ("1405", "", "20.00"),
        ("571106", "20.00", ""),
        ("1901", "", "20.00"),
        ("1405", "10.00", ""),
        ("1901", "", "10.00"),
        ("1901", "10.00", ""),
        ("530102", "", "10.00"),
    ]


def test_losses_found_by_count_are_no_cost_of_sales():
    outcome = costing.cost(month_with([("A", "10", "100.00")], [(1, "A", "loss", 31, "-1", None)]))
    assert [line for line in lines(outcome) if line[0].startswith("5")] == [("571106", "10.00", "")]


def test_an_empty_bin_is_worth_nothing():
    outcome = costing.cost(month_with([("A", "80", "840.34")], [(1, "A", "sale", 3, "-80", None)]))
    assert values(outcome) == [(1, "issue", "-840.34")]


def test_a_price_difference_that_finds_no_goods_goes_to_cost():
    # All goods left in earlier months; the bill is 5.00 dearer than the receipt was.
    outcome = costing.cost(month_with([], [(7, "A", "adjustment", None, "0", "5.00")]))
    assert values(outcome) == [(7, "adjustment", "-5.00")]
    assert lines(outcome) == [("5401", "5.00", ""), ("1405", "", "5.00")]


def test_the_cost_stays_with_the_department_that_sold():
    moves = [(1, "A", "sale", 3, "-10", None, "D1"), (2, "A", "sale", 4, "-5", None, "D2")]
    outcome = costing.cost(month_with([("A", "100", "1000.00")], moves))
    shown = outcome.lines.select("account", "department", "debit").rows()
    assert shown == [("5401", "D1", Decimal("100.00")), ("5401", "D2", Decimal("50.00")), ("1405", "", Decimal("0.00"))]
