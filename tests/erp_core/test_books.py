"""The one interface: what can be done, what can be asked, and what an act would do before it is done."""

from decimal import Decimal as D

import pytest

import erp_core
from erp_core.inventory.checks import NotEnoughStock
from tests.trading import day, deliver, order, stock


def contents(books) -> list[tuple]:
    with books.database.read() as cursor:
        tables = ("voucher", "voucher_line", "stock_move", "stock_value", "document", "act", "account_balance")
        return [cursor.execute(f"select count(*) from core.{table}").fetchall()[0] for table in tables]


def test_everything_that_can_be_done_has_a_sentence(books):
    verbs = books.verbs()
    assert verbs.height > 50
    assert verbs["summary"].str.len_chars().min() > 10
    may = books.as_user("analyst").verbs().filter("may")["name"]
    assert set(may.str.split(".").list.first()) <= {"access", "approval"}, "one's own password and tasks, nothing else"


def test_everything_that_can_be_asked_is_in_the_catalogue(books):
    assert {"trial_balance", "balance_sheet", "stock_on_hand", "audit_trail"} <= set(books.reports()["report"])


def test_a_commit_raises_the_version_and_a_refusal_does_not(books):
    before = books.version()
    books.call("masters.department.save", departments=[{"code": "D7", "name": "采购部"}])
    assert books.version() == before + 1
    with pytest.raises(erp_core.Refusal):
        books.call("masters.department.save", departments=[{"code": "D8"}])
    assert books.version() == before + 1


def test_a_rehearsal_shows_the_voucher_and_leaves_the_books_as_they_were(books):
    stock(books, "B", 10, "20")
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 4}])
    before = contents(books)
    shown = books.rehearse("sales.delivery.ship", documents={"order": number, "document_on": day(10)})
    assert shown.lines.select("account", "debit", "credit").rows() == [("5401", D(80), D(0)), ("1405", D(0), D(80))]
    assert shown.impact.is_empty()
    assert contents(books) == before
    real = books.call("sales.delivery.ship", documents={"order": number, "document_on": day(10)})
    assert real["numbers"] == shown.result["numbers"]


def test_a_back_dated_receipt_shows_its_impact_before_it_is_booked(books):
    stock(books, "B", 10, "20", on=day(6))
    delivery = deliver(books, "C01", [{"item": "B", "quantity": 5}], on=day(10))
    late = order(books, "purchasing", "S01", [{"item": "B", "quantity": 10, "unit_price": "30"}], day(5))
    receipt = {"order": late, "document_on": day(7)}
    impact = books.rehearse("purchasing.receipt.receive", documents=receipt).impact
    assert impact.select("document", "moved_on", "amount").rows() == [(delivery, day(10), D(-25))]
    books.call("purchasing.receipt.receive", documents=receipt)
    assert books.check()["ok"].all()


def test_a_rehearsal_is_refused_like_the_act(books):
    number = order(books, "sales", "C01", [{"item": "B", "quantity": 4}])
    with pytest.raises(NotEnoughStock):
        books.rehearse("sales.delivery.ship", documents={"order": number, "document_on": day(10)})
