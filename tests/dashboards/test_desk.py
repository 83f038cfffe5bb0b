"""The voucher desk as people use it: written, kept, saved once, taken on in batches, corrected, searched, printed."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import erp_core
from dashboards import app as pages
from dashboards import state, voucher_sheet

APP = str(Path(pages.__file__))
DAY = date(2026, 1, 27)
LINES = [
    {"summary": "购办公用品", "account": "560299", "debit": "200.00"},
    {"summary": "购办公用品", "account": "1001", "credit": "200.00"},
]


@pytest.fixture(scope="module")
def books() -> Iterator[erp_core.Books]:
    """A company that has just begun."""
    with erp_core.create(":memory:", company="凭证台测试公司", start="2026-01") as made:
        yield made


@pytest.fixture
def clerk(books) -> Iterator[erp_core.Books]:
    """The accountant's screens."""
    yield state.open_books(books.as_user("accountant"))
    state._held.clear()


def opened(**query: str) -> AppTest:
    test = AppTest.from_file(APP, default_timeout=60)
    test.run()
    test.switch_page("screens/desk.py")
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, test.exception[0].message
    return test


def text_of(test: AppTest) -> str:
    return "\n".join(element.proto.body for element in test.get("html"))


def press(test: AppTest, label: str) -> AppTest:
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception, test.exception[0].message
    return test


def drafts(books, **asked) -> list[dict]:
    return books.report("voucher_drafts", status="all", **asked).to_dicts()


CONTENT = voucher_sheet.Sheet("new", voucher_on="2026-01-27", lines=LINES).content()


def test_what_was_not_saved_comes_back_and_is_saved_once(books, clerk):
    clerk.call("ledger.sheet.keep", sheet="new", content=CONTENT)
    test = opened()
    assert any("已恢复" in info.value for info in test.info)
    assert "借贷平衡" in text_of(test)
    assert "贰佰元整" in text_of(test)
    press(test, "保存草稿")
    assert [row["debit"] for row in drafts(books)] == [200]
    assert clerk.report("voucher_sheets").is_empty()
    # Sent again with the same key, as by a second click that was under way, it is the same voucher.
    sheet = json.loads(CONTENT)
    again = {name: sheet[name] for name in ("voucher_on", "lines", "word", "attachments", "note")}
    clerk.call("ledger.voucher.draft", **again, key=sheet["key"])
    assert len(drafts(books)) == 1
    assert not opened().info
    assert clerk.report("voucher_sheets").is_empty()


def test_an_uneven_voucher_is_kept_and_told_why_it_cannot_be_saved(books, clerk):
    uneven = [LINES[0], {**LINES[1], "credit": "150"}]
    sheet = voucher_sheet.Sheet("new", voucher_on="2026-01-27", lines=uneven)
    clerk.call("ledger.sheet.keep", sheet="new", content=sheet.content())
    test = opened()
    assert "差额 50.00" in text_of(test)
    before = len(drafts(books))
    press(test, "保存草稿")
    assert test.error
    assert len(drafts(books)) == before
    assert json.loads(clerk.report("voucher_sheets")["content"][0])["lines"][1]["credit"] == "150.00"
    clerk.call("ledger.sheet.drop", sheet="new")


def test_many_are_submitted_reviewed_and_posted_together(books, clerk):
    clerk.call("ledger.voucher.draft_many", vouchers=[{"voucher_on": DAY, "lines": LINES}] * 2)
    waiting = len(drafts(books))
    test = opened(view="drafts", reach="ever")
    test.checkbox(key="all_drafts").check().run()
    press(test, "提交")
    assert {row["status"] for row in drafts(books)} == {"submitted"}
    state._held.clear()
    state.open_books(books.as_user("supervisor"))
    test = opened(view="drafts", reach="ever")
    test.checkbox(key="all_drafts").check().run()
    press(test, "审核")
    test.checkbox(key="all_drafts").check().run()
    press(test, "记账")
    assert {row["status"] for row in drafts(books)} == {"posted"}
    assert books.report("voucher_list")["number"].to_list() == list(range(1, waiting + 1))
    test = opened(view="posted", period="2026-01")
    test.checkbox(key="all_posted").check().run()
    assert "/download/voucher_paper.pdf" in text_of(test)
    assert books.report("voucher_list", search="办公").height == waiting
    assert books.report("voucher_list", search="200.00").height == waiting
    assert books.report("voucher_list", search="没有").is_empty()


def test_a_draft_is_opened_changed_and_the_second_is_told(books, clerk):
    draft = clerk.call("ledger.voucher.draft", voucher_on=DAY, lines=LINES)["draft"]
    test = opened(draft=str(draft))
    assert "借贷平衡" in text_of(test)
    other = [LINES[0] | {"debit": "210"}, LINES[1] | {"credit": "210"}]
    books.call("ledger.voucher.revise", draft_id=draft, version=1, voucher_on=DAY, lines=other)
    press(test, "保存草稿")
    assert "owner" in test.error[0].value
    assert "200.00 → 210.00" in test.error[0].value
    assert drafts(books, draft=draft)[0]["version"] == 2
    assert not opened(draft="999").error


def test_a_posted_voucher_is_corrected_by_red_and_blue(books, clerk):
    voucher = books.report("voucher_list")["voucher_id"][0]
    sheet = voucher_sheet.Sheet(f"correct-{voucher}", voucher_on="2026-01-28", note="科目错", corrects=voucher)
    sheet.take([LINES[0] | {"account": "560201"}, LINES[1]])
    clerk.call("ledger.sheet.keep", sheet=sheet.name, content=sheet.content())
    press(opened(correct=str(voucher)), "生成红字和蓝字凭证")
    made = [row for row in drafts(books) if row["reverses"] == voucher]
    assert sorted(row["reversal_kind"] for row in made) == ["blue", "red"]


@pytest.mark.parametrize("view", ["checks", "rules", "posted", "drafts"])
def test_every_view_of_the_desk_opens(clerk, view):
    assert not opened(view=view).error


BOOKS = (
    "summary",
    "detail",
    "journal",
    "quantity",
    "account_quantity",
    "columnar",
    "auxiliary_balance",
    "auxiliary_ledger",
)


@pytest.mark.parametrize("book", BOOKS)
def test_every_account_book_opens_and_leads_to_its_vouchers(trading, book):
    state.open_books(trading)
    test = AppTest.from_file(APP, default_timeout=60)
    test.run()
    test.switch_page("screens/books.py")
    account = {"columnar": "2221", "account_quantity": "1405", "auxiliary_balance": "1122"}.get(book, "1002")
    for name, value in {"book": book, "period": "2026-03", "from": "2026-01", "account": account}.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, test.exception[0].message
    assert "<table" in text_of(test)
    if book in ("detail", "journal", "columnar"):
        assert "/voucher?id=" in text_of(test)
    state._held.clear()
