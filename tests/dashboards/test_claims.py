"""A claim by a person with a phone: written receipt by receipt, handed in, agreed to, paid; refusals keep what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

import erp_core
from dashboards import state
from tests.dashboards.test_screens import opened, text_of


@pytest.fixture(scope="module")
def company() -> Iterator[erp_core.Books]:
    """A company with one employee who has a user of his own that sees his own rows."""
    with erp_core.create(":memory:", company="报销公司", start="2026-01") as books:
        books.call("masters.department.save", departments=[{"code": "D1", "name": "销售部"}])
        books.call("masters.employee.save", employees=[{"code": "E1", "name": "张三", "department": "D1"}])
        person = {"login": "zhang", "name": "张三", "employee": "E1", "roles": ["staff"]}
        books.call("access.user.save", **person, scopes=[{"kind": "own", "value": ""}])
        yield books
        state._held.clear()


def typed(test, category: str, gross: str, invoice: str):
    """Fill the form of one receipt and add it."""
    test.selectbox[0].set_value(category)
    test.text_input[0].set_value(gross)
    test.text_input[1].set_value(invoice)
    test.button[0].click()
    return test.run()


def test_a_claim_goes_from_the_phone_to_the_voucher(company):
    state.open_books(company.as_user("zhang"))
    test = typed(opened("claim_entry"), "office", "88.00", "INV0001")
    assert "INV0001" in text_of(test)
    handed = next(button for button in test.button if button.label == "提交")
    test.text_input[-1].set_value("买打印纸")
    handed.click()
    test.run()
    assert not test.exception
    assert not test.error, test.error[0].value
    row = company.report("claims").row(0, named=True)
    assert (row["status"], row["note"], row["name"]) == ("submitted", "买打印纸", "张三")
    state.open_books(company.as_user("supervisor"))
    page = opened("claim", number=row["number"])
    next(button for button in page.button if button.key == "approve").click()
    page.run()
    assert company.report("claims")["status"].to_list() == ["approved"]
    company.call("claims.claim.pay", numbers=row["number"], on=date(2026, 12, 1))
    assert "已付款" in text_of(opened("claim", number=row["number"]))


def test_what_is_refused_stays_on_the_screen(company):
    state.open_books(company.as_user("zhang"))
    test = typed(opened("claim_entry"), "office", "十块", "INV0002")
    next(button for button in test.button if button.label == "存草稿").click()
    test.run()
    assert test.error
    assert "Traceback" not in test.error[0].value
    assert "INV0002" in text_of(test)
