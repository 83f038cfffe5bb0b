"""Cash day by day, counts, and the forecast of thirteen weeks from what is due, ordered, planned and comes round."""

from __future__ import annotations

from decimal import Decimal

import pytest

from erp_core.banking.cash import CountMissing, NotCashOnHand, OpenItemUnknown, PiecesUnclear
from erp_core.masters.refusals import EndsBeforeStart, NotAChoice
from tests.erp_core.banking.statement import post
from tests.trading import day, deliver, invoice, order, stock


def test_cash_is_counted_beside_the_books(books):
    for on, amount in ((5, "100"), (5, "-30"), (8, "10")):
        post(books, day(on), amount)
    made = books.call(
        "banking.cash.count", on=day(8), account="1002", pieces={"50": 1, "10": 2, "0.5": 20}, witness="财务主管"
    )
    assert made == {"counted": "80.00", "book": "80.00", "difference": "0.00"}
    assert books.call("banking.cash.count", on=day(8), account="1002", counted="79.5")["difference"] == "-0.50"
    days = books.report("cash_days", account="1002", from_day=day(1), to_day=day(31))
    assert days.select("day", "opening", "money_in", "money_out", "closing", "difference").rows() == [
        (day(5), 0, 100, 30, 70, None),
        (day(8), 70, 10, 0, 80, Decimal("-0.50")),
    ]
    for given, refusal in (
        ({}, CountMissing),
        ({"pieces": {"3": 1}}, PiecesUnclear),
        ({"pieces": {"50": -1}}, PiecesUnclear),
        ({"pieces": {"50": 1}, "counted": "51"}, PiecesUnclear),
        ({"counted": "-1"}, PiecesUnclear),
        ({"counted": "1", "account": "1122"}, NotCashOnHand),
    ):
        with pytest.raises(refusal):
            books.call("banking.cash.count", on=day(8), **given)


@pytest.fixture
def ahead(books):
    """1,000 in the bank; C01 owes 1,130 on 9 February; a bill of 90.40 is due; an order of 113 waits; wages each month."""
    post(books, day(2), "1000")
    invoice(books, deliver(books, "C01", [{"item": "V", "quantity": 10, "unit_price": "100", "tax_code": "S13"}]))
    receipt = stock(books, "A", 10, "8")
    books.call("purchasing.bill.book", documents={"receipt": receipt, "document_on": day(7), "reference": "B1"})
    order(books, "sales", "C02", [{"item": "V", "quantity": 1, "unit_price": "100", "tax_code": "S13"}], due_on=day(20))
    books.call(
        "banking.recurring.save",
        items=[
            {
                "code": "wages",
                "name": "工资",
                "kind": "payroll",
                "amount": "-300",
                "every": "month",
                "first_on": day(10),
            },
            {"code": "tax", "name": "增值税", "kind": "tax", "amount": "-50", "every": "once", "first_on": day(15, 2)},
        ],
    )
    return books


def forecast(books, on=None, **more):
    frame = books.report("cash_forecast", as_of=on or day(12), **more)
    return {(row["week"], row["kind"]): row["amount"] for row in frame.to_dicts()}


def test_thirteen_weeks(ahead):
    found = forecast(ahead)
    assert found[5, "receivable"] == 1130
    assert found[4, "payable"] == Decimal("-90.40")
    assert found[10, "sales_order"] == 113
    assert [week for week, kind in found if kind == "payroll"] == [5, 9, 13]
    assert found[5, "tax"] == -50
    assert found[13, "balance"] == 1000 + 1130 - Decimal("90.40") + 113 - 900 - 50
    assert sorted(week for week, kind in found if kind == "balance") == list(range(1, 14))


def test_assumptions_and_plans_move_money(ahead):
    assert forecast(ahead, customers_late=7)[6, "receivable"] == 1130
    assert not any(kind == "sales_order" for _, kind in forecast(ahead, orders=False))
    late = forecast(ahead, on=day(1, 3), overdue_weeks=3)
    parts = [late[week, "receivable"] for week in (1, 2, 3)]
    assert (sum(parts), parts[0]) == (1130, Decimal("376.67"))
    item = ahead.report("payment_plan", side="payable").row(0, named=True)
    ahead.call(
        "banking.plan.save", plan={"open_item_id": item["open_item_id"], "planned_on": day(1, 3), "note": "延期"}
    )
    assert forecast(ahead)[7, "payable"] == Decimal("-90.40")
    moved = ahead.report("payment_plan", side="payable").row(0, named=True)
    assert (moved["due_on"], moved["planned_on"], moved["note"]) == (item["due_on"], day(1, 3), "延期")
    ahead.call("banking.plan.save", plan={"open_item_id": item["open_item_id"]})
    assert ahead.report("payment_plan", side="payable")["planned_on"][0] == item["due_on"]
    with pytest.raises(OpenItemUnknown):
        ahead.call("banking.plan.save", plan={"open_item_id": 4711, "planned_on": day(1, 3)})


def test_odd_things_that_come_round_are_refused(books):
    row = {"code": "x", "name": "x", "amount": "-1", "every": "month", "first_on": day(10)}
    for given, refusal in (({"every": "day"}, NotAChoice), ({"last_on": day(9)}, EndsBeforeStart)):
        with pytest.raises(refusal):
            books.call("banking.recurring.save", items=[row | given])
