"""The price policy: who pays what, and the trace that says why."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation.money import QUANTITY
from erp_core.sales.pricing import policy_price, settle

RULES = """
 1 | quantity  |     |   | A | 100 | 8.00  | 2026-01-01 |
 2 | promotion |     |   | A |   0 | 7.00  | 2026-03-01 | 2026-03-31
 3 | level     |     | V | A |   0 | 9.50  | 2026-01-01 |
17 | customer  | C01 |   | A |   0 | 9.00  | 2026-01-01 |
18 | customer  | C01 |   | A |  50 | 8.80  | 2026-01-01 |
30 | contract  | C01 |   | A |   0 | 8.50  | 2026-06-01 | 2026-06-30
31 | quantity  |     |   | A | 500 | 7.50  | 2026-01-01 |
"""


def rules() -> pl.DataFrame:
    rows = []
    for line in RULES.strip().splitlines():
        number, kind, party, level, item, least, price, start, end = (cell.strip() for cell in line.split("|"))
        rows.append(
            (int(number), kind, party, level, item, Decimal(least), Decimal(price), date.fromisoformat(start),
             date.fromisoformat(end) if end else None, True)
        )  # fmt: skip
    names = (
        "rule_id",
        "kind",
        "party",
        "level",
        "item",
        "minimum_quantity",
        "price",
        "valid_from",
        "valid_to",
        "active",
    )
    types = {"minimum_quantity": QUANTITY, "price": QUANTITY, "valid_to": pl.Date}
    return pl.DataFrame(rows, schema=names, schema_overrides=types, orient="row")


def line(party="C09", level="", quantity=1, on="2026-02-10", list_price="10", **typed) -> pl.DataFrame:
    row = {
        "item": "A", "party": party, "level": level, "quantity": Decimal(quantity), "priced_on": date.fromisoformat(on),
        "list_price": list_price and Decimal(list_price),
        **{name: typed.get(name) and Decimal(typed[name]) for name in ("unit_price", "gross_price", "discount")},
    }  # fmt: skip
    decimals = dict.fromkeys(("quantity", "list_price", "unit_price", "gross_price", "discount"), QUANTITY)
    return pl.DataFrame([row], schema_overrides=decimals)


@pytest.mark.parametrize(
    ("asked", "price", "trace"),
    [
        ({}, "10", "list price"),
        ({"list_price": None}, None, ""),
        ({"quantity": 100}, "8", "rule 1 quantity price"),
        ({"quantity": 500}, "7.5", "rule 31 quantity price"),
        ({"on": "2026-03-31"}, "7", "rule 2 promotion price"),
        ({"on": "2026-04-01"}, "10", "list price"),
        ({"level": "V", "quantity": 100, "on": "2026-03-01"}, "9.5", "rule 3 level price"),
        ({"party": "C01", "level": "V"}, "9", "rule 17 customer price"),
        ({"party": "C01", "quantity": 60}, "8.8", "rule 18 customer price"),
        ({"party": "C01", "quantity": 600, "on": "2026-06-15"}, "8.5", "rule 30 contract price"),
    ],
)
def test_the_more_binding_promise_is_asked_first(asked, price, trace):
    found = policy_price(line(**asked), rules()).row(0, named=True)
    assert found["policy_price"] == (price and Decimal(price))
    assert found["policy_trace"] == trace


def test_an_inactive_rule_says_nothing():
    off = rules().with_columns(active=pl.lit(value=False))
    assert policy_price(line(party="C01"), off)["policy_trace"][0] == "list price"


def test_no_rules_at_all_leave_the_list_price():
    assert policy_price(line(), rules().clear())["policy_price"][0] == Decimal(10)


@pytest.mark.parametrize(
    ("typed", "price", "trace"),
    [
        ({}, "9", "rule 17 customer price"),
        ({"unit_price": "9"}, "9", "rule 17 customer price"),
        ({"unit_price": "8.2"}, "8.2", "typed, rule 17 customer price 9"),
        ({"gross_price": "10.17"}, None, "typed, rule 17 customer price 9"),
        ({"discount": "2.5"}, "8.775", "rule 17 customer price, less 2.5%"),
    ],
)
def test_a_typed_price_stands_and_its_trace_keeps_the_rule_it_went_past(typed, price, trace):
    found = settle(policy_price(line(party="C01", **typed), rules())).row(0, named=True)
    assert found["unit_price"] == (price and Decimal(price))
    assert found["price_trace"] == trace


def test_the_order_of_lines_stays():
    lines = pl.concat([line(quantity=q) for q in (500, 1, 100)])
    assert policy_price(lines, rules())["policy_price"].to_list() == [Decimal("7.5"), Decimal(10), Decimal(8)]
