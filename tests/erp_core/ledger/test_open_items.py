"""Matching money with what was owed: oldest first or chosen, never too much, undone in the open."""

from datetime import date
from decimal import Decimal as D

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_core.foundation.money import MONEY
from erp_core.ledger import open_items

DAY = date(2026, 1, 20)
OWED = [
    {"account": "1122", "debit": "100", "party": "C01", "reference": "I1"},
    {"account": "1122", "debit": "50", "party": "C01", "reference": "I2"},
    {"account": "1122", "credit": "120", "party": "C01", "reference": "M1"},
    {"account": "1122", "debit": "30", "party": "C02", "reference": "I3"},
    {"account": "1002", "credit": "60"},
]


@pytest.fixture
def owed(books):
    books.call("ledger.opening.load", balances=OWED)
    return books


def match(books, debit: int, credit: int, amount: str) -> dict:
    pair = {"debit_item": debit, "credit_item": credit, "amount": amount}
    return books.call("ledger.open_item.match", pairs=[pair], matched_on=DAY)


def test_a_part_can_be_matched_and_no_more_than_the_rest(owed):
    match(owed, 1, 3, "100")
    with pytest.raises(open_items.MatchTooMuch):
        match(owed, 2, 3, "20.01")
    match(owed, 2, 3, "20")


def test_unlike_items_do_not_match(owed):
    for debit, credit in ((4, 3), (3, 1), (1, 2)):
        with pytest.raises(open_items.MatchUnlike):
            match(owed, debit, credit, "1")


def test_a_matching_is_undone_by_an_opposite_row(owed):
    match(owed, 1, 3, "100")
    owed.call("ledger.open_item.unmatch", match_id=1, matched_on=DAY, reason="核销错误")
    match(owed, 1, 3, "100")
    with pytest.raises(open_items.MatchUnknown):
        owed.call("ledger.open_item.unmatch", match_id=1, matched_on=DAY, reason="再撤一次")


def frame(rows: list[tuple], *names: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(names), orient="row").with_columns(pl.col(names[2]).cast(MONEY))


def test_the_oldest_is_paid_first():
    items = frame([("C", 1, D(100)), ("C", 2, D(50))], "party", "open_item_id", "remaining")
    money = frame([("C", 9, D(120)), ("X", 8, D(5))], "party", "money_id", "amount")
    assert open_items.oldest_first(items, money).rows() == [(1, 9, D("100.00")), (2, 9, D("20.00"))]


cents = st.integers(min_value=1, max_value=10_000).map(lambda n: D(n) / 100)


@given(st.lists(cents, min_size=1, max_size=8), st.lists(cents, min_size=1, max_size=8))
def test_neither_an_item_nor_the_money_is_used_beyond_its_amount(owed_amounts, paid_amounts):
    items = frame([("C", n, a) for n, a in enumerate(owed_amounts)], "party", "open_item_id", "remaining")
    money = frame([("C", n, a) for n, a in enumerate(paid_amounts)], "party", "money_id", "amount")
    pairs = open_items.oldest_first(items, money)
    assert pairs["amount"].sum() == min(sum(owed_amounts), sum(paid_amounts))
    for column, amounts in (("open_item_id", owed_amounts), ("money_id", paid_amounts)):
        for at, used in pairs.group_by(column).agg(pl.col("amount").sum()).rows():
            assert used <= amounts[at]
