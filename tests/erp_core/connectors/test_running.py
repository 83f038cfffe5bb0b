"""Runs of inbound connectors: idempotent by outside key, rows that do not fit set aside by field, back-off and recovery."""

from __future__ import annotations

import json
from datetime import timedelta

import openpyxl
import pytest

from erp_core.connectors import running
from erp_core.foundation.errors import NotPermitted, Refusal
from erp_core.operations.clock import instant
from tests.erp_core.connectors.conftest import ORDERS, PARTIES, order

HEAD = "编号,名称,账期\n"


def run(books, name):
    return books.call("connector.run", name=name)


def letters(books, state="open"):
    return books.report("dead_letters", state=state).to_dicts()


def orders_placed(books):
    return books.sql(
        "select number, reference, net from rpt.document where kind = 'sales_order' order by number"
    ).to_dicts()


def test_a_dropped_file_becomes_cards_and_a_second_run_changes_nothing(books, parties):
    (parties / "a.csv").write_text(HEAD + "X1,湘潭一号店,15\nX2,湘潭二号店,\n", encoding="utf-8")
    done = run(books, "customers")
    assert (done["rows_in"], done["rows_taken"], done["outcome"]) == (2, 2, "done")
    cards = books.sql(
        "select code, name, credit_days, customer from rpt.party where code like 'X%' order by code"
    ).rows()
    assert cards == [("X1", "湘潭一号店", 15, True), ("X2", "湘潭二号店", 30, True)]
    assert run(books, "customers")["outcome"] == "unchanged"
    (parties / "b.csv").write_bytes((HEAD + "X1,湘潭一号店,15\nX3,湘潭三号店,60\n").encode("gb18030"))
    done = run(books, "customers")
    assert (done["rows_in"], done["rows_known"], done["rows_taken"]) == (3, 2, 1)
    assert books.report("connectors")["taken"].to_list() == [3]


def test_a_changed_card_is_saved_again(books, parties):
    (parties / "a.csv").write_text(HEAD + "X1,旧名,15\n", encoding="utf-8")
    run(books, "customers")
    (parties / "a.csv").write_text(HEAD + "X1,新名,15\n", encoding="utf-8")
    assert run(books, "customers")["rows_taken"] == 1
    assert books.sql("select name from rpt.party where code = 'X1'")["name"].to_list() == ["新名"]


def test_a_workbook_is_read_with_its_numbers(books, parties, folder):
    books.call("connector.save", connectors={"name": "customers", "kind": "xlsx"})
    book = openpyxl.Workbook()
    for row in (["编号", "名称", "账期"], ["X8", "工作簿", 45], [1001, "数字编号", None]):
        book.active.append(row)
    book.save(parties / "a.xlsx")
    assert run(books, "customers")["rows_taken"] == 2
    assert books.sql("select credit_days from rpt.party where code = 'X8'")["credit_days"].to_list() == [45]
    assert books.sql("select name from rpt.party where code = '1001'")["name"].to_list() == ["数字编号"]


def test_rows_that_do_not_fit_are_set_aside_by_field_and_the_others_go_in(books, parties):
    good = "".join(f"G{n},客户{n},30\n" for n in range(20))
    (parties / "a.csv").write_text(HEAD + good + "X1,无账期,很多\nX2,负账期,-5\n,没编号,3\n", encoding="utf-8")
    done = run(books, "customers")
    assert (done["rows_taken"], done["rows_rejected"], done["outcome"]) == (20, 3, "partial")
    found = {letter["external_id"]: letter for letter in letters(books)}
    assert found["X1"]["field"] == "账期" and "很多" in found["X1"]["problem"]
    assert found["X2"]["field"] == "credit_days" and "WrongNumber" in found["X2"]["problem"]
    assert json.loads(found["X2"]["payload"])["parties"][0]["name"] == "负账期"
    assert any(letter["field"] == "编号" for letter in found.values())
    # The same rows again are not tried by a run: they wait for their time.
    (parties / "b.csv").write_text(HEAD + "X9,又一个,1\n", encoding="utf-8")
    assert run(books, "customers")["rows_rejected"] == 0
    assert {letter["tries"] for letter in letters(books)} == {1}
    # Put right outside, the row goes in and its letter is closed.
    (parties / "a.csv").write_text(HEAD + "X1,有账期,20\n", encoding="utf-8")
    assert run(books, "customers")["rows_taken"] == 1
    assert "X1" not in {letter["external_id"] for letter in letters(books)}


