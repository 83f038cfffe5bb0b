"""Protected cards and settings: nobody changes them alone, whatever verb or road is taken."""

from __future__ import annotations

import json
from datetime import date

import pytest

from erp_core.approval.changes import ProtectionUnknown, ProtectionWithoutChain
from erp_core.approval.deciding import NotYourDecision, OwnRequest


@pytest.fixture
def guarded(books):
    """Suppliers' bank accounts and all parameters need the supervisor's agreement."""
    with pytest.raises(ProtectionWithoutChain):
        books.call("approval.protection.save", table="party", field="bank_account", reason="防舞弊")
    books.call(
        "approval.rule.save", rule="changes", subject="change", condition="protected_change",
        steps=[{"step": 1, "role": "supervisor"}],
    )  # fmt: skip
    books.call("approval.protection.save", table="party", field="bank_account", reason="防舞弊")
    books.call("approval.protection.save", table="parameter", reason="税率")
    return books


def bank(books) -> str:
    return books.sql("select bank_account from rpt.party where code = 'S01'")["bank_account"][0]


def test_a_bank_account_is_changed_by_two_persons(guarded):
    mine = guarded.as_user("migrator")
    asked = mine.call("masters.party.save", parties=[{"code": "S01", "bank_account": "6222000011112222"}])
    assert asked["status"] == "open"
    assert [(d["field"], d["after"]) for d in asked["differences"]] == [("bank_account", "6222000011112222")]
    assert bank(guarded) == ""
    approval = guarded.report("approvals", subject="change")["approval_id"][0]
    with pytest.raises(OwnRequest):
        mine.call("approval.decide", approval_id=approval, decision="approve")
    with pytest.raises(NotYourDecision):
        guarded.as_user("clerk").call("approval.decide", approval_id=approval, decision="approve")
    done = guarded.as_user("supervisor").call("approval.decide", approval_id=approval, decision="approve")
    assert done["outcome"] == "approved"
    assert bank(guarded) == "6222000011112222"
    change = guarded.sql("select actor, after from rpt.change where field = 'bank_account'").row(0)
    assert change == ("supervisor", "6222000011112222")
    request = guarded.report("change_requests").row(0, named=True)
    assert (request["requested_by"], request["status"]) == ("migrator", "applied")


def test_what_is_not_protected_goes_through_at_once(guarded):
    done = guarded.as_user("migrator").call("masters.party.save", parties=[{"code": "S01", "phone": "0757-11112222"}])
    assert done["changed"] == 1
    same = guarded.as_user("migrator").call("masters.party.save", parties=[{"code": "S01", "bank_account": ""}])
    assert same["unchanged"] == 1


def test_a_set_with_one_protected_change_waits_as_a_whole(guarded):
    rows = [{"code": "S01", "bank_account": "1"}, {"code": "S02", "phone": "0577-99998888"}]
    assert guarded.call("masters.party.save", parties=rows)["status"] == "open"
    assert guarded.sql("select phone from rpt.party where code = 'S02'")["phone"][0] != "0577-99998888"


def test_a_parameter_waits_and_is_given_up_when_returned(guarded):
    asked = {"parameter": "tax.income_rate", "value": "0.25", "valid_from": date(2026, 2, 1)}
    before = guarded.sql("select count(*) as n from rpt.parameter")["n"][0]
    assert guarded.call("company.parameter.set", **asked, reason="新政策", key="k1")["status"] == "open"
    again = guarded.call("company.parameter.set", **asked, reason="新政策", key="k1")
    assert again["change_request"] == guarded.report("change_requests")["request_id"][0], "the same key asks once"
    approval = guarded.report("approvals", status="open")["approval_id"].to_list()
    assert len(approval) == 1
    guarded.as_user("supervisor").call("approval.decide", approval_id=approval[0], decision="return", comment="不对")
    assert guarded.sql("select count(*) as n from rpt.parameter")["n"][0] == before
    assert guarded.call("company.parameter.set", **asked, reason="新政策")["status"] == "open"
    second = guarded.report("approvals", status="open")["approval_id"][0]
    guarded.as_user("supervisor").call("approval.decide", approval_id=second, decision="approve")
    found = guarded.sql("select value, valid_from from rpt.parameter where key = 'tax.income_rate' order by valid_from")
    assert ("0.25", date(2026, 2, 1)) in found.rows()


def test_lifting_a_protection_is_an_act_with_a_reason(guarded):
    guarded.call("approval.protection.save", table="party", field="bank_account", active=False, reason="临时")
    assert guarded.call("masters.party.save", parties=[{"code": "S01", "bank_account": "9"}])["changed"] == 1
    trail = guarded.sql("select reason from rpt.act where verb = 'approval.protection.save' order by act_id")["reason"]
    assert trail[-1] == "临时"


def test_an_unknown_table_is_refused(books):
    with pytest.raises(ProtectionUnknown):
        books.call("approval.protection.save", table="voucher", reason="x")


def test_the_difference_is_readable(guarded):
    guarded.call("masters.party.save", parties=[{"code": "S01", "bank_account": "77"}])
    shown = json.loads(guarded.report("change_requests")["diff"][0])
    assert (shown[0]["row_key"], shown[0]["before"], shown[0]["after"]) == ("S01", "", "77")
