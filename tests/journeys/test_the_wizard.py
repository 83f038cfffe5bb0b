"""A pack of legacy workbooks through the wizard in a real browser: from the upload to the books, wrong files beside it."""

from datetime import date
from pathlib import Path

import pytest
from legacy_files import workbook

from tests.journeys.conftest import Served

pytestmark = pytest.mark.browser
CUSTOMERS = [["客户编码", "客户名称", "电话"], ["K01", "长沙子公司", "13812345678"], [None, "无码公司", None]]
DEPARTMENTS = [["部门编码", "部门名称"], ["D8", "八部"], ["D9", "九部"]]
SALES = [
    ["订单编号", "订单日期", "客户编码", "商品编码", "数量", "单价"],
    ["Z1", date(2025, 1, 2), "K01", "A1", 2, 3.5],
]


def settled(tab) -> None:
    tab.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def press(tab, key: str) -> None:
    tab.locator(f".st-key-intake_{key} button").click()


def test_a_pack_is_uploaded_checked_rehearsed_loaded_and_taken_back(serving: Served, visit, passes, tmp_path: Path):
    files = [
        workbook(tmp_path / "客户.xlsx", 客户=CUSTOMERS),
        workbook(tmp_path / "部门.xlsx", 部门=DEPARTMENTS),
        workbook(tmp_path / "订单.xlsx", 订单=SALES),
        tmp_path / "文本.xlsx",
        tmp_path / "图.png",
    ]
    files[3].write_text("客户编码,客户名称\n", encoding="utf-8")
    files[4].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    tab = visit(passes("owner"))
    tab.goto("/intake")
    tab.wait_for_selector('h1:has-text("导入旧账")')
    settled(tab)
    tab.locator('input[type="file"]').set_input_files([str(path) for path in files])
    tab.wait_for_selector(".erp-line:has-text('订单.xlsx')")
    press(tab, "recognise")
    tab.wait_for_selector("text=找到的表格")
    settled(tab)
    assert tab.locator('[data-testid="stAlert"]').count() == 2
    assert "客户.xlsx [客户]" in tab.locator("table.erp").inner_text()
    press(tab, "check")
    tab.wait_for_selector("text=每张表的去向")
    settled(tab)
    with tab.expect_download() as caught:
        tab.get_by_role("button", name="下载").first.click()
    assert caught.value.suggested_filename.endswith((".xlsx", ".html"))
    press(tab, "to_prove")
    tab.wait_for_selector("text=各表一致")
    settled(tab)
    press(tab, "to_load")
    tab.wait_for_selector("text=我已核对上面的结果")
    settled(tab)
    press(tab, "rehearse")
    tab.wait_for_selector("text=演练通过，全部一致")
    settled(tab)
    tab.locator('[data-testid="stCheckbox"] label').click()
    settled(tab)
    press(tab, "load")
    tab.wait_for_selector(".erp-badge:has-text('已装入')")
    settled(tab)
    press(tab, "to_log")
    tab.wait_for_selector(".erp-line:has-text('历史销售')")
    assert "Traceback" not in serving.log.read_text()


def test_the_wizard_fits_on_a_phone_and_speaks_english(visit, passes):
    tab = visit(passes("owner"), viewport={"width": 390, "height": 844})
    tab.goto("/intake?lang=en")
    tab.wait_for_selector('h1:has-text("Bring in legacy files")')
    settled(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_who_may_not_load_is_told_which_permission_it_takes(visit, passes):
    tab = visit(passes("accountant"))
    tab.goto("/intake")
    tab.wait_for_selector("text=没有权限查看这个页面")
    assert "intake.load" in tab.locator(".erp-denied").inner_text()