def test_a_file_of_another_format_is_refused_by_its_missing_field(books, parties):
    (parties / "a.csv").write_text("编号,称呼,账期\nX1,名,3\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        run(books, "customers")
    assert refused.value.code == "FieldsMissing" and refused.value.facts["field"] == "名称"
    state = books.report("connectors").row(0, named=True)
    assert state["outcome"] == "failed" and "名称" in state["problem"] and state["failures"] == 1


def test_orders_come_from_an_address_and_never_twice(books, orders):
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "2026-01-15T08:00"), order("W-2", "2026-01-15T09:00")]}}
    done = run(books, "shop")
    assert done["rows_taken"] == 2
    placed = orders_placed(books)
    assert [row["reference"] for row in placed] == ["W-1", "W-2"]
    assert str(placed[0]["net"]) == "77.50"
    assert run(books, "shop")["rows_taken"] == 0
    assert orders.asked[-1][1] == {"changed_after": ["2026-01-15T09:00"]}
    assert len(orders_placed(books)) == 2
    keys = books.sql("select external_id, our_key from rpt.connector_row order by external_id").rows()
    assert keys == [("W-1", placed[0]["number"]), ("W-2", placed[1]["number"])]


def test_an_order_that_comes_twice_in_one_answer_has_its_lines_once(books, orders):
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "1"), order("W-1", "2", pieces="4")]}}
    assert run(books, "shop")["rows_taken"] == 1
    assert [str(row["net"]) for row in orders_placed(books)] == ["90.00"]


def test_an_order_that_changed_outside_is_shown_not_placed_again(books, orders):
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "1")]}}
    run(books, "shop")
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "2", pieces="9")]}}
    assert run(books, "shop")["rows_rejected"] == 1
    assert "RowChangedOutside" in letters(books)[0]["problem"]
    assert len(orders_placed(books)) == 1


def test_a_bad_order_is_tried_again_after_its_cause_is_gone(books, orders):
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "1", sku="NEW"), order("W-2", "1")]}}
    done = run(books, "shop")
    assert (done["rows_taken"], done["rows_rejected"]) == (1, 1)
    letter = letters(books)[0]
    assert letter["external_id"] == "W-1" and "NEW" in letter["problem"]
    assert books.call("connector.retry", letters=[letter["letter_id"]]) == {"tried": 1, "taken": 0, "left": 1}
    again = letters(books)[0]
    assert again["tries"] == 2
    assert again["next_try_at"] - again["last_at"] == timedelta(minutes=2)
    books.call("masters.item.save", items=[{"code": "NEW", "name": "新货", "unit": "个"}])
    assert books.call("connector.retry", letters=letter["letter_id"])["taken"] == 1
    assert not letters(books) and letters(books, "resolved")[0]["resolution"] == "taken"


def test_a_letter_is_resolved_with_a_reason_and_stays_so(books, orders):
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "1", buyer="NOBODY")]}}
    run(books, "shop")
    number = letters(books)[0]["letter_id"]
    with pytest.raises(Refusal):
        books.call("connector.resolve", letters=number, reason=" ")
    books.call("connector.resolve", letters=number, reason="客户取消")
    assert not letters(books)
    assert run(books, "shop")["rows_rejected"] == 0
    with pytest.raises(Refusal) as refused:
        books.call("connector.resolve", letters=number, reason="again")
    assert refused.value.code == "LetterUnknown"


