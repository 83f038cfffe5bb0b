"""Every step of claims and advances from every status: what is allowed, and that the rest is refused out loud."""

from __future__ import annotations

import pytest

from erp_core.approval.chains import ApprovalPending
from erp_core.approval.deciding import CommentMissing, OwnRequest
from erp_core.claims import advances, writing
from erp_core.claims.steps import OwnClaim
from erp_core.foundation.documents import IllegalStep
from erp_core.foundation.errors import NotPermitted, ReasonMissing
from tests.erp_core.claims.spending import claim, claims, line, status, write
from tests.trading import day

STATES = ("draft", "submitted", "approved", "paid", "reversed", "cancelled")
ACTS = ("revise", "submit", "withdraw", "return", "approve", "pay", "reverse", "cancel")


def do(books, action: str, number: str | list[str], kind: str = "claim"):
    by = books.as_user("supervisor") if action == "approve" else books
    if action == "revise":
        version = books.report("claims", number=number)["version"][0]
        return by.call("claims.claim.revise", number=number, version=version, document={}, lines=[line("120")])
    if action == "reverse":
        return by.call("claims.claim.reverse", number=number, on=day(20), reason="有误")
    more = {"on": day(15)} if action == "pay" else {"reason": "因为"} if action in ("return", "cancel") else {}
    return by.call(f"claims.{kind}.{action}", numbers=number, **more)


def check_table(books, life, state: str, numbers: dict[str, str], kind: str) -> None:
    for action, number in numbers.items():
        target = life.target(action, state)
        if target is None:
            with pytest.raises(IllegalStep) as refused:
                do(books, action, number, kind)
            assert refused.value.facts["status"] == state
        else:
            do(books, action, number, kind)
    now = dict(books.report("claims").select("number", "status").rows())
    for action, number in numbers.items():
        assert now[number] == (life.target(action, state) or state), action


def test_every_act_on_claims_from_every_status(books):
    for state in STATES:
        check_table(
            books, writing.LIFECYCLE, state, dict(zip(ACTS, claims(books, state, len(ACTS)), strict=True)), "claim"
        )
    checked = books.check()
    assert checked.filter(~checked["ok"]).is_empty()


def test_every_act_on_advances_from_every_status(books):
    roads = {"draft": (), "submitted": ("submit",), "approved": ("submit", "approve"),
             "paid": ("submit", "approve", "pay"), "cancelled": ("cancel",)}  # fmt: skip
    acts = ("submit", "withdraw", "return", "approve", "pay", "cancel")
    for state, road in roads.items():
        heads = [
            {"key": action, "document_on": day(5), "employee": "E1", "amount": "500", "note": "借款"} for action in acts
        ]
        numbers = books.call("claims.advance.request", documents=heads)["numbers"]
        for step in road:
            do(books, step, list(numbers.values()), "advance")
        check_table(books, advances.LIFECYCLE, state, numbers, "advance")


def test_nobody_approves_what_is_his_own(books):
    number = claim(books, "submitted")
    with pytest.raises(OwnClaim):
        books.call("claims.claim.approve", numbers=number)
    books.call("access.user.save", login="supervisor", name="主管", employee="E1", roles=["supervisor"])
    with pytest.raises(OwnClaim):
        books.as_user("supervisor").call("claims.claim.approve", numbers=number)
    books.call(
        "company.parameter.set", parameter="approval.self_decision", value="true", valid_from=day(1), reason="一人公司"
    )
    books.call("claims.claim.approve", numbers=number)
    assert status(books, number) == "approved"


def test_returning_needs_a_reason_and_paying_a_right(books):
    number = claim(books, "submitted")
    with pytest.raises(ReasonMissing):
        books.call("claims.claim.return", numbers=number, reason=" ")
    with pytest.raises(NotPermitted):
        books.as_user("supervisor").call("claims.claim.pay", numbers=number, on=day(12))


@pytest.fixture
def ruled(books):
    """Claims of more than 1,000 wait for the supervisor."""
    books.call(
        "approval.rule.save", rule="大额报销", subject="claim", condition="amount_over", threshold="1000",
        steps=[{"step": 1, "role": "supervisor"}],
    )  # fmt: skip
    return books


def task(books, number: str) -> int:
    return books.sql("select approval_id from rpt.approval where number = $n and status = 'open'", n=number)[
        "approval_id"
    ][0]


def test_a_rule_sends_a_claim_before_its_chain_and_the_last_yes_approves(ruled):
    small, large = write(ruled, line("1000")), write(ruled, line("1000.01"))
    ruled.call("claims.claim.submit", numbers=[small, large])
    assert ruled.report("claims", number=large)["waiting_for"][0] == "supervisor"
    with pytest.raises(ApprovalPending):
        ruled.as_user("supervisor").call("claims.claim.approve", numbers=large)
    with pytest.raises(OwnRequest):
        ruled.call("approval.decide", approval_id=task(ruled, large), decision="approve")
    decided = ruled.as_user("supervisor").call("approval.decide", approval_id=task(ruled, large), decision="approve")
    assert (decided["outcome"], status(ruled, large), status(ruled, small)) == ("approved", "approved", "submitted")


def test_a_chain_returns_a_claim_or_its_author_takes_it_back(ruled):
    number = write(ruled, line("2000"))
    boss = ruled.as_user("supervisor")
    ruled.call("claims.claim.submit", numbers=number)
    with pytest.raises(CommentMissing):
        boss.call("approval.decide", approval_id=task(ruled, number), decision="return")
    boss.call("approval.decide", approval_id=task(ruled, number), decision="return", comment="缺行程单")
    assert status(ruled, number) == "draft"
    ruled.call("claims.claim.submit", numbers=number)
    ruled.call("approval.withdraw", approval_id=task(ruled, number))
    assert status(ruled, number) == "draft"
    ruled.call("claims.claim.submit", numbers=number)
    ruled.call("claims.claim.withdraw", numbers=number)
    assert ruled.sql("select status from rpt.approval where number = $n order by approval_id", n=number)[
        "status"
    ].to_list() == ["returned", "withdrawn", "withdrawn"]
