"""The edges of the calendar: last days of months, the leap day, the first and the last period, days ahead."""

from datetime import date

import pytest

from erp_core.foundation.errors import Refusal
from erp_core.ledger.periods import PeriodUnknown
from tests import by_hand

LINES = (("1002", 5, ""), ("3001", "", 5))


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 1, 1), "2026-01"),
        (date(2026, 1, 31), "2026-01"),
        (date(2026, 2, 28), "2026-02"),
        (date(2026, 12, 31), "2026-12"),
        (date(2027, 1, 1), "2027-01"),
        (date(2028, 2, 29), "2028-02"),
    ],
)
def test_a_voucher_falls_into_the_month_of_its_day(books, day, period):
    by_hand.post(books, day, "投资款", *LINES)
    found = books.sql("select period, voucher_on, number from rpt.voucher").rows()
    assert found == [(period, day, 1)]
    assert books.sql(
        "select last_day >= $day and first_day <= $day as fits from rpt.period where period = $p", day=day, p=period
    )["fits"][0]
    assert books.check()["ok"].all()


def test_before_the_first_period_nothing_is_posted(books):
    for day in (date(2025, 12, 31), date(2024, 2, 29), date(1, 1, 1)):
        with pytest.raises(PeriodUnknown):
            by_hand.post(books, day, "投资款", *LINES)
    assert books.sql("select count(*) as n from rpt.voucher")["n"][0] == 0


@pytest.mark.parametrize(
    "day", ["2026-02-29", "2026-13-01", "2026-00-10", "31/01/2026", "", None, 20260131, "9999-99-99"]
)
def test_a_day_that_is_none_is_refused_by_name(books, day):
    with pytest.raises(Refusal):
        by_hand.draft(books, day, "投资款", *LINES)
