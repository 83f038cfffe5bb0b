"""Which open items money pays, as a pure function."""

from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from erp_core.finance.allocation import chosen, oldest_first
from erp_core.foundation.money import MONEY

amounts = st.lists(st.integers(1, 100_000), min_size=1, max_size=12)


def items(remaining: list[Decimal]) -> pl.DataFrame:
    count = len(remaining)
    return pl.DataFrame(
        {
            "party": ["C01"] * count,
            "open_item_id": range(count),
            "reference": [f"R{n}" for n in range(count)],
            "number": [f"SI{n}" for n in range(count)],
            "remaining": remaining,
        },
        schema_overrides={"remaining": MONEY, "open_item_id": pl.Int64},
    )


def money(sums: list[Decimal]) -> pl.DataFrame:
    keys = [str(n) for n in range(len(sums))]
    return pl.DataFrame({"key": keys, "party": ["C01"] * len(sums), "amount": sums}, schema_overrides={"amount": MONEY})


@settings(max_examples=80, deadline=None)
@given(owed=amounts, paid=amounts)
def test_all_money_meets_all_that_is_owed_and_the_oldest_come_first(owed, paid):
    owed, paid = ([Decimal(cents) / 100 for cents in side] for side in (owed, paid))
    found = oldest_first(items(owed), money(paid))
    assert found["amount"].sum() == min(sum(owed), sum(paid))
    settled = dict(found.group_by("open_item_id").agg(pl.col("amount").sum()).rows())
    shares = [settled.get(n, Decimal(0)) for n in range(len(owed))]
    assert all(share <= due for share, due in zip(shares, owed, strict=True))
    partial = [n for n, share in enumerate(shares) if share < owed[n]]
    assert all(shares[n] == 0 for n in partial[1:])
    used = dict(found.group_by("key").agg(pl.col("amount").sum()).rows())
    assert all(used.get(str(n), 0) <= amount for n, amount in enumerate(paid))


def test_an_allocation_without_an_amount_takes_all_that_is_open():
    asked = pl.DataFrame({"key": ["0"], "reference": ["SI1"], "amount": [None]}, schema_overrides={"amount": MONEY})
    assert chosen(items([Decimal(5), Decimal(7)]), money([Decimal(10)]), asked).rows() == [("0", 1, Decimal("7.00"))]
