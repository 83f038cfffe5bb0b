"""Two cards made one, and taken apart again."""

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
