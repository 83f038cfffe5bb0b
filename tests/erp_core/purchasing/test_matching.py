"""The three-way match as pure functions: no cent of an estimate stays behind, whatever the parts."""

from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.purchasing.matching import TYPED, priced, with_estimate, with_red_estimate

NUMBERS = dict.fromkeys(("quantity", "open", "unbilled", "received"), QUANTITY)
AMOUNTS = dict.fromkeys(("cost", "unbilled_amount", "received_cost"), MONEY)


def frame(*rows: dict) -> pl.DataFrame:
    types = {name: kind for name, kind in (NUMBERS | AMOUNTS).items() if name in rows[0]}
    return pl.DataFrame(list(rows), schema_overrides=types)


@settings(max_examples=80, deadline=None)
@given(parts=st.lists(st.integers(1, 50), min_size=1, max_size=6), estimate=st.integers(1, 99_999))
def test_bills_of_all_parts_take_exactly_the_estimate(parts, estimate):
    whole, left = sum(parts), Decimal(estimate) / 100
    one_set = with_estimate(
        frame(
            *(
                {
                    "source_id": 1,
                    "source_line": 1,
                    "quantity": part,
                    "open": whole,
                    "cost": Decimal(0),
                    "unbilled_amount": left,
                }
                for part in parts
            )
        )
    )
    assert one_set["estimate"].sum() == left
    open_quantity, rest = whole, left
    for part in parts:
        bill = {"source_id": 1, "source_line": 1, "quantity": part, "open": open_quantity, "cost": Decimal(0)}
        taken = with_estimate(frame(bill | {"unbilled_amount": rest}))["estimate"][0]
        open_quantity, rest = open_quantity - part, rest - taken
    assert rest == 0


def test_a_red_bill_first_squares_what_went_back_and_then_reopens_the_receipt():
    line = {"unbilled": -5, "unbilled_amount": Decimal("-100.00"), "received": 100, "received_cost": Decimal("2000.00")}
    reds = with_red_estimate(frame(*({**line, "quantity": quantity, "cost": Decimal(0)} for quantity in (5, 8, 2))))
    assert reds["estimate"].to_list() == [Decimal("-100.00"), Decimal("-160.00"), Decimal("-40.00")]


def line(**typed) -> dict:
    taken = {
        "quantity": Decimal(3), "unit_price": Decimal("0.292035"), "gross_price": Decimal("0.33"), "with_tax": True,
        "tax_rate": Decimal("0.13"), **dict.fromkeys(TYPED),
    }  # fmt: skip
    decimals = {"quantity": QUANTITY, "unit_price": QUANTITY, "gross_price": QUANTITY, "tax_rate": pl.Decimal(9, 6)}
    return priced(pl.DataFrame([taken | typed], schema_overrides=decimals | TYPED)).row(0, named=True)


def test_the_agreed_price_stands_where_the_bill_says_nothing():
    found = line()
    assert (found["net"], found["tax"], found["gross"]) == (Decimal("0.88"), Decimal("0.11"), Decimal("0.99"))


def test_a_printed_tax_moves_the_net_under_a_price_with_tax_and_the_gross_under_one_without():
    assert line(typed_tax=Decimal("0.12"))["net"] == Decimal("0.87")
    without = line(typed_net=Decimal("0.30"), typed_tax=Decimal("0.13"))
    assert (without["net"], without["gross"]) == (Decimal("0.90"), Decimal("1.03"))
