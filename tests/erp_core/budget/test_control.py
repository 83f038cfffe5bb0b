"""What is spent and what is committed count once, in the cell that names them most closely; rules warn or block."""

from datetime import date

import pytest

from erp_core.foundation.errors import Refusal
from tests import by_hand
from tests.erp_core.budget.test_versions import in_force
from tests.erp_core.claims import spending

DAY = date(2026, 1, 9)
MONTH = "2026-01"


@pytest.fixture
def company(books):
    books.call(
        "masters.item.save",
        items=[{"code": "PAPER", "name": "办公用品", "unit": "批", "kind": "service", "cost_account": "560205"}],
    )
    in_force(books, [{"account": "560205", "department": "D1", "m01": "1000"}, {"account": "5602", "m01": "5000"}])
    return books


def variance(books, **asked) -> dict[tuple[str, str], tuple[str, str, str]]:
    rows = books.report("budget_variance", period="2026-01", **asked).to_dicts()
    return {(r["account"], r["department"]): tuple(str(r[n]) for n in ("budget", "used", "committed")) for r in rows}


def ordered(books, price: str, quantity: int = 1, *, steps: tuple[str, ...] = ("submit", "approve")) -> str:
    number = books.call(
        "purchasing.order.place",
        documents={"document_on": DAY, "party": "S01", "warehouse": "W1", "department": "D1"},
        lines=[{"item": "PAPER", "quantity": quantity, "unit_price": price}],
    )["numbers"]["1"]
    for step in steps:
        books.call(f"purchasing.order.{step}", numbers=number)
    return number


def spend(books, amount: int, account: str = "560205", department: str = "D1") -> None:
    by_hand.post(books, DAY, "办公", (account, amount, "", {"department": department}), ("1002", "", amount))


def control(books, **how) -> None:
    books.call("budget.rule.save", rules=[{"rule": "办公费", "account": "5602"} | how])


def test_from_order_to_receipt_to_bill_everything_counts_once(company):
    """C15 and C17: a commitment moves on, it is never added to what it became."""
    cell = ("560205", "D1")
    order = ordered(company, "100", 4, steps=())
    assert variance(company)[cell] == ("1000.00", "0.00", "0.00")
    company.call("purchasing.order.submit", numbers=order)
    assert variance(company)[cell] == ("1000.00", "0.00", "0.00")
    company.call("purchasing.order.approve", numbers=order)
    assert variance(company)[cell] == ("1000.00", "0.00", "400.00")
    receipt = company.call(
        "purchasing.receipt.receive",
        documents={"order": order, "document_on": DAY},
        lines=[{"order_line": 1, "quantity": 3}],
    )["numbers"]["1"]
    assert variance(company)[cell] == ("1000.00", "300.00", "100.00")
    company.call("purchasing.bill.book", documents={"receipt": receipt, "document_on": DAY, "reference": "F1"})
    assert variance(company)[cell] == ("1000.00", "300.00", "100.00")
    company.call("purchasing.order.close", numbers=order)
    assert variance(company)[cell] == ("1000.00", "300.00", "0.00")
    lines = company.report(
        "budget_lines", account="560205", department="D1", from_period="2026-01", to_period="2026-01"
    ).to_dicts()
    assert [(r["kind"], r["source_number"], str(r["amount"])) for r in lines] == [("used", receipt, "300.00")]


def test_the_closest_cell_takes_it_and_nothing_is_lost(company):
    company.call("masters.department.save", departments=[{"code": "D2", "name": "二部"}])
    for account, department, amount in (
        ("560205", "D1", 10),
        ("560205", "D2", 20),
        ("560206", "D1", 30),
        ("560102", "D1", 40),
    ):
        spend(company, amount, account, department)
    assert variance(company) == {
        ("5602", ""): ("5000.00", "50.00", "0.00"),
        ("560205", "D1"): ("1000.00", "10.00", "0.00"),
        ("560102", "D1"): ("0.00", "40.00", "0.00"),
    }
    rows = company.report("budget_variance", period="2026-01").to_dicts()
    assert [row["account"] for row in rows if not row["budgeted"]] == ["560102"]


STAGES = {"at_request": "draft", "at_order": "submitted", "at_actual": "approved"}


def taken_on(books, order: str) -> tuple[dict, Refusal | None]:
    """An order handed in, approved and received, as far as it goes: what each stage returned, and the refusal."""
    acts = {
        "at_request": ("purchasing.order.submit", {"numbers": order}),
        "at_order": ("purchasing.order.approve", {"numbers": order}),
        "at_actual": ("purchasing.receipt.receive", {"documents": {"order": order, "document_on": DAY}}),
    }
    done = {}
    for stage, (verb, arguments) in acts.items():
        try:
            done[stage] = books.call(verb, **arguments)
        except Refusal as refused:
            return done, refused
    return done, None


