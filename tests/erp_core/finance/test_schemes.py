"""Schemes of the close: what is saved, what is refused, and what the close books from them."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.finance.schemes import SchemeInvalid, SchemeUnknown
from erp_core.foundation.errors import NotPermitted
from erp_core.foundation.given import NoSuchColumn, ValueMissing, ValueUnreadable
from erp_core.ledger.expressions import ExpressionUnreadable
from pipelines.closing import run
from pipelines.closing.schemes import SchemeParameter, SchemeUnbalanced
from tests import by_hand

JAN = date(2026, 1, 15)
INTEREST = [
    {"side": "debit", "account": "560301", "amount": "-balance(2001) * 0.06 / 12", "department": "D1"},
    {"side": "credit", "account": "2231", "amount": "rest"},
]
OVERHEAD = [
    {"side": "debit", "account": "4001", "source": "4101", "amount": "1"},
    {"side": "credit", "source": "4101", "amount": "1"},
]


@pytest.fixture
def january(books):
    by_hand.post(books, JAN, "借款", ("1002", 100000, ""), ("2001", "", 100000))
    by_hand.post(
        books, JAN, "车间费用", ("4101", "10.01", "", {"department": "D1"}), ("4101", 5, ""), ("1002", "", "15.01")
    )
    return books


def save(books, scheme: str, lines, **more):
    return books.call("ledger.scheme.save", scheme=scheme, name=scheme, lines=lines, **more)


def booked(closing, scheme: str) -> list[tuple[str, str, Decimal]]:
    rows = closing.lines.filter(key=f"accruals/{scheme}").select("account", "department", "debit", "credit").rows()
    return [(account, department, debit - credit) for account, department, debit, credit in rows]


def test_an_accrual_and_a_transfer_are_booked_in_their_order(january):
    save(january, "制造费用", OVERHEAD, position=20)
    save(january, "预提利息", INTEREST, position=10, summary="预提短期借款利息")
    closed = run.close(january, "2026-01")
    assert booked(closed, "预提利息") == [("560301", "D1", Decimal("500.00")), ("2231", "", Decimal("-500.00"))]
    assert booked(closed, "制造费用") == [
        ("4001", "", Decimal("5.00")), ("4001", "D1", Decimal("10.01")),
        ("4101", "", Decimal("-5.00")), ("4101", "D1", Decimal("-10.01")),
    ]  # fmt: skip
    vouchers = closed.vouchers_posted
    assert list(vouchers)[:2] == ["accruals/预提利息", "accruals/制造费用"]
    assert january.check().filter(ok=False).is_empty()
    # Opened again and closed again: the schemes read the books without what they booked themselves.
    run.reopen(january, "2026-01", reason="核对")
    assert run.close(january, "2026-01").result_hash == closed.result_hash


def test_months_and_being_switched_off(january):
    save(january, "季度利息", INTEREST, months="3,6,9,12")
    assert booked(run.close(january, "2026-01", dry_run=True), "季度利息") == []
    save(january, "季度利息", INTEREST)
    assert booked(run.close(january, "2026-01", dry_run=True), "季度利息")
    january.call("ledger.scheme.set_active", scheme="季度利息", active=False)
    assert booked(run.close(january, "2026-01", dry_run=True), "季度利息") == []
    with pytest.raises(SchemeUnknown):
        january.call("ledger.scheme.set_active", scheme="没有", active=False)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": "__import__('os')"}, ExpressionUnreadable),
        ({"amount": "balance(2001).real"}, ExpressionUnreadable),
        ({"amount": "[1][0]"}, ExpressionUnreadable),
        ({"amount": "1 if 1 else 2"}, ExpressionUnreadable),
        ({"amount": "9 ** 9"}, ExpressionUnreadable),
        ({"amount": "1 +"}, ExpressionUnreadable),
        ({"amount": "balance()"}, ExpressionUnreadable),
        ({"amount": "0x10"}, ExpressionUnreadable),
        ({"amount": "1+" * 400 + "1"}, ExpressionUnreadable),
        ({"amount": "balance(2099)"}, SchemeInvalid),
        ({"amount": ""}, ValueMissing),
        ({"side": "left"}, SchemeInvalid),
        ({"account": "5603"}, SchemeInvalid),
        ({"account": ""}, SchemeInvalid),
        ({"source": "9999"}, SchemeInvalid),
        ({"department": "D9"}, SchemeInvalid),
        ({"colour": "red"}, NoSuchColumn),
    ],
)
def test_a_line_that_could_not_be_booked_is_refused(books, change, refusal):
    with pytest.raises(refusal):
        save(books, "坏", [INTEREST[0] | change, INTEREST[1]])
    assert books.sql("select count(*) as n from rpt.close_scheme")["n"][0] == 0


@pytest.mark.parametrize(
    ("head", "refusal"),
    [
        ({"months": "13"}, SchemeInvalid),
        ({"months": "March"}, SchemeInvalid),
        ({"from_period": "2026"}, SchemeInvalid),
        ({"to_period": "never"}, SchemeInvalid),
        ({"position": -1}, SchemeInvalid),
        ({"position": "first"}, SchemeInvalid),
        ({"lines": INTEREST[:1]}, SchemeInvalid),
        ({"lines": "560301"}, ValueUnreadable),
        ({"lines": ["560301"]}, ValueUnreadable),
        ({"scheme": " "}, SchemeInvalid),
    ],
)
def test_a_head_that_could_not_be_read_is_refused(books, head, refusal):
    with pytest.raises(refusal):
        books.call("ledger.scheme.save", **{"scheme": "坏", "name": "坏", "lines": INTEREST, **head})


def test_what_does_not_balance_is_refused_by_name(january):
    save(january, "不平", [INTEREST[0], INTEREST[1] | {"amount": "1"}])
    with pytest.raises(SchemeUnbalanced) as refused:
        run.close(january, "2026-01", dry_run=True)
    assert refused.value.facts["scheme"] == "不平"


def test_a_parameter_that_is_not_there_and_a_division_by_nothing_are_named(january):
    save(january, "参数", [INTEREST[0] | {"amount": "balance(2001) * parameter('no.such')"}, INTEREST[1]])
    with pytest.raises(SchemeParameter):
        run.close(january, "2026-01", dry_run=True)
    save(january, "参数", [INTEREST[0] | {"amount": "1 / balance(2501)"}, INTEREST[1]])
    with pytest.raises(ExpressionUnreadable):
        run.close(january, "2026-01", dry_run=True)


def test_schemes_are_for_the_supervisor(books):
    with pytest.raises(NotPermitted):
        save(books.as_user("accountant"), "x", INTEREST)
    assert save(books.as_user("supervisor"), "x", INTEREST)["lines"] == 2
