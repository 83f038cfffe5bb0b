"""The bank's screens: both sides shown, proposals confirmed with one click, the statement on paper, cash ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

import erp_core
from dashboards import state
from tests.dashboards.test_screens import opened, text_of
from tests.erp_core.banking.statement import account, load, post


@pytest.fixture(scope="module")
def company() -> Iterator[erp_core.Books]:
    """Two vouchers over the bank, and the bank's statement of one of them and of a fee."""
    with erp_core.create(":memory:", company="对账公司", start="2026-01") as books:
        account(books)
        post(books, date(2026, 1, 5), "1000", "3001", "投资款")
        post(books, date(2026, 1, 8), "-200", "560205", "办公用品")
        load(books, "1-05 | 1000 | 1000 | 股东 | 投资款 | A1\n1-20 | -15 | 985 | - | 手续费 | A2")
        state.open_books(books)
        yield books
        state._held.clear()


def press(test, key: str):
    """Press a button by its key."""
    next(button for button in test.button if button.key == key).click()
    return test.run()


def test_what_is_found_is_confirmed_with_one_click(company):
    test = press(opened("bank"), "search")
    assert not test.exception
    shown = opened("bank", view="proposals")
    assert "1,000.00" in text_of(shown)
    press(shown, "sure")
    assert company.report("bank_lines", bank_account="ICBC", state="open")["reference"].to_list() == ["A2"]
    assert "1,000.00" in text_of(opened("bank", view="history"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_view_opens(company, language):
    for file, views in (("bank", ("match", "proposals", "history", "statements", "accounts")),
                        ("cash", ("forecast", "plan", "days", "recurring"))):  # fmt: skip
        for view in views:
            test = opened(file, language, view=view)
            assert not test.exception, (file, view, test.exception[0].message)
            assert not test.error, (file, view, test.error[0].value)
    paper = text_of(opened("reconciliation", language, period="2026-01"))
    assert "985.00" in paper
    assert "785.00" in paper
