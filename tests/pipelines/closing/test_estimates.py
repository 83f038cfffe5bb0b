from decimal import Decimal

import polars as pl

from erp_core.foundation.money import MONEY
from pipelines.closing import estimates
from tests.pipelines.closing.month_of import lines, month_of


def waiting(amounts: dict[str, str], ledger: str, unbilled: str):
    rows = [(receipt, "S01", Decimal(amount)) for receipt, amount in amounts.items()]
    frames = {
        "open": pl.DataFrame(rows, schema={"receipt": pl.String, "party": pl.String, "amount": MONEY}, orient="row"),
        "totals": pl.DataFrame({"ledger": [Decimal(ledger)], "unbilled": [Decimal(unbilled)]}),
    }
    month = month_of(a220202=(0, 0, ledger))
    return month.__class__(**{**month.__dict__, "estimates": frames})


def test_open_estimates_are_counted_and_proven():
    outcome = estimates.prove(waiting({"PR2603-00001": "100.00", "PR2603-00002": "20.50"}, "120.50", "120.50"))
    assert lines(outcome) == []
    assert outcome.facts == {
        "estimates_open": 2,
        "estimates_amount": Decimal("120.50"),
        "estimates_difference": Decimal("0.00"),
    }


def test_what_was_posted_by_hand_shows_as_a_difference():
    outcome = estimates.prove(waiting({"": "7.00"}, "7.00", "0.00"))
    assert outcome.facts["estimates_difference"] == Decimal("7.00")
