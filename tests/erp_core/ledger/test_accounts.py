"""The chart: children added without orphaning lines, rules of dimensions, periods in order."""

from datetime import date

import pytest

from erp_core.foundation.session import Session
from erp_core.ledger import accounts, periods, posting


def test_a_child_takes_over_the_rules_of_its_parent_and_becomes_the_leaf(books):
    books.call("ledger.account.add", code="100201", parent="1002", name_zh="工行一一八八")
    session = Session(books.database, books.actor, date(2026, 1, 1))
    with session.act("test.read", {}):
        chart = {row["code"]: row for row in accounts.chart(session).to_dicts()}
        assert (chart["1002"]["leaf"], chart["100201"]["leaf"], chart["100201"]["cash"]) == (False, True, True)
        assert accounts.account_for(session, "bank") == "100201"


def test_a_used_account_gets_no_first_child(books):
    books.call("ledger.opening.load", balances=[{"account": "1002", "debit": "5"}, {"account": "3001", "credit": "5"}])
    with pytest.raises(accounts.AccountUsed):
        books.call("ledger.account.add", code="100201", parent="1002", name_zh="工行")


def test_strange_accounts_are_refused(books):
    with pytest.raises(accounts.UnknownAccount):
        books.call("ledger.account.add", code="999901", parent="9999", name_zh="x")
    with pytest.raises(accounts.AccountExists):
        books.call("ledger.account.add", code="1002", parent="1001", name_zh="x")
    with pytest.raises(accounts.AccountUsed):
        books.call("ledger.account.add", code="200201", parent="1002", name_zh="x")


def test_a_dimension_can_be_made_a_duty(books):
    books.call("ledger.account.set_rules", code="560299", rules={"department": "required"})
    lines = [{"summary": "x", "account": "560299", "debit": "1"}, {"summary": "x", "account": "1001", "credit": "1"}]
    with pytest.raises(posting.DimensionMissing):
        books.call("ledger.voucher.draft", voucher_on=date(2026, 1, 2), lines=lines)
    lines[0]["department"] = "D1"
    books.call("ledger.voucher.draft", voucher_on=date(2026, 1, 2), lines=lines)


@pytest.mark.parametrize(("period", "after"), [("2026-01", "2026-02"), ("2026-11", "2026-12"), ("2026-12", "2027-01")])
def test_periods_follow_each_other(period, after):
    assert periods.next_period(period) == after


def test_a_month_not_yet_begun_opens_on_first_use_and_leaves_no_hole(books):
    session = Session(books.database, books.actor, date(2026, 1, 1))
    import polars as pl

    with session.act("test.use", {}):
        periods.require_open(session, pl.Series([date(2026, 4, 2)]))
        assert session.reference("period")["period"].sort().to_list() == ["2026-01", "2026-02", "2026-03", "2026-04"]
        assert periods.next_to_close(session) == "2026-01"
