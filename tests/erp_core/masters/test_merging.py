"""Two cards made one, and taken apart again."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from erp_core.masters import refusals


def cards(books, kind="party"):
    return {row["code"]: row for row in books.sql(f"select * from rpt.{kind}").to_dicts()}


@pytest.fixture
def doubles(books):
    books.call(
        "masters.party.save",
        parties=[
            {"code": "D1", "name": "宏达商贸", "customer": True, "phone": "13812345678"},
            {"code": "D2", "name": "长沙宏达商贸有限公司", "supplier": True, "address": "人民路 1 号"},
        ],
    )
    return books


def test_the_card_that_stays_takes_the_fields_and_the_other_is_closed(doubles):
    fields = {"name": "长沙宏达商贸有限公司", "address": "人民路 1 号"}
    done = doubles.call("masters.party.merge", code="D2", into="D1", fields=fields, reason="同一家")
    held = cards(doubles)
    assert held["D2"]["status"] == "blocked"
    assert held["D1"]["name"] == "长沙宏达商贸有限公司"
    assert held["D1"]["phone"] == "13812345678"
    assert held["D1"]["customer"] and held["D1"]["supplier"]
    assert done["merge"].startswith("M")


def test_a_merge_is_taken_back_whole(doubles):
    before = cards(doubles)
    done = doubles.call("masters.party.merge", code="D2", into="D1", fields={"name": "宏达"}, reason="同一家")
    doubles.call("masters.party.unmerge", merge=done["merge"], reason="看错了")
    assert cards(doubles) == before


def test_no_undo_over_later_changes_and_none_of_what_never_was(doubles):
    done = doubles.call("masters.party.merge", code="D2", into="D1", fields={"name": "宏达"}, reason="同一家")
    doubles.call("masters.party.save", parties={"code": "D1", "name": "宏达二"})
    with pytest.raises(refusals.MergedCardChanged):
        doubles.call("masters.party.unmerge", merge=done["merge"], reason="x")
    with pytest.raises(refusals.MergeUnknown):
        doubles.call("masters.party.unmerge", merge="M999999", reason="x")


def test_what_cannot_be_one_is_refused(doubles):
    with pytest.raises(refusals.MergedIntoItself):
        doubles.call("masters.party.merge", code="D1", into="D1", reason="x")
    with pytest.raises(refusals.UnknownCode):
        doubles.call("masters.party.merge", code="D1", into="D9", reason="x")
    doubles.call(
        "masters.item.save",
        items=[{"code": "I1", "name": "螺栓", "unit": "个"}, {"code": "I2", "name": "螺栓", "unit": "kg"}],
    )
    with pytest.raises(refusals.UnitsDiffer):
        doubles.call("masters.item.merge", code="I2", into="I1", reason="x")


HISTORY = {
    "line": 1, "number": "D1", "sold_on": date(2025, 1, 2), "kind": "sale", "quantity": "2", "unit_price": "3",
    "amount": "6", "party": "C02", "item": "A",
}  # fmt: skip


@pytest.fixture
def dealings(books):
    """C02 owes one document, ordered once, bought before the books, and has a price of its own."""
    balances = [
        {"account": "1122", "debit": "300", "credit": "0", "party": "C02", "reference": "F1", "item_on": date(2025, 12, 1), "due_on": date(2026, 1, 31)},
        {"account": "2203", "debit": "0", "credit": "50", "party": "C02", "reference": "Y1", "item_on": date(2025, 12, 2), "due_on": date(2025, 12, 2)},
        {"account": "3001", "debit": "0", "credit": "250"},
    ]  # fmt: skip
    books.call("ledger.opening.load", balances=balances)
    books.call("sales.history.load", lines=[HISTORY, HISTORY | {"line": 2, "party": "C01"}], source="old")
    rule = {"kind": "customer", "party": "C02", "item": "A", "price": "80", "valid_from": date(2026, 1, 1)}
    books.call("masters.price_rule.save", rules=[rule])
    books.call(
        "sales.order.place", documents={"document_on": date(2026, 1, 5), "party": "C02"}, lines=[{"item": "A", "quantity": "1", "warehouse": "W1"}]
    )  # fmt: skip
    return books


def standing(books):
    """What each party has: open items, orders, price rules, lines of history."""
    items = "select party, account, sum(amount) from rpt.open_item group by all having sum(amount) <> 0 order by all"
    return {
        "items": books.sql(items).rows(),
        "orders": books.sql("select party from rpt.document where kind = 'sales_order'")["party"].to_list(),
        "rules": books.sql("select party from rpt.price_rule")["party"].to_list(),
        "history": books.sql("select party from rpt.sales_history order by line")["party"].to_list(),
    }


def test_a_merge_takes_along_what_may_move_and_gives_it_back(dealings):
    before = standing(dealings)
    act = dealings.version()
    done = dealings.call("masters.party.merge", code="C02", into="C01", reason="同一家")
    after = standing(dealings)
    assert after == {
        "items": [("C01", "1122", Decimal("300.00")), ("C01", "2203", Decimal("-50.00"))],
        "orders": ["C01"], "rules": ["C01"], "history": ["C01", "C01"],
    }  # fmt: skip
    assert (done["moved"]["open_items"], done["moved"]["orders_left"], done["moved"]["sales_history"]) == (2, [], 1)
    due = dealings.sql("select reference, due_on from rpt.open_item where party = 'C01' and amount = 300").rows()
    assert due == [("F1", date(2026, 1, 31))]
    assert dealings.sql("select code, into_code from rpt.merged_code").rows() == [("C02", "C01")]
    assert dealings.check().filter(~pl.col("ok")).is_empty()
    assert act < dealings.version()
    merge = int(done["merge"][1:])
    dealings.call("masters.party.unmerge", merge=done["merge"], reason="看错了")
    assert standing(dealings) == before
    assert dealings.sql("select count(*) as n from rpt.merged_code")["n"][0] == 0
    assert dealings.check().filter(~pl.col("ok")).is_empty()
    with pytest.raises(refusals.MergeUndone):
        dealings.call("masters.party.unmerge", merge=done["merge"], reason="x")
    for at, wanted in ((merge - 1, before), (merge, after)):
        with dealings.as_of(at) as past:
            assert standing(past) == wanted


def test_what_went_along_and_was_used_holds_the_merge(dealings):
    done = dealings.call("masters.party.merge", code="C02", into="C01", reason="同一家")
    money = {"document_on": date(2026, 1, 8), "party": "C01", "amount": "100", "account": "1002"}
    dealings.call("finance.receipt.receive", documents=money)
    with pytest.raises(refusals.MergedRowsUsed):
        dealings.call("masters.party.unmerge", merge=done["merge"], reason="x")


def test_items_take_history_and_prices_along(dealings):
    dealings.call("masters.item.save", items=[{"code": "A2", "name": "螺丝 M6", "unit": "个"}])
    done = dealings.call("masters.item.merge", code="A", into="A2", reason="同一种")
    assert dealings.sql("select item from rpt.sales_history order by line")["item"].to_list() == ["A2", "A2"]
    assert dealings.sql("select item from rpt.price_rule")["item"].to_list() == ["A2"]
    dealings.call("masters.item.unmerge", merge=done["merge"], reason="x")
    assert dealings.sql("select item from rpt.sales_history order by line")["item"].to_list() == ["A", "A"]
