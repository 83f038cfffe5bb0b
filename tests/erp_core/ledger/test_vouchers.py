"""Vouchers by hand: draft, review by another person, post, correct by red and blue."""

from datetime import date
from decimal import Decimal as D

import pytest
from as_text import account_turnover

from erp_core.foundation.errors import ReasonMissing
from erp_core.ledger import drafts, posting, vouchers

DAY = date(2026, 1, 27)


def expense(account: str = "560199", amount: str = "200", day: date = DAY) -> dict:
    lines = [
        {"summary": "购办公用品", "account": account, "debit": amount},
        {"summary": "购办公用品", "account": "1001", "credit": amount},
    ]
    return {"voucher_on": day, "lines": lines}


@pytest.fixture
def people(books):
    return books.as_user("accountant"), books.as_user("supervisor")


def post_all(people, drafts: list[int]) -> dict:
    accountant, supervisor = people
    accountant.call("ledger.voucher.submit", drafts=drafts)
    supervisor.call("ledger.voucher.review", drafts=drafts)
    return supervisor.call("ledger.voucher.post", drafts=drafts)


def test_a_draft_becomes_a_voucher_through_two_people(books, people):
    draft = people[0].call("ledger.voucher.draft", **expense())["draft"]
    posted = post_all(people, [draft])
    assert posted["vouchers"] == {str(draft): "记-1"}
    with books.database.read() as cursor:
        row = cursor.execute("select made_by, reviewed_by, posted_by, kind from core.voucher").fetchall()
    assert row == [("accountant", "supervisor", "supervisor", "manual")]


def test_whoever_prepared_a_voucher_may_not_review_it(books):
    draft = books.call("ledger.voucher.draft", **expense())["draft"]
    books.call("ledger.voucher.submit", drafts=[draft])
    with pytest.raises(vouchers.ReviewerIsPreparer):
        books.call("ledger.voucher.review", drafts=[draft])


def test_steps_out_of_order_are_refused(books, people):
    draft = people[0].call("ledger.voucher.draft", **expense())["draft"]
    for verb in ("review", "post"):
        with pytest.raises(drafts.DraftStep):
            people[1].call(f"ledger.voucher.{verb}", drafts=[draft])
    with pytest.raises(drafts.DraftUnknown):
        people[0].call("ledger.voucher.submit", drafts=[99])


def test_an_unbalanced_draft_is_not_even_saved(books):
    wrong = expense()
    wrong["lines"][1]["credit"] = "199.99"
    with pytest.raises(posting.Unbalanced):
        books.call("ledger.voucher.draft", **wrong)


def test_a_void_draft_stays_visible_and_uses_no_number(books, people):
    first = people[0].call("ledger.voucher.draft", **expense())["draft"]
    second = people[0].call("ledger.voucher.draft", **expense())["draft"]
    with pytest.raises(ReasonMissing):
        people[0].call("ledger.voucher.void", drafts=[first])
    people[0].call("ledger.voucher.void", drafts=[first], reason="重复录入")
    assert post_all(people, [second])["vouchers"] == {str(second): "记-1"}
    with books.database.read() as cursor:
        assert cursor.execute("select status, note from core.voucher_draft where draft_id = ?", [first]).fetchall() == [
            ("void", "重复录入")
        ]


def test_a_set_is_numbered_by_date_and_posted_as_a_whole(books, people):
    made = people[0].call(
        "ledger.voucher.draft_many", vouchers=[expense(day=date(2026, 1, 28)), expense(day=date(2026, 1, 5))]
    )
    late, early = made["drafts"]
    assert post_all(people, made["drafts"])["vouchers"] == {str(early): "记-1", str(late): "记-2"}


def test_a_wrong_account_is_corrected_by_red_and_blue_and_turnover_stays_true(books, people):
    voucher = post_all(people, [people[0].call("ledger.voucher.draft", **expense())["draft"]])["voucher_ids"]
    voucher_id = next(iter(voucher.values()))
    made = people[0].call(
        "ledger.voucher.reverse",
        voucher_id=voucher_id,
        voucher_on=date(2026, 1, 28),
        reason="科目用错",
        correct=expense("560299")["lines"],
    )
    post_all(people, [made["red"], made["blue"]])
    turnover = account_turnover(books, "2026-01")
    assert turnover["560199"] == (D("0.00"), D("0.00"))
    assert turnover["560299"] == (D("200.00"), D("0.00"))
    assert turnover["1001"] == (D("0.00"), D("200.00"))
    with pytest.raises(vouchers.VoucherReversed):
        people[0].call("ledger.voucher.reverse", voucher_id=voucher_id, voucher_on=DAY, reason="再来一次")


def test_only_hand_made_vouchers_are_reversed_by_hand(books):
    with pytest.raises(vouchers.VoucherUnknown):
        books.call("ledger.voucher.reverse", voucher_id=77, voucher_on=DAY, reason="x")


def test_a_set_without_content_is_refused_by_name(books):
    for act, arguments, refusal in (
        ("draft", {"voucher_on": date(2026, 1, 5), "lines": []}, drafts.DraftEmpty),
        ("draft_many", {"vouchers": [{"voucher_on": date(2026, 1, 5)}]}, drafts.DraftEmpty),
        ("post", {"drafts": []}, drafts.DraftsMissing),
        ("void", {"drafts": [], "reason": "x"}, drafts.DraftsMissing),
    ):
        with pytest.raises(refusal):
            books.call(f"ledger.voucher.{act}", **arguments)


def test_an_empty_key_is_no_key(books):
    for code in ("X1", "X2"):
        books.call("masters.department.save", departments=[{"code": code, "name": code}], key="")
    assert {"X1", "X2"} <= set(books.sql("select code from rpt.department")["code"])