def test_a_server_that_is_down_is_asked_less_and_less_and_again_when_it_is_back(books, orders):
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "1")]}}
    orders.status = 503
    waits = []
    for failures in (1, 2, 3):
        with pytest.raises(Refusal) as refused:
            run(books, "shop")
        assert refused.value.code == "OtherSideFailed"
        row = books.sql("select failures, next_run_at from rpt.connector").row(0)
        assert row[0] == failures
        waits.append(round((row[1] - instant()).total_seconds() / 60))
        assert "shop" not in running.due(books, instant())
    assert waits == [1, 2, 4]
    assert "shop" in running.due(books, instant() + timedelta(minutes=5))
    orders.status = 200
    assert run(books, "shop")["rows_taken"] == 1
    assert books.sql("select failures from rpt.connector")["failures"].to_list() == [0]
    assert books.report("connector_runs")["outcome"].to_list() == ["done", "failed", "failed", "failed"]


@pytest.mark.parametrize("page", [b"<html>", {"data": []}, {"data": {"orders": ["x"]}}, b"[" * 100])
def test_an_answer_that_is_no_list_of_rows_changes_nothing(books, orders, page):
    orders.pages["/orders"] = page
    with pytest.raises(Refusal):
        run(books, "shop")
    assert not orders_placed(books) and not letters(books)


def test_pages_are_followed_on_the_same_host_only(books, orders):
    books.call("connector.save", connectors={"name": "shop", "mapping": ORDERS | {"next": "next"}})
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "1")]}, "next": "/orders/2"}
    orders.pages["/orders/2"] = {"data": {"orders": [order("W-2", "2")]}, "next": None}
    assert run(books, "shop")["rows_taken"] == 2
    orders.pages["/orders"] = {"data": {"orders": []}, "next": "http://example.com/steal"}
    with pytest.raises(Refusal) as refused:
        run(books, "shop")
    assert refused.value.code == "OtherSideFailed"


def test_who_runs_needs_the_act_itself_too(books, parties):
    (parties / "a.csv").write_text(HEAD + "X1,名,3\n", encoding="utf-8")
    books.call("access.role.save", role="courier", permissions=["connector.*", "read.*", "see.*"])
    books.call("access.user.save", login="messenger", name="信使", roles=["courier"])
    with pytest.raises(NotPermitted) as refused:
        books.as_user("messenger").call("connector.run", name="customers")
    assert refused.value.facts["verb"] == "masters.party.save"
    assert books.sql("select count(*) as n from rpt.party where code = 'X1'")["n"][0] == 0
    books.call("access.role.save", role="courier", permissions=["read.*"])
    with pytest.raises(NotPermitted):
        books.as_user("messenger").call("connector.run", name="customers")


def test_a_run_is_not_rehearsed_and_an_unknown_one_is_refused(books, parties):
    with pytest.raises(Refusal) as refused:
        books.rehearse("connector.run", name="customers")
    assert refused.value.code == "ConnectorNotRehearsed"
    with pytest.raises(Refusal) as refused:
        run(books, "nobody")
    assert refused.value.code == "ConnectorUnknown"
    books.call("connector.save", connectors={"name": "customers", "active": False})
    with pytest.raises(Refusal):
        run(books, "customers")


def test_the_mapping_of_the_fixture_is_kept_as_json(books, parties):
    kept = books.sql("select mapping from rpt.connector")["mapping"][0]
    assert json.loads(kept) == PARTIES


def test_what_is_due_runs_by_itself_and_one_that_fails_holds_nobody_up(books, orders, parties):
    books.call("connector.save", connectors={"name": "customers", "every_minutes": 10})
    (parties / "a.csv").write_text(HEAD + "X1,名,3\n", encoding="utf-8")
    orders.status = 500
    orders.pages["/orders"] = {}
    assert books.call("connector.run_due")["outcomes"] == {"customers": "done", "shop": "OtherSideFailed"}
    assert books.call("connector.run_due")["outcomes"] == {}  # neither the one that ran nor the one that waits
