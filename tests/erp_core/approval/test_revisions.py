"""Revisions: an order keeps its number, its former states stay, what is done bounds what may change."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from erp_core.approval.revisions import BelowDone, PartyKept, StaleVersion
from tests.trading import day, order, stock


def approved(books, quantity=10):
    return order(books, "sales", "C01", [{"item": "B", "quantity": quantity, "unit_price": "40"}])


def version(books, number) -> int:
    return books.sql("select version from rpt.document where number = $n", n=number)["version"][0]


def revise(books, number, lines, reason="客户改数量", seen=None, **document):
    return books.call(
        "sales.order.revise",
        number=number,
        version=seen or version(books, number),
        reason=reason,
        document=document,
        lines=lines,
    )


def test_a_revision_says_what_differs_and_goes_back_to_approval(books):
    number = approved(books)
    done = revise(books, number, [{"line": 1, "item": "B", "quantity": 12, "unit_price": "40"}], note="加急")
    assert [(d["line"], d["field"], d["before"], d["after"]) for d in done["differences"]][:2] == [
        (0, "note", None, "加急"),
        (0, "net", "400", "480"),
    ]
    assert (1, "quantity", "10", "12") in [
        (d["line"], d["field"], d["before"], d["after"]) for d in done["differences"]
    ]
    head = books.report("documents", kind="sales_order").row(0, named=True)
    assert (head["number"], head["status"], head["net"]) == (number, "submitted", Decimal(480))
    kept = books.report("document_revisions", number=number).row(0, named=True)
    assert json.loads(kept["lines"])[0]["quantity"] == "10.000000"
    books.call("sales.order.approve", numbers=[number])
    assert revise(books, number, [{"item": "B", "quantity": 9, "unit_price": "40"}])["revision"] == 2
    assert books.report("document_revisions", number=number).height == 2


def test_what_was_changed_meanwhile_is_not_written_over(books):
    number = approved(books)
    seen = version(books, number)
    revise(books, number, [{"line": 1, "item": "B", "quantity": 11, "unit_price": "40"}])
    with pytest.raises(StaleVersion) as refused:
        revise(books, number, [{"line": 1, "item": "B", "quantity": 5, "unit_price": "40"}], seen=seen)
    assert refused.value.facts["actor"] == "owner"
    assert books.sql("select quantity from rpt.document_line where number = $n", n=number)["quantity"][0] == 11


def test_what_is_delivered_bounds_the_revision(books):
    stock(books, "B", 20, "20")
    number = approved(books)
    shipped = {"order": number, "document_on": day(12)}
    books.call("sales.delivery.ship", documents=shipped, lines=[{"order_line": 1, "quantity": 4}])
    for lines in (
        [{"line": 1, "item": "B", "quantity": 3, "unit_price": "40"}],
        [{"line": 1, "item": "A", "quantity": 10}],
        [{"line": 2, "item": "A", "quantity": 10}],
    ):
        with pytest.raises(BelowDone):
            revise(books, number, lines)
    revise(books, number, [{"line": 1, "item": "B", "quantity": 5, "unit_price": "40"}, {"item": "A", "quantity": 2}])
    books.call("sales.order.approve", numbers=[number])
    open_lines = books.report("sales_orders_open").select("line", "ordered", "done", "outstanding").rows()
    assert open_lines == [(1, Decimal(5), Decimal(4), Decimal(1)), (2, Decimal(2), Decimal(0), Decimal(2))]
    assert books.check()["ok"].all()


def test_an_order_is_not_given_to_somebody_else(books):
    number = approved(books)
    with pytest.raises(PartyKept):
        revise(books, number, [{"item": "B", "quantity": 1, "unit_price": "40"}], party="C02")


def test_former_states_cannot_be_written_over(books):
    number = approved(books)
    revise(books, number, [{"item": "B", "quantity": 1, "unit_price": "40"}])
    for statement in ("update core.document_revision set lines = ''", "delete from core.document_revision"):
        with pytest.raises(Exception, match="append-only"), books.database.write() as cursor:
            cursor.execute(statement)


def test_a_purchase_order_is_revised_alike(books):
    number = order(books, "purchasing", "S01", [{"item": "B", "quantity": 10, "unit_price": "20"}])
    done = books.call(
        "purchasing.order.revise", number=number, version=version(books, number), reason="涨价", document={},
        lines=[{"line": 1, "item": "B", "quantity": 10, "unit_price": "21"}],
    )  # fmt: skip
    assert ("unit_price", "20", "21") in [(d["field"], d["before"], d["after"]) for d in done["differences"]]


def test_a_revised_order_goes_before_its_chain_again(books):
    books.call(
        "approval.rule.save", rule="R", subject="sales_order", condition="amount_over", threshold="500",
        steps=[{"step": 1, "role": "supervisor"}],
    )  # fmt: skip
    number = approved(books)
    revise(books, number, [{"line": 1, "item": "B", "quantity": 100, "unit_price": "40"}])
    waiting = books.report("approvals", status="open")
    assert waiting.select("number", "revision").rows() == [(number, 1)]
    books.as_user("supervisor").call("approval.decide", approval_id=waiting["approval_id"][0], decision="approve")
    assert books.sql("select status from rpt.document where number = $n", n=number)["status"][0] == "approved"
