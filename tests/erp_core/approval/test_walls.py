"""Ways around a second opinion that must stay shut, and chains that must not get stuck."""

from __future__ import annotations

from datetime import timedelta

import pytest

from erp_core.approval.changes import ProtectionWithoutChain
from erp_core.approval.deciding import NotYourDecision, OwnRequest
from erp_core.approval.revisions import LineGivenTwice
from erp_core.approval.rules import RuleInvalid
from erp_core.foundation.errors import Refusal, UnknownVerb
from tests.erp_core.approval.test_chains import decide, order, people, rule, status, waiting
from tests.trading import day

__all__ = ["people"]


def today(books):
    return books.sql("select max(happened_on) as d from rpt.act")["d"][0]


def acts(books) -> int:
    return books.sql("select count(*) as n from rpt.act")["n"][0]


def roles(books, number) -> list[str]:
    return [role for _, role, _ in waiting(books, number)]


def test_nobody_asks_by_hand_for_an_act_that_was_never_permitted(people):
    rule(people, "changes", "protected_change", (1, "chief", {}), subject="change")
    forged = {"verb": "access.user.save", "arguments": "{}", "differences": [], "reason": "x"}
    with pytest.raises(UnknownVerb):
        people.as_user("deputy").call("approval.change.request", **forged)


def test_what_one_rule_lets_pass_does_not_pass_for_the_other(people):
    rule(people, "big", "amount_over", (1, "sales_head", {}), threshold="100")
    rule(people, "new", "new_party", (1, "finance", {}))
    number = order(people)
    assert decide(people, "head", number)["outcome"] == "open"
    assert roles(people, number) == ["finance"]
    assert decide(people, "fin", number)["outcome"] == "approved"


def test_one_yes_serves_two_rules_that_name_the_same_role(people):
    rule(people, "big", "amount_over", (1, "sales_head", {}), (1, "finance", {}), threshold="100")
    rule(people, "new", "new_party", (1, "finance", {}))
    number = order(people)
    assert decide(people, "fin", number)["outcome"] == "approved"


def overdue(books):
    with books.database.write() as cursor:
        cursor.execute("update core.approval_task set due_at = due_at - interval 5 hour")
    return books.call("approval.escalate")["count"]


UP = {"mode": "all", "escalate_hours": 4, "escalate_to": "chief"}


def test_a_task_all_must_do_that_went_up_does_not_hold_the_chain_for_ever(people):
    rule(people, "R", "always", (1, "sales_head", UP), (1, "finance", {"mode": "all"}))
    number = order(people)
    assert overdue(people) == 1
    assert decide(people, "fin", number)["outcome"] == "open"
    assert decide(people, "boss", number)["outcome"] == "approved"


def test_what_would_go_up_to_a_role_that_is_asked_already_is_one_task(people):
    rule(people, "R", "always", (1, "sales_head", UP), (1, "chief", {"mode": "all"}))
    number = order(people)
    assert overdue(people) == 1
    assert roles(people, number) == ["chief"]
    assert decide(people, "boss", number)["outcome"] == "approved"


def test_what_would_go_up_to_who_agreed_already_stays_where_it_is(people):
    rule(people, "R", "always", (1, "sales_head", UP), (1, "chief", {"mode": "all"}))
    number = order(people)
    decide(people, "boss", number)
    assert overdue(people) == 0
    assert roles(people, number) == ["sales_head"]
    assert decide(people, "head", number)["outcome"] == "approved"


def test_whoever_asked_neither_decides_nor_chooses_who_does(people):
    rule(people, "R", "always", (1, "seller", {}))
    number = order(people)
    approval = waiting(people, number)[0][2]
    seller = people.as_user("seller")
    with pytest.raises(OwnRequest):
        seller.call("approval.delegate", to="deputy", approval_id=approval)
    seller.call("approval.delegate", to="deputy", from_on=today(people), to_on=today(people) + timedelta(days=1))
    with pytest.raises(NotYourDecision):
        people.as_user("deputy").call("approval.decide", approval_id=approval, decision="approve")
    assert people.as_user("deputy").report("approval_tasks", login="deputy").is_empty()
    assert status(people, number) == "submitted"


