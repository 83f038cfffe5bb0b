"""Drawing on earlier papers: all that is open, or what was asked for, and never more."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erp_core.foundation import sources
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import QUANTITY


class TooMuch(Refusal):
    """{number} line {line}: {wanted} of {open}."""


def lines(*opens: int) -> pl.DataFrame:
    count = len(opens)
    return pl.DataFrame(
        {
            "document_id": [7] * count, "line": range(1, count + 1), "item": ["A"] * count, "quantity": [10] * count,
            "open": opens, "warehouse": ["W1"] * count, "bin": ["B1"] * count, "reason": [""] * count,
            "source_id": [None] * count, "source_line": [None] * count,
        },
        schema_overrides={
            "quantity": QUANTITY, "open": QUANTITY, "line": pl.Int32, "source_id": pl.Int64, "source_line": pl.Int32,
        },
    )  # fmt: skip


def pairs(*keys: str, **more) -> pl.DataFrame:
    return pl.DataFrame({"key": keys, "source": "SO1", "source_id": 7, **more})


def asked(*rows: tuple) -> pl.DataFrame:
    schema = {
        "key": pl.String,
        "source": pl.String,
        "source_line": pl.Int32,
        "quantity": QUANTITY,
        "warehouse": pl.String,
    }
    return pl.DataFrame([(*row, None)[:5] for row in rows], schema=schema, orient="row")


def test_without_a_wish_all_that_is_open_is_taken():
    taken = sources.draw(pairs("a"), lines(3, 0, 5), asked())
    assert taken.select("source_line", "quantity").rows() == [(1, 3), (3, 5)]


def test_a_wish_wins_over_the_source_where_it_says_something():
    taken = sources.draw(pairs("a"), lines(3, 5), asked(("a", None, 2, Decimal(4), "W2"), ("a", None, 1, None, "")))
    assert taken.select("source_line", "quantity", "warehouse").rows() == [(2, 4, "W2"), (1, 3, "W1")]


def test_a_warehouse_named_for_all_lines_knows_no_bins_of_the_other():
    taken = sources.draw(pairs("a", place="W2"), lines(3), asked())
    assert taken.select("warehouse", "bin").row(0) == ("W2", "")


def test_nothing_open_an_unknown_line_and_a_negative_quantity_are_refused():
    for opens, wish, refusal in (
        ((0,), (), sources.NothingOpen),
        ((3,), (("a", None, 9, Decimal(1)),), sources.NoSuchLine),
        ((3,), (("a", None, 1, Decimal(-1)),), sources.QuantityNotPositive),
    ):
        with pytest.raises(refusal):
            sources.draw(pairs("a"), lines(*opens), asked(*wish))


@settings(max_examples=60, deadline=None)
@given(wants=st.lists(st.integers(1, 9), min_size=1, max_size=5), free=st.integers(1, 12))
def test_documents_of_one_set_never_take_more_than_is_open_together(wants, free):
    keys = [f"k{n}" for n in range(len(wants))]
    wishes = asked(*[(key, None, 1, Decimal(want)) for key, want in zip(keys, wants, strict=True)])
    taken = sources.draw(pairs(*keys), lines(free), wishes)
    if sum(wants) > free:
        with pytest.raises(TooMuch):
            sources.refuse_over(taken, pl.col("open"), TooMuch)
    else:
        sources.refuse_over(taken, pl.col("open"), TooMuch)