@pytest.mark.parametrize("stage", STAGES)
def test_blocked_at_a_stage(company, stage):
    """The same order beyond the budget: it stays what it was, and the refusal tells budget, used, committed, asked."""
    control(company, **{stage: "block"})
    order = ordered(company, "1000.01", steps=())
    _, refused = taken_on(company, order)
    assert refused.code == "BudgetExceeded"
    assert {name: str(refused.facts[name]) for name in ("budget", "used", "committed", "asked", "over")} == {
        "budget": "1000.00", "used": "0.00", "committed": "0.00", "asked": "1000.01", "over": "0.01",
    }  # fmt: skip
    assert company.sql("select status from rpt.document where number = $n", n=order)["status"][0] == STAGES[stage]


@pytest.mark.parametrize("stage", STAGES)
def test_warned_at_a_stage_or_let_pass(company, stage):
    control(company, **{stage: "warn"})
    done, refused = taken_on(company, ordered(company, "1000.01", steps=()))
    assert refused is None
    assert [name for name, result in done.items() if result.get("remarks")] == [stage]
    row = company.report("budget_warnings").row(0, named=True)
    assert (row["stage"], row["account"], str(row["asked"])) == (stage.removeprefix("at_"), "560205", "1000.01")
    control(company, **{stage: "none"})
    done, refused = taken_on(company, ordered(company, "1000.01", steps=()))
    assert refused is None
    assert not any(result.get("remarks") for result in done.values())


def test_spans_and_places_of_a_rule(company):
    company.call("masters.department.save", departments=[{"code": "D2", "name": "二部"}])
    control(company, span="month", department="D2", at_actual="block")
    spend(company, 1001)
    control(company, span="month", department="", at_actual="block")
    with pytest.raises(Refusal) as refused:
        spend(company, 1)
    assert refused.value.code == "BudgetExceeded"
    assert "560205 D1" in refused.value.english
    assert "budget 1000.00, used 1001.00, committed 0.00, asked 1.00" in refused.value.english
    # What lowers the use is never stopped, nor what counts elsewhere.
    by_hand.post(company, DAY, "红字", ("560205", -500, "", {"department": "D1"}), ("1002", "", -500))
    spend(company, 4000, "560206")
    control(company, active=False)
    spend(company, 99999)


def test_a_rehearsal_is_stopped_as_the_act_would_be(company):
    control(company, at_order="block")
    order = ordered(company, "2000", steps=("submit",))
    with pytest.raises(Refusal) as refused:
        company.rehearse("purchasing.order.approve", numbers=order)
    assert refused.value.code == "BudgetExceeded"


def test_the_last_yes_of_a_chain_is_stopped_too(company):
    control(company, at_order="block")
    company.call(
        "approval.rule.save",
        rule="订单",
        subject="purchase_order",
        condition="always",
        steps=[{"step": 1, "role": "supervisor"}],
    )
    clerk = company.as_user("clerk")
    number = clerk.call(
        "purchasing.order.place",
        documents={"document_on": DAY, "party": "S01", "warehouse": "W1", "department": "D1"},
        lines=[{"item": "PAPER", "quantity": 1, "unit_price": "1000.01"}],
    )["numbers"]["1"]
    clerk.call("purchasing.order.submit", numbers=number)
    task = company.as_user("supervisor").report("approval_tasks", login="supervisor").row(0, named=True)
    with pytest.raises(Refusal) as refused:
        company.as_user("supervisor").call("approval.decide", approval_id=task["approval_id"], decision="approve")
    assert refused.value.code == "BudgetExceeded"
    assert company.report("approvals")["status"].to_list() == ["open"]


def test_claims_are_committed_until_they_are_paid(company):
    """A claim is no commitment while it waits; approved it is one, paid it is actual: 300 each, never twice."""
    number = spending.claim(company, "draft", spending.line("300"), department="D1")
    seen = []
    for status in ("submitted", "approved", "paid"):
        if status == "submitted":
            spending.bring(company, [number], status)
        elif status == "approved":
            company.as_user("supervisor").call("claims.claim.approve", numbers=[number])
        else:
            company.call("claims.claim.pay", numbers=[number], on=spending.day(12))
        row = {
            (r["account"], r["department"]): r
            for r in company.report("budget_variance", period=MONTH, span="year").to_dicts()
        }
        seen.append((str(row["560205", "D1"]["used"]), str(row["560205", "D1"]["committed"])))
    assert [seen[0][1], seen[1], seen[2][1]] == ["0.00", ("0.00", seen[1][1]), "0.00"]
    assert seen[1][1] == seen[2][0] != "0.00"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"span": "week"}, "NotAChoice"),
        ({"at_order": "shout"}, "NotAChoice"),
        ({"account": "9999"}, "UnknownCode"),
        ({"department": "X"}, "NoSuchPlace"),
    ],
)
def test_bad_rules(books, rule, code):
    with pytest.raises(Refusal) as refused:
        books.call("budget.rule.save", rules=[{"rule": "r"} | rule])
    assert refused.value.code == code


def test_without_a_rule_an_act_asks_nothing(company):
    """Posting pays no query for budgets while no rule is in force."""
    from erp_core.budget import control as checks
    from erp_core.foundation.session import Session

    asked = []
    session = Session(company.database, company.as_user("owner").actor, DAY)
    with company.database.write() as cursor:
        session.cursor = cursor
        assert session.reference("budget_rule").is_empty()
        session.frame = lambda *_, **__: asked.append(1)
        assert checks.check(session) == []
    assert asked == []