def test_a_substitute_sees_what_is_to_be_decided(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    number = order(people)
    assert people.as_user("deputy").report("approval_tasks").is_empty()
    people.as_user("head").call(
        "approval.delegate", to="deputy", from_on=today(people), to_on=today(people) + timedelta(days=1)
    )
    seen = people.as_user("deputy").report("approval_tasks", login="deputy")
    assert seen.select("number", "instead_of").rows() == [(number, "head")]


def test_an_unrelated_person_sees_nothing(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    number = order(people)
    deputy = people.as_user("deputy")
    for name, more in (("approvals", {}), ("approval_tasks", {}), ("approval_history", {"number": number})):
        assert deputy.report(name, **more).is_empty(), name


def test_a_request_without_a_chain_is_refused_rather_than_lost(people):
    rule(people, "changes", "protected_change", (1, "chief", {}), subject="change")
    people.call("approval.protection.save", table="party", field="bank_account", reason="x")
    rule(people, "changes", "protected_change", (1, "chief", {}), subject="change", active=False)
    with pytest.raises(ProtectionWithoutChain):
        people.call("masters.party.save", parties=[{"code": "S01", "bank_account": "1"}])
    assert people.sql("select count(*) as n from rpt.change_request")["n"][0] == 0


def test_whoever_withdraws_a_change_sees_it_withdrawn(people):
    rule(people, "changes", "protected_change", (1, "chief", {}), subject="change")
    people.call("approval.protection.save", table="party", field="bank_account", reason="x")
    people.call("masters.party.save", parties=[{"code": "S01", "bank_account": "1"}])
    people.call("approval.withdraw", approval_id=people.report("approvals", status="open")["approval_id"][0])
    assert people.report("change_requests")["status"].to_list() == ["withdrawn"]


def test_the_guard_itself_can_be_guarded(people):
    rule(people, "changes", "protected_change", (1, "chief", {}), subject="change")
    for table in ("protection", "approval_rule", "approval_rule_step"):
        done = people.call("approval.protection.save", table=table, reason="x")
        if done.get("status") == "open":
            people.as_user("boss").call(
                "approval.decide", approval_id=people.report("approvals", status="open")["approval_id"][0],
                decision="approve",
            )  # fmt: skip
    lifted = people.call("approval.protection.save", table="protection", active=False, reason="weg damit")
    assert lifted["status"] == "open"
    softer = people.call(
        "approval.rule.save", rule="changes", subject="change", condition="protected_change", active=False,
        steps=[{"step": 1, "role": "chief"}],
    )  # fmt: skip
    assert softer["status"] == "open"


def test_a_bank_account_stays_hidden_in_the_request(people):
    rule(people, "changes", "protected_change", (1, "chief", {}), subject="change")
    people.call("approval.protection.save", table="party", field="bank_account", reason="x")
    people.call("masters.party.save", parties=[{"code": "S01", "bank_account": "6222"}])
    assert people.as_user("boss").report("change_requests")["diff"].to_list() == [None]
    assert "6222" in people.report("change_requests")["diff"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": "much"},
        {"threshold": "NaN"},
        {"threshold": "-1"},
        {"threshold": "1e30"},
        {"subject": "voucher", "condition": "new_party"},
        {"subject": "change", "condition": "amount_over"},
        {"steps": [{"step": "first", "role": "chief"}]},
        {"steps": [{"step": 1.5, "role": "chief"}]},
        {"steps": [{"step": 1, "role": "chief"}, {"step": 1, "role": "chief"}]},
        {"steps": [{"step": 1, "role": "chief", "escalate_hours": 4}]},
        {"steps": [{"step": 1, "role": "chief", "escalate_hours": -4, "escalate_to": "chief"}]},
    ],
)
def test_a_rule_that_could_not_work_is_refused_and_changes_nothing(people, wrong):
    good = {"rule": "R", "subject": "sales_order", "condition": "always", "steps": [{"step": 1, "role": "chief"}]}
    people.call("approval.rule.save", **good)
    before = people.report("approval_rules").rows(), acts(people)
    with pytest.raises(RuleInvalid):
        people.call("approval.rule.save", **(good | wrong))
    assert (people.report("approval_rules").rows(), acts(people)) == before


def test_orders_of_one_set_count_against_one_limit(people):
    people.call("masters.party.save", parties=[{"code": "C02", "credit_limit": "1000"}])
    rule(people, "credit", "over_credit", (1, "finance", {}))
    heads = [{"key": str(n), "document_on": day(5), "party": "C02", "warehouse": "W1"} for n in range(3)]
    lines = [{"key": str(n), "item": "A", "quantity": 5} for n in range(3)]
    numbers = list(people.call("sales.order.place", documents=heads, lines=lines)["numbers"].values())
    people.call("sales.order.submit", numbers=numbers)
    assert [bool(waiting(people, number)) for number in numbers] == [False, False, True]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"line": 1, "item": "A", "quantity": 1}, {"line": 1, "item": "B", "quantity": 1}],
        [{"line": 0, "item": "A", "quantity": 1}],
        [{"line": "one", "item": "A", "quantity": 1}],
        [{"line": 10**9, "item": "A", "quantity": 1}],
        [{"line": 1, "item": "A", "quantity": "-1"}],
        [{"line": 1, "item": "A", "quantity": 1, "colour": "red"}],
        [{"line": 1, "item": "nothing", "quantity": 1}],
    ],
)
def test_a_revision_that_makes_no_sense_is_refused_and_changes_nothing(people, lines):
    number = order(people)
    before = people.sql("select * from rpt.document_line where number = $n", n=number).rows(), acts(people)
    with pytest.raises(Refusal) as refused:
        people.call("sales.order.revise", number=number, version=2, reason="x", document={}, lines=lines)
    assert refused.value.code != "Refusal"
    assert (people.sql("select * from rpt.document_line where number = $n", n=number).rows(), acts(people)) == before


def test_lines_keep_their_numbers_in_whatever_order_they_come(people):
    number = order(people)
    lines = [{"item": "B", "quantity": 2}, {"line": 1, "item": "A", "quantity": "7"}]
    people.call("sales.order.revise", number=number, version=2, reason="x", document={}, lines=lines)
    kept = people.sql("select line, item from rpt.document_line where number = $n order by line", n=number).rows()
    assert kept == [(1, "A"), (2, "B")]
    with pytest.raises(LineGivenTwice):
        people.call("sales.order.revise", number=number, version=3, reason="x", document={}, lines=[lines[1]] * 2)


def test_a_thousand_are_taken_back_as_a_set(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    heads = [{"key": str(n), "document_on": day(5), "party": "C01", "warehouse": "W1"} for n in range(1000)]
    lines = [{"key": str(n), "item": "A", "quantity": 1} for n in range(1000)]
    numbers = list(people.call("sales.order.place", documents=heads, lines=lines)["numbers"].values())
    people.call("sales.order.submit", numbers=numbers)
    people.call("sales.order.cancel", numbers=numbers, reason="x")
    found = people.sql("select status, count(*) as n from rpt.approval group by status").rows()
    assert found == [("withdrawn", 1000)]
