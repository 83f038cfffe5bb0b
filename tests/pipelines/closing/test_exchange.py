"""Foreign money at the rate of the month's end: each balance by itself, gains and losses to their own accounts."""

from decimal import Decimal

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.ledger import chart
from erp_core.ledger.accounts import DIMENSIONS
from pipelines.closing import exchange
from tests.pipelines.closing.month_of import lines, month_of

KEYS = {"account": pl.String, **dict.fromkeys(DIMENSIONS, pl.String), "currency": pl.String}
RATES = pl.DataFrame(
    {"currency": ["USD"], "rate": [Decimal("7.0500")]}, schema={"currency": pl.String, "rate": pl.Decimal(18, 8)}
)


def month(*balances: tuple[str, str, str, str, str], roles: dict | None = None):
    """balances: account, party, currency, amount in that currency, amount in CNY; debit positive."""
    rows = [
        (account, party, "", "", "", "", currency, Decimal(foreign), Decimal(amount))
        for account, party, currency, foreign, amount in balances
    ]
    frame = pl.DataFrame(rows, schema=KEYS | {"foreign_amount": MONEY, "amount": MONEY}, orient="row")
    made = month_of().with_given(foreign=frame, rates=RATES)
    return made if roles is None else made.__class__(**{**made.__dict__, "roles": roles})


def test_gains_and_losses_by_balance():
    outcome = exchange.revalue(
        month(
            ("1002", "", "USD", "1000.00", "7100.00"),
            ("1122", "C01", "USD", "2000.00", "14000.00"),
            ("220201", "S01", "USD", "-500.00", "-3450.00"),
        )
    )
    assert lines(outcome) == [
        ("1002", "", "50.00"), ("1122", "100.00", ""), ("220201", "", "75.00"), ("530103", "", "100.00"),
        ("560303", "125.00", ""),
    ]  # fmt: skip
    assert outcome.lines["currency"].to_list() == ["USD", "USD", "USD", "", ""]
    assert outcome.lines["amount_foreign"].to_list()[:3] == [Decimal("0.00")] * 3
    assert (outcome.facts["exchange_gain"], outcome.facts["exchange_loss"]) == (Decimal("100.00"), Decimal("125.00"))


def test_under_the_large_standard_both_go_to_finance_costs():
    roles = dict(chart.of_standard("account_roles", "asbe").select("role", "account").rows())
    outcome = exchange.revalue(month(("1122", "C01", "USD", "2000.00", "14000.00"), roles=roles))
    assert lines(outcome) == [("1122", "100.00", ""), ("660303", "", "100.00")]


def test_half_a_cent_goes_up():
    assert lines(exchange.revalue(month(("1002", "", "USD", "0.10", "0.00"))))[0] == ("1002", "0.71", "")


def test_a_currency_without_a_rate_is_left_alone():
    assert exchange.revalue(month(("1002", "", "EUR", "10.00", "70.00"))).lines.is_empty()
