"""Sales orders: prices with their trace, the lifecycle, what is refused."""

from decimal import Decimal

import pytest

from erp_core.foundation import documents, given
from erp_core.foundation.errors import ReasonMissing
from erp_core.masters import order_lines
from erp_core.masters.refusals import UnknownUnit
from erp_core.sales.orders import PriceBelowFloor
from tests.trading import counts, day, order, status


def place(books, lines, **head):
    given_head = {"document_on": day(5), "party": "C01", "warehouse": "W1", **head}
    return books.call("sales.order.place", documents=given_head, lines=lines)["numbers"]["1"]


def lines_of(books, number):
    return books.sql("select * from rpt.document_line where number = $n order by line", n=number)


def test_an_order_keeps_prices_and_their_trace(books):
    books.call(
        "masters.price_rule.save",
        rules=[{"kind": "customer", "party": "C01", "item": "A", "price": "80", "valid_from": day(1)}],
    )
    number = place(
        books,
        [
            {"item": "A", "quantity": 2},
            {"item": "B", "quantity": 1},
            {"item": "C", "quantity": 1, "gross_price": "226"},
        ],
    )
    frame = lines_of(books, number)
    assert frame["unit_price"].to_list() == [Decimal(80), Decimal(40), Decimal(200)]
    assert frame["price_trace"].to_list() == ["rule 1 customer price", "list price", "typed, list price 260"]
    head = books.sql("select net, tax, gross, status from rpt.document where number = $n", n=number).row(0)
    assert head == (Decimal("400.00"), Decimal("52.00"), Decimal("452.00"), "draft")


def test_a_quantity_in_another_unit_is_turned_into_the_base_unit(books):
    books.call("masters.item_unit.save", units=[{"item": "A", "unit": "盒", "numerator": 50}])
    number = place(books, [{"item": "A", "quantity": 2, "unit": "盒", "unit_price": "4000"}])
    assert lines_of(books, number).select("quantity", "unit_price", "net").row(0) == (100, 80, Decimal("8000.00"))
    with pytest.raises(UnknownUnit):
        place(books, [{"item": "A", "quantity": 2, "unit": "桶"}])


def test_an_order_goes_through_its_states_and_an_illegal_step_is_refused_by_name(books):
    number = place(books, [{"item": "A", "quantity": 1}])
    with pytest.raises(documents.IllegalStep) as refused:
        books.call("sales.order.approve", numbers=number)
    assert refused.value.facts["status"] == "draft"
    assert refused.value.facts["allowed"] == "submit, cancel, revise"
    books.call("sales.order.submit", numbers=number)
    books.call("sales.order.return", numbers=number, reason="单价请复核")
    assert status(books, number) == "draft"
    books.call("sales.order.submit", numbers=number)
    books.call("sales.order.approve", numbers=number)
    with pytest.raises(documents.IllegalStep):
        books.call("sales.order.cancel", numbers=number, reason="不要了")
    books.call("sales.order.close", numbers=number)
    books.call("sales.order.reopen", numbers=number, reason="客户又要")
    steps = books.sql(
        "select s.action, s.to_status from rpt.document_step s join rpt.document d using (document_id)"
        " where d.number = $n order by s.act_id",
        n=number,
    )
    assert steps["action"].to_list() == ["make", "submit", "return", "submit", "approve", "close", "reopen"]
    assert steps["to_status"][-1] == "approved"


def test_cancelling_needs_a_reason_and_keeps_the_number(books):
    number = place(books, [{"item": "A", "quantity": 1}])
    with pytest.raises(ReasonMissing):
        books.call("sales.order.cancel", numbers=number)
    books.call("sales.order.cancel", numbers=number, reason="重复下单")
    assert status(books, number) == "cancelled"
    assert place(books, [{"item": "A", "quantity": 1}]) == "SO2601-00002"


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([{"item": "ZZ", "quantity": 1}], order_lines.NoSuchItem),
        ([{"item": "A", "quantity": 0}], order_lines.OrderQuantity),
        ([{"item": "A", "quantity": -1}], order_lines.OrderQuantity),
        ([{"item": "A", "quantity": 1.5}], given.BinaryFraction),
        ([{"item": "A", "quantity": "viele"}], given.ValueUnreadable),
        ([{"item": "A", "quantity": 1, "colour": "红"}], given.NoSuchColumn),
        ([{"item": "A"}], given.ValueMissing),
        ([], order_lines.OrderWithoutLines),
    ],
)
def test_bad_lines_are_refused_and_nothing_is_written(books, lines, refusal):
    before = counts(books)
    with pytest.raises(refusal):
        place(books, lines)
    assert counts(books).equals(before)


@pytest.mark.parametrize(
    ("head", "refusal"),
    [
        ({"party": "S01"}, order_lines.NoSuchParty),
        ({"party": "nobody"}, order_lines.NoSuchParty),
        ({"warehouse": "W9"}, order_lines.NoSuchPlace),
        ({"employee": "E9"}, order_lines.NoSuchPlace),
    ],
)
def test_a_head_that_names_the_unknown_is_refused(books, head, refusal):
    with pytest.raises(refusal):
        place(books, [{"item": "A", "quantity": 1}], **head)


def test_a_blocked_customer_gets_no_order(books):
    books.call(
        "masters.party.save", parties=[{"code": "C02", "name": "株洲乙建材", "customer": True, "status": "blocked"}]
    )
    with pytest.raises(order_lines.PartyBlocked):
        place(books, [{"item": "A", "quantity": 1}], party="C02")


def test_no_price_and_too_low_a_price_are_refused(books):
    books.call(
        "masters.item.save",
        items=[
            {"code": "N", "name": "无价", "unit": "个"},
            {"code": "F", "name": "有底价", "unit": "个", "list_price": "10", "floor_price": "8"},
        ],
    )
    with pytest.raises(order_lines.PriceMissing):
        place(books, [{"item": "N", "quantity": 1}])
    with pytest.raises(PriceBelowFloor):
        place(books, [{"item": "F", "quantity": 1, "discount": "25"}])
    place(books, [{"item": "F", "quantity": 1, "discount": "20"}])


def test_approval_reserves_and_moves_nothing(books):
    order(books, "sales", "C01", [{"item": "A", "quantity": 3}])
    shown = books.report("stock_on_hand", as_of=day(5))
    assert books.sql("select count(*) from rpt.stock_move").item() == 0
    reserved = shown["reserved"].sum() if shown.height else None
    assert reserved in (3, None)


def test_a_set_is_numbered_by_date_and_then_in_its_order(books):
    heads = [{"key": k, "document_on": day(d), "party": "C01"} for k, d in (("b", 9), ("a", 7), ("c", 9))]
    lines = [{"key": k, "item": "A", "quantity": 1} for k in "abc"]
    numbers = books.call("sales.order.place", documents=heads, lines=lines)["numbers"]
    assert numbers == {"a": "SO2601-00001", "b": "SO2601-00002", "c": "SO2601-00003"}
