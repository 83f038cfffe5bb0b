"""The voucher desk: every step of every state, eight people at once, drafts changed by two, templates, sheets, numbers."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal as D

import pytest

from erp_core.foundation.errors import NotPermitted, Refusal
from erp_core.ledger import draft_lines, drafts, templates, vouchers
from erp_core.ledger.posting import DimensionMissing, Unbalanced

DAY = date(2026, 1, 27)
STEPS = ("revise", "submit", "review", "reject", "unreview", "void", "post")
WAY = {
    "draft": (),
    "submitted": ("submit",),
    "reviewed": ("submit", "review"),
    "posted": ("submit", "review", "post"),
    "void": ("void",),
}


def two(amount: str = "200", account: str = "560299", day: date = DAY, **head) -> dict:
    """A voucher of two lines."""
    lines = [
        {"summary": "购办公用品", "account": account, "debit": amount},
        {"summary": "购办公用品", "account": "1001", "credit": amount},
    ]
    return {"voucher_on": day, "lines": lines, **head}


class Desk:
    """Who prepares, who reviews, and how a draft is taken on."""

    def __init__(self, books) -> None:
        self.books = books
        self.clerk, self.chief = books.as_user("accountant"), books.as_user("supervisor")

    def draft(self, **voucher) -> int:
        return self.clerk.call("ledger.voucher.draft", **(voucher or two()))["draft"]

    def take(self, step: str, draft: int) -> dict:
        who = self.clerk if step in ("revise", "submit") else self.chief
        if step == "revise":
            return who.call("ledger.voucher.revise", draft_id=draft, version=self.row(draft)["version"], **two("201"))
        more = {"reason": "x"} if step in ("reject", "unreview", "void") else {}
        return who.call(f"ledger.voucher.{step}", drafts=[draft], **more)

    def row(self, draft: int) -> dict:
        return self.books.sql("select * from rpt.voucher_draft where draft_id = $d", d=draft).row(0, named=True)

    def to(self, state: str) -> int:
        draft = self.draft()
        for step in WAY[state]:
            self.take(step, draft)
        assert self.row(draft)["status"] == state
        return draft


@pytest.fixture
def desk(books) -> Desk:
    return Desk(books)


def test_every_step_of_every_state_is_taken_or_refused_out_loud(desk):
    assert set(STEPS) == set(drafts.LIFECYCLE)
    for state in WAY:
        for step in STEPS:
            draft = desk.to(state)
            before = desk.row(draft)
            sources, then = drafts.LIFECYCLE[step]
            if state in sources:
                desk.take(step, draft)
                assert desk.row(draft)["status"] == then
                continue
            with pytest.raises(drafts.DraftStep) as told:
                desk.take(step, draft)
            assert told.value.facts == {"draft": draft, "status": state, "action": step}
            assert desk.row(draft) == before


def test_eight_people_review_and_post_at_once_each_voucher_once_and_no_number_is_missing(desk):
    made = desk.clerk.call("ledger.voucher.draft_many", vouchers=[two(str(n)) for n in range(1, 25)])["drafts"]
    desk.clerk.call("ledger.voucher.submit", drafts=made)
    chiefs = [desk.books.as_user("supervisor") for _ in range(8)]

    def work(at: int) -> int:
        done = 0
        # Everybody tries all of them, each in another order.
        for draft in made[at * 3 :] + made[: at * 3]:
            for step in ("review", "post"):
                try:
                    chiefs[at].call(f"ledger.voucher.{step}", drafts=[draft])
                    done += step == "post"
                except drafts.DraftStep:
                    pass
        return done

    with ThreadPoolExecutor(8) as pool:
        posted = list(pool.map(work, range(8)))
    assert sum(posted) == len(made)
    numbers = desk.books.sql("select number from rpt.voucher order by number")["number"].to_list()
    assert numbers == list(range(1, len(made) + 1))
    amounts = desk.books.sql("select sum(debit) as d from rpt.voucher_line")["d"][0]
    assert amounts == D(sum(range(1, 25)))
    assert desk.books.report("voucher_gaps").is_empty()


def test_the_second_of_two_on_one_draft_is_told_who_changed_what(desk):
    draft = desk.draft(**two(attachments=1))
    desk.clerk.call("ledger.voucher.revise", draft_id=draft, version=1, **two("250", attachments=2))
    with pytest.raises(drafts.DraftChanged) as told:
        desk.books.call("ledger.voucher.revise", draft_id=draft, version=1, **two("300"))
    assert told.value.facts["who"] == "accountant"
    for part in ("attachments 1 → 2", "#1 debit 200.00 → 250.00", "#2 credit 200.00 → 250.00"):
        assert part in told.value.facts["changes"]
    assert desk.row(draft)["version"] == 2
    assert json.loads(desk.row(draft)["lines"])[0]["debit"] == "250.00"
    kept = desk.books.sql("select version, changed_by from rpt.voucher_draft_version where draft_id = $d", d=draft)
    assert kept.rows() == [(1, "accountant")]


def test_whoever_changed_a_draft_may_not_review_it(desk):
    draft = desk.draft()
    desk.books.call("ledger.voucher.revise", draft_id=draft, version=1, **two("1"))
    desk.clerk.call("ledger.voucher.revise", draft_id=draft, version=2, **two("2"))
    desk.clerk.call("ledger.voucher.submit", drafts=[draft])
    with pytest.raises(vouchers.ReviewerIsPreparer):
        desk.books.call("ledger.voucher.review", drafts=[draft])
    desk.chief.call("ledger.voucher.review", drafts=[draft, draft])
    assert desk.row(draft)["reviewed_by"] == "supervisor"


def test_a_refused_change_changes_nothing(desk):
    draft = desk.draft()
    before = desk.row(draft)
    bad = two()
    bad["lines"][1]["credit"] = "199"
    for wrong, refusal in (
        (bad, Unbalanced),
        (two(word="期初"), drafts.DraftHead),
        (two(attachments=-1), drafts.DraftHead),
    ):
        with pytest.raises(refusal):
            desk.clerk.call("ledger.voucher.revise", draft_id=draft, version=1, **wrong)
    assert desk.row(draft) == before


def test_the_same_key_drafts_once(desk):
    first = desk.clerk.call("ledger.voucher.draft", **two(), key="sheet-1")
    assert desk.clerk.call("ledger.voucher.draft", **two(), key="sheet-1") == first
    assert desk.books.sql("select count(*) as n from rpt.voucher_draft")["n"][0] == 1


def test_amounts_follow_from_rates_and_prices(desk):
    lines = [
        {
            "summary": "收美元",
            "account": "1002",
            "currency": "USD",
            "amount_foreign": "100.05",
            "rate": "7.1234",
            "side": "debit",
        },
        {"summary": "收美元", "account": "560299", "quantity": "3", "price": "237.565667", "side": "credit"},
    ]
    draft = desk.draft(voucher_on=DAY, lines=lines)
    desk.take("submit", draft), desk.take("review", draft), desk.take("post", draft)
    found = desk.books.sql(
        "select debit, credit, currency, amount_foreign, rate, quantity from rpt.voucher_line order by line"
    ).rows()
    assert found[0] == (D("712.70"), D("0.00"), "USD", D("100.05"), D("7.123400"), None)
    assert found[1] == (D("0.00"), D("712.70"), "", None, None, D("3.000000"))
    red = desk.clerk.call("ledger.voucher.reverse", voucher_id=1, voucher_on=DAY, reason="wrong")["red"]
    turned = desk.books.sql(
        "select debit, credit, amount_foreign, quantity from rpt.voucher_draft_line where draft_id = $d", d=red
    )
    assert turned.rows() == [(D("-712.70"), D(0), D("-100.05"), None), (D(0), D("-712.70"), None, D("-3.000000"))]


WRONG_LINES = [
    (
        [{"account": "1002", "currency": "USD", "amount_foreign": "100", "rate": "7", "debit": "701"}],
        draft_lines.AmountNotOfRate,
    ),
    ([{"account": "1002", "currency": "USD", "amount_foreign": "100"}], draft_lines.RateMissing),
    ([{"account": "1002", "currency": "dollars", "amount_foreign": "100", "rate": "7"}], draft_lines.RateMissing),
    ([{"account": "1002", "quantity": "3", "price": "2", "debit": "7"}], draft_lines.AmountNotOfPrice),
    (["1002"], draft_lines.LineShape),
    ({"account": "1002"}, draft_lines.LineShape),
]


def test_lines_that_contradict_themselves_are_refused(desk):
    for lines, refusal in WRONG_LINES:
        with pytest.raises(refusal):
            desk.draft(voucher_on=DAY, lines=lines)
    for odd in ([{"account": "1002", "debit": "much"}], [{"account": "1002", "colour": "red"}]):
        with pytest.raises(Refusal):
            desk.draft(voucher_on=DAY, lines=odd)
    with pytest.raises(drafts.DraftUnknown):
        desk.clerk.call("ledger.voucher.submit", drafts=["seven"])


def test_drafts_are_numbered_for_the_time_being_and_tidied_without_touching_what_is_posted(desk):
    first = desk.draft(**two(day=date(2026, 1, 20)))
    second = desk.draft(**two(day=date(2026, 1, 10)))
    third = desk.draft(**two(day=date(2026, 1, 5)))
    other = desk.draft(**two(day=date(2026, 2, 5)))
    for step in ("submit", "review", "post"):
        desk.take(step, first)
    desk.take("void", second)
    assert [desk.row(d)["provisional"] for d in (second, third, other)] == [2, 3, 1]
    seen = desk.clerk.rehearse("ledger.voucher.renumber", period="2026-01")
    assert seen.result["moved"] == [{"draft": third, "from": 3, "to": 2}]
    assert desk.row(third)["provisional"] == 3
    desk.clerk.call("ledger.voucher.renumber", period="2026-01")
    assert desk.row(third)["provisional"] == 2
    posted = desk.books.sql("select number from rpt.voucher")["number"].to_list()
    assert posted == [1]
    assert desk.draft(**two()) and desk.row(third)["provisional"] == 2


def test_a_template_begins_a_voucher_with_amounts_or_shares(desk):
    lines = [
        {"account": "560201", "debit": "33.33", "summary": "分摊"},
        {"account": "560299", "debit": "66.67"},
        {"account": "1002", "credit": "100"},
    ]
    desk.clerk.call("ledger.template.save", template="分摊", lines=lines, shared=True)
    kept = json.loads(desk.clerk.sql("select lines from rpt.voucher_template")["lines"][0])
    made = templates.filled(kept, "100.01")
    assert [(line["debit"], line["credit"]) for line in made] == [
        ("33.33", "0.00"),
        ("66.68", "0.00"),
        ("0.00", "100.01"),
    ]
    lines[0]["debit"] = "30"
    with pytest.raises(templates.TemplateShares):
        desk.clerk.call("ledger.template.save", template="分摊", lines=lines, shared=True)
    desk.clerk.call("ledger.template.save", template="房租", lines=[{"account": "560299"}, {"account": "1002"}])
    with pytest.raises(DimensionMissing):
        desk.clerk.call("ledger.template.save", template="应收", lines=[{"account": "1122", "debit": "1"}])
    with pytest.raises(templates.TemplateName):
        desk.clerk.call("ledger.template.save", template=" ", lines=lines)
    desk.clerk.call("ledger.template.drop", template="房租")
    with pytest.raises(templates.TemplateUnknown):
        desk.clerk.call("ledger.template.drop", template="房租")


def test_what_is_being_written_is_kept_for_its_writer(desk):
    desk.clerk.call("ledger.sheet.keep", sheet="new", content='{"a": 1}')
    desk.clerk.call("ledger.sheet.keep", sheet="new", content='{"a": 2}')
    mine = desk.clerk.report("voucher_sheets", login="accountant")
    assert mine["content"].to_list() == ['{"a": 2}']
    desk.chief.call("ledger.sheet.drop", sheet="new")
    assert desk.chief.report("voucher_sheets", login="supervisor").is_empty()
    assert desk.clerk.report("voucher_sheets").height == 1
    with pytest.raises(templates.KeptTooLong):
        desk.clerk.call("ledger.sheet.keep", sheet="new", content="x" * 500_001)
    desk.clerk.call("ledger.sheet.drop", sheet="new")
    assert desk.clerk.report("voucher_sheets").is_empty()
    with pytest.raises(NotPermitted):
        desk.books.as_user("clerk").call("ledger.sheet.keep", sheet="new", content="x")
