"""Second opinions: which papers need one, who gives it in which order, and that nobody gets past it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

import erp_core
from erp_core.approval.chains import ApprovalPending
from erp_core.approval.deciding import (
    ApprovalUnknown,
    CommentMissing,
    NotYourDecision,
    NotYourRequest,
    OwnRequest,
)
from erp_core.approval.rules import RuleInvalid, RuleWithoutChain
from tests.trading import day

PEOPLE = {
    "boss": "chief",
    "head": "sales_head",
    "head2": "sales_head",
    "fin": "finance",
    "seller": "seller",
    "deputy": "none",
}


@pytest.fixture
def people(books):
    """The books with a seller, two heads of sales, a finance person, a boss, and somebody without any right."""
    with books.database.write() as cursor:
        for login, role in PEOPLE.items():
            cursor.execute("insert into core.app_user values (?, ?, true)", [login, login])
            cursor.execute("insert into core.user_role values (?, ?)", [login, role])
        for role in set(PEOPLE.values()):
            cursor.execute("insert into core.role_permission values (?, ?)", [role, "read.masters"])
        for permission in ("sales.*", "purchasing.*", "read.sales"):
            cursor.execute("insert into core.role_permission values ('seller', ?)", [permission])
    books.database.reference.clear()
    return books


def rule(books, name, condition, *steps, threshold="0", subject="sales_order", **more):
    chain = [{"step": at, "role": role} | extra for at, role, extra in steps]
    books.call(
        "approval.rule.save", rule=name, subject=subject, condition=condition, threshold=threshold, steps=chain, **more
    )


def order(books, party="C01", quantity=10, who="seller", **line):
    head = {"document_on": day(5), "party": party, "warehouse": "W1"}
    made = books.as_user(who).call(
        "sales.order.place", documents=head, lines=[{"item": "A", "quantity": quantity, **line}]
    )
    number = made["numbers"]["1"]
    books.as_user(who).call("sales.order.submit", numbers=[number])
    return number


def waiting(books, number) -> list[tuple]:
    return books.sql(
        "select t.step, t.role, t.approval_id from rpt.approval_task t join rpt.approval a using (approval_id)"
        " where a.number = $n and t.status = 'open' order by all",
        n=str(number),
    ).rows()


def decide(books, who, number, decision="approve", comment=""):
    approval = waiting(books, number)[0][2]
    return books.as_user(who).call("approval.decide", approval_id=approval, decision=decision, comment=comment)


def status(books, number) -> str:
    return books.sql("select status from rpt.document where number = $n", n=number)["status"][0]


@pytest.mark.parametrize(
    ("condition", "threshold", "asks", "passes"),
    [
        ("always", "0", {}, None),
        ("amount_over", "1000", {"quantity": 11}, {"quantity": 10}),
        ("discount_over", "10", {"unit_price": "76"}, {"unit_price": "76.5"}),
        ("new_party", "0", {"party": "C02"}, {"party": "C01"}),
        ("over_credit", "0", {"party": "C02", "quantity": 30}, {"party": "C02", "quantity": 1}),
    ],
)
def test_conditions(people, condition, threshold, asks, passes):
    people.call("masters.party.save", parties=[{"code": "C02", "credit_limit": "1000"}])
    first = order(people, quantity=1)
    people.call("sales.order.approve", numbers=[first])
    rule(people, "R", condition, (1, "sales_head", {}), threshold=threshold)
    assert waiting(people, order(people, **asks))
    if passes is not None:
        assert not waiting(people, order(people, **passes))


def test_below_the_floor_may_be_written_only_where_somebody_can_agree(people):
    people.call("masters.item.save", items=[{"code": "A", "floor_price": "80"}])
    with pytest.raises(erp_core.Refusal):
        order(people, unit_price="70")
    rule(people, "floor", "below_floor", (1, "chief", {}))
    assert [row[1] for row in waiting(people, order(people, unit_price="70"))] == ["chief"]
    assert not waiting(people, order(people, unit_price="81"))


def test_a_serial_chain_goes_step_by_step_and_the_last_yes_approves(people):
    rule(people, "R", "always", (1, "sales_head", {}), (2, "chief", {}))
    number = order(people)
    assert [row[:2] for row in waiting(people, number)] == [(1, "sales_head")]
    with pytest.raises(NotYourDecision):
        decide(people, "boss", number)
    assert decide(people, "head", number)["outcome"] == "open"
    assert status(people, number) == "submitted"
    assert [row[:2] for row in waiting(people, number)] == [(2, "chief")]
    assert decide(people, "boss", number)["outcome"] == "approved"
    assert status(people, number) == "approved"


def test_any_is_done_with_the_first_yes_all_with_the_last(people):
    rule(people, "any", "always", (1, "sales_head", {}), (1, "finance", {}))
    number = order(people)
    assert decide(people, "fin", number)["outcome"] == "approved"
    rule(people, "any", "always", (1, "sales_head", {"mode": "all"}), (1, "finance", {"mode": "all"}))
    number = order(people)
    assert decide(people, "fin", number)["outcome"] == "open"
    assert decide(people, "head2", number)["outcome"] == "approved"


def test_two_rules_make_one_chain(people):
    rule(people, "big", "amount_over", (1, "sales_head", {}), (2, "chief", {}), threshold="100")
    rule(people, "new", "new_party", (1, "finance", {"mode": "all"}))
    number = order(people)
    assert [row[:2] for row in waiting(people, number)] == [(1, "finance"), (1, "sales_head")]


def test_nobody_gets_past_the_chain(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    number = order(people)
    with pytest.raises(ApprovalPending) as refused:
        people.call("sales.order.approve", numbers=[number])
    assert refused.value.facts["waiting"] == "sales_head"
    with pytest.raises(OwnRequest):
        decide(people, "seller", number)
    with pytest.raises(NotYourDecision):
        decide(people, "deputy", number)
    assert status(people, number) == "submitted"


def test_returned_with_a_comment_edited_and_handed_in_again(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    number = order(people)
    with pytest.raises(CommentMissing):
        decide(people, "head", number, "return")
    assert decide(people, "head", number, "return", "价格太低")["outcome"] == "returned"
    assert status(people, number) == "draft"
    people.as_user("seller").call("sales.order.submit", numbers=[number])
    assert decide(people, "head", number)["outcome"] == "approved"
    events = people.sql(
        "select action, actor, comment from rpt.approval_event where number = $n order by act_id", n=number
    )
    assert events.rows() == [
        ("requested", "seller", ""),
        ("returned", "head", "价格太低"),
        ("requested", "seller", ""),
        ("approved", "head", ""),
    ]


def test_only_who_asked_withdraws(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    number = order(people)
    approval = waiting(people, number)[0][2]
    with pytest.raises(NotYourRequest):
        people.as_user("head").call("approval.withdraw", approval_id=approval)
    people.as_user("seller").call("approval.withdraw", approval_id=approval)
    assert (status(people, number), waiting(people, number)) == ("draft", [])
    with pytest.raises(ApprovalUnknown):
        people.as_user("head").call("approval.decide", approval_id=approval, decision="approve")


def test_a_substitute_decides_for_as_long_as_it_was_said(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    today = people.sql("select max(happened_on) as d from rpt.act")["d"][0]
    people.as_user("head").call("approval.delegate", to="deputy", from_on=today, to_on=today + timedelta(days=3))
    number = order(people)
    assert decide(people, "deputy", number)["outcome"] == "approved"
    people.as_user("head2").call(
        "approval.delegate", to="fin", from_on=today + timedelta(days=5), to_on=today + timedelta(days=6)
    )
    with pytest.raises(NotYourDecision):
        decide(people, "fin", order(people))


def test_one_task_is_handed_on(people):
    rule(people, "R", "always", (1, "sales_head", {}))
    number = order(people)
    approval = waiting(people, number)[0][2]
    people.as_user("head").call("approval.delegate", to="deputy", approval_id=approval)
    with pytest.raises(NotYourDecision):
        decide(people, "head2", number)
    assert decide(people, "deputy", number)["outcome"] == "approved"


def test_what_is_overdue_goes_up(people):
    rule(people, "R", "always", (1, "sales_head", {"escalate_hours": 4, "escalate_to": "chief"}))
    number = order(people)
    assert people.call("approval.escalate")["count"] == 0
    with people.database.write() as cursor:
        cursor.execute("update core.approval_task set due_at = due_at - interval 5 hour")
    assert people.call("approval.escalate")["count"] == 1
    assert [row[:2] for row in waiting(people, number)] == [(1, "chief")]
    assert people.call("approval.escalate")["count"] == 0
    assert decide(people, "boss", number)["outcome"] == "approved"


def test_a_company_of_one_may_decide_for_itself(people):
    rule(people, "R", "always", (1, "seller", {}))
    number = order(people)
    with pytest.raises(OwnRequest):
        decide(people, "seller", number)
    people.call(
        "company.parameter.set",
        parameter="approval.self_decision",
        value="true",
        valid_from=date(2026, 1, 1),
        reason="一人公司",
    )
    assert decide(people, "seller", number)["outcome"] == "approved"


def test_a_voucher_over_a_limit_needs_its_chain(people):
    rule(people, "V", "amount_over", (1, "chief", {}), threshold="5000", subject="voucher")
    lines = [
        {"summary": "x", "account": "1002", "debit": "6000", "credit": "0"},
        {"summary": "x", "account": "3001", "debit": "0", "credit": "6000"},
    ]
    draft = people.as_user("accountant").call("ledger.voucher.draft", voucher_on=date(2026, 1, 9), lines=lines)["draft"]
    people.as_user("accountant").call("ledger.voucher.submit", drafts=[draft])
    with pytest.raises(ApprovalPending):
        people.as_user("supervisor").call("ledger.voucher.review", drafts=[draft])
    assert decide(people, "boss", draft)["outcome"] == "approved"
    done = people.as_user("supervisor").call("ledger.voucher.post", drafts=[draft])
    assert done["count"] == 1
    assert (
        people.sql("select reviewed_by from rpt.voucher_draft where draft_id = $d", d=draft)["reviewed_by"][0] == "boss"
    )


def test_a_thousand_orders_are_looked_at_as_a_set(people):
    rule(people, "big", "amount_over", (1, "sales_head", {}), threshold="2000")
    heads = [{"key": str(n), "document_on": day(5), "party": "C01", "warehouse": "W1"} for n in range(1000)]
    lines = [{"key": str(n), "item": "A", "quantity": 1 + n % 40} for n in range(1000)]
    numbers = list(people.call("sales.order.place", documents=heads, lines=lines)["numbers"].values())
    people.call("sales.order.submit", numbers=numbers)
    gross = people.sql("select count(*) as n from rpt.document where kind = 'sales_order' and gross > 2000")["n"][0]
    asked = people.sql("select count(*) as n from rpt.approval where status = 'open'")["n"][0]
    assert asked == gross > 100
    free = people.sql("select number from rpt.document where kind = 'sales_order' and gross <= 2000")[
        "number"
    ].to_list()
    assert people.call("sales.order.approve", numbers=free)["count"] == 1000 - gross


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"subject": "nonsense"}, RuleInvalid),
        ({"condition": "sometimes"}, RuleInvalid),
        ({"steps": []}, RuleWithoutChain),
        ({"steps": [{"step": 1, "role": "nobody_holds_this"}]}, RuleInvalid),
        ({"steps": [{"step": 1, "role": "chief", "mode": "some"}]}, RuleInvalid),
    ],
)
def test_a_wrong_rule_is_refused(people, wrong, refusal):
    good = {"rule": "R", "subject": "sales_order", "condition": "always", "steps": [{"step": 1, "role": "chief"}]}
    with pytest.raises(refusal):
        people.call("approval.rule.save", **(good | wrong))
    assert people.sql("select count(*) as n from rpt.approval_rule")["n"][0] == 0


def test_amounts_stay_decimal(people):
    rule(people, "big", "amount_over", (1, "sales_head", {}), threshold="960.49")
    assert waiting(people, order(people, quantity=10, unit_price="85")), "960.50 is over 960.49"
    assert people.sql("select threshold from rpt.approval_rule")["threshold"][0] == Decimal("960.49")
