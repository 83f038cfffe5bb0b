"""Two people in a real browser: a manager follows a figure down to its voucher, an accountant comes from the statements."""

import re
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

pytestmark = pytest.mark.browser


def settled(page) -> None:
    """Wait until the screen has been drawn to its end."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def goes(page, selector: str, heading: str) -> None:
    """Follow a link within the app, and wait for the screen it leads to."""
    page.locator(selector).first.click()
    page.wait_for_selector(f'h1:has-text("{heading}")')
    settled(page)


def figure(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-"))


def test_a_manager_follows_a_figure_down_to_its_voucher(page):
    loads = []
    page.on("request", lambda request: loads.append(request.url) if request.resource_type == "document" else None)
    page.goto("/")
    page.wait_for_selector('h1:has-text("经营总览")')
    card = page.locator('[data-card="sales_month"]')
    sold = figure(card.get_attribute("title"))

    goes(page, '[data-card="sales_month"]', "销售明细")
    lines = page.locator("table.erp tbody tr")
    column = [th.strip() for th in page.locator("table.erp thead th").all_inner_texts()].index("不含税金额") + 1
    assert figure(page.locator(f"table.erp tfoot td:nth-child({column})").inner_text()) == sold
    assert sum(figure(cell) for cell in lines.locator(f"td:nth-child({column})").all_inner_texts()) == sold

    goes(page, 'table.erp tbody a[href^="/document"]', "销售发票")
    assert re.search(r"number=SI26\d\d-\d+", page.url)
    assert page.locator(".erp-chain").inner_text().count("SO26") == 1

    goes(page, '.erp-facts a[href^="/voucher"]', "记账凭证")
    debit, credit = (figure(text) for text in page.locator(".voucher tfoot td.num").all_inner_texts())
    assert debit == credit > 0
    assert len(loads) == 1, "links move within the app"

    page.go_back()
    page.wait_for_selector('h1:has-text("销售发票")')


def test_an_accountant_comes_from_the_statements(page):
    page.goto("/finance?statement=balance_sheet&period=2026-03")
    page.wait_for_selector(".erp-paper h2")
    cash = page.locator('.erp-paper tr:has(td:text-is("货币资金")) td.num a').first
    balance = figure(cash.inner_text())
    cash.click()
    page.wait_for_selector("text=由哪些科目构成")
    settled(page)
    behind = page.locator(".st-key-card_behind")
    assert figure(behind.locator("tfoot td.num").first.inner_text()) == balance

    goes(page, '.st-key-card_behind a[href^="/ledger"]', "明细账")
    assert "account=1002" in page.url
    last = page.locator("table.erp tbody tr.year td.num").last.inner_text()
    assert figure(last) == balance

    goes(page, 'table.erp tbody a[href^="/voucher"]', "记账凭证")
    page.go_back()
    page.wait_for_selector('h1:has-text("明细账")')

    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    page.wait_for_selector('h1:has-text("Account ledger")')
    settled(page)
    assert "lang=en" in page.url
    page.locator('[data-testid="stSidebarNav"] a:has-text("Trial balance")').click()
    page.wait_for_selector('h1:has-text("Trial balance")')
    settled(page)
    assert "lang=en" in page.url

    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    book = openpyxl.load_workbook(BytesIO(waiting.value.path().read_bytes()), data_only=True)
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert "1002" in cells
    assert any("Changsha" in str(cell) for cell in cells)
