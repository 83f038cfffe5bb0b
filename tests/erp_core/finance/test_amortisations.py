"""Costs spread over months: written down, charged by the close, ended early, and refused where a close has passed."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.finance.amortisations import AmortisationBegun, AmortisationInvalid, AmortisationUnknown
from erp_core.foundation.given import BinaryFraction, ValueMissing
from pipelines.closing import run
from tests import by_hand

JAN = date(2026, 1, 15)
RENT = {
    "code": "R1", "name": "仓库租金", "account": "1801", "cost_account": "560208", "amount": "10000",
    "months": 3, "first_period": "2026-01", "department": "D1",
}  # fmt: skip


@pytest.fixture
def january(books):
    by_hand.post(books, JAN, "预付租金", ("1801", 10000, ""), ("1002", "", 10000))
    books.call("ledger.amortisation.save", costs=[RENT])
    return books


def left(books) -> Decimal:
    return books.sql("select sum(debit - credit) as b from rpt.balance where account = '1801'")["b"][0]


def test_three_months_bear_it(january):
    standing = []
    for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
        assert run.close(january, month).passed
        standing.append(str(left(january)))
    assert standing == ["6666.67", "3333.34", "0.00", "0.00"]
    told = january.report("amortisation_schedule", period="2026-02").select("this_month", "charged", "remaining").rows()
    assert told == [(Decimal("3333.33"), Decimal("6666.66"), Decimal("3333.34"))]
    cost = january.sql("select department, sum(debit) as d from rpt.voucher_line where account = '560208' group by all")
    assert cost.rows() == [("D1", Decimal("10000.00"))]


def test_after_the_first_close_it_can_only_be_ended(january):
    run.close(january, "2026-01")
    with pytest.raises(AmortisationBegun):
        january.call("ledger.amortisation.save", costs=[RENT | {"amount": "9000"}])
    with pytest.raises(AmortisationInvalid):
        january.call("ledger.amortisation.end", code="R1", period="2025-12", reason="退租")
    with pytest.raises(AmortisationUnknown):
        january.call("ledger.amortisation.end", code="R2", period="2026-02", reason="退租")
    january.call("ledger.amortisation.end", code="R1", period="2026-02", reason="退租")
    run.close(january, "2026-02")
    assert left(january) == 0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"months": 0}, AmortisationInvalid),
        ({"amount": "-1"}, AmortisationInvalid),
        ({"amount": 0.5}, BinaryFraction),
        ({"amount": None}, ValueMissing),
        ({"account": "2221"}, AmortisationInvalid),
        ({"cost_account": "9"}, AmortisationInvalid),
        ({"first_period": "2026-13"}, AmortisationInvalid),
        ({"department": "D9"}, AmortisationInvalid),
    ],
)
def test_what_could_not_be_charged_is_refused(books, change, refusal):
    with pytest.raises(refusal):
        books.call("ledger.amortisation.save", costs=[RENT | change])
    with pytest.raises(AmortisationInvalid):
        books.call("ledger.amortisation.save", costs=[RENT, RENT])
