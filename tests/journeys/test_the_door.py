"""The door in a real browser: in by the form and by a link, out in every tab, each person with rows of their own."""

import re

import pytest

from tests.journeys.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.browser


def settled(tab) -> None:
    tab.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def test_a_wrong_password_is_told_and_the_right_one_leads_to_where_one_wanted(visit):
    tab = visit()
    tab.goto("/inventory?view=ageing")
    assert "/sign-in?next=" in tab.url
    tab.fill("input[name=login]", "keeper")
    tab.fill("input[name=password]", "wrong")
    tab.click("button.main")
    assert "登录名或密码" in tab.locator('[role="alert"]').inner_text()
    assert tab.input_value("input[name=login]") == "keeper"
    tab.fill("input[name=password]", PASSWORD)
    tab.click("button.main")
    tab.wait_for_selector('h1:has-text("库存")')
    assert "view=ageing" in tab.url
    assert "erp_sid" not in tab.evaluate("document.cookie")
    tab.reload()
    tab.wait_for_selector('h1:has-text("库存")')


def test_leaving_in_one_tab_ends_the_other(visit):
    tab = visit()
    sign_in(tab, "keeper")
    tab.wait_for_selector(".erp-who")
    settled(tab)
    other = tab.context.new_page()
    other.goto("/inventory")
    other.wait_for_selector('h1:has-text("库存")')
    settled(other)
    tab.locator('.erp-who a[href^="/auth/sign-out"]').click()
    tab.wait_for_selector("text=您已退出")
    other.locator('[data-testid="stSidebarNav"] a:has-text("报表中心")').click()
    other.wait_for_selector("text=登录已结束")
    assert other.locator("table").count() == 0
    other.goto("/inventory")
    assert "/sign-in" in other.url


def test_two_people_on_the_same_page_see_different_rows(visit, passes):
    seen = {}
    for login in ("owner", "clerk"):
        tab = visit(passes(login))
        tab.goto("/rows?report=sales_orders_open&as_of=2026-03-31")
        tab.wait_for_selector("h1")
        settled(tab)
        seen[login] = set(tab.locator('table.erp a[href^="/document"]').all_inner_texts())
        tab.goto("/reports?name=documents")
        tab.wait_for_selector("text=/共 \\d+ 行/")
        settled(tab)
        seen[login, "count"] = int(
            re.search(r"共 ([\d,]+) 行", tab.locator("text=/共 [\\d,]+ 行/").first.inner_text())[1].replace(",", "")
        )
    assert seen["clerk"] < seen["owner"]
    assert 0 < seen["clerk", "count"] < seen["owner", "count"]


def test_a_page_without_a_right_says_which_and_keeps_its_address(visit, passes):
    tab = visit(passes("clerk"))
    tab.goto("/ledger?account=1002")
    tab.wait_for_selector("text=没有权限查看这个页面")
    assert "read.ledger" in tab.locator(".erp-denied").inner_text()
    assert tab.url.endswith("/ledger?account=1002")
    assert tab.locator('[data-testid="stSidebarNav"] a:has-text("明细账")').count() == 0
    assert "业务员" in tab.locator(".erp-who").inner_text()


def test_an_administrator_lets_somebody_in_who_chooses_a_password_and_settles_in(visit, passes):
    admin = visit(passes("administrator"))
    admin.goto("/people?login=analyst")
    admin.wait_for_selector('h1:has-text("分析员")')
    admin.get_by_role("button", name="发一次性链接").click()
    admin.locator('[data-testid="stPopoverBody"] button:has-text("发一次性链接")').click()
    admin.wait_for_selector("text=只显示这一次")
    link = admin.locator('[data-testid="stCode"] code').inner_text().strip()
    assert "/auth/enter?ticket=" in link
    tab = visit()
    tab.goto(link[link.index("/auth/") :])
    tab.click("button.main")
    tab.wait_for_selector("text=请先设置自己的密码")
    tab.fill("input[name=new_password]", "Fen-Xi-Yuan-1")
    tab.fill("input[name=again]", "Fen-Xi-Yuan-1")
    tab.click("button.main")
    tab.wait_for_selector('h1:has-text("首次设置")')
    settled(tab)
    tab.get_by_role("button", name="保存并开始").click()
    tab.wait_for_selector('h1:has-text("经营总览")')
    settled(tab)
    again = visit()
    again.goto(link[link.index("/auth/") :])
    again.click("button.main")
    assert again.locator('[role="alert"]').count() == 1, "the link was used"


def test_a_phone_has_room_for_the_door_and_for_approvals(visit, passes):
    for path, cookies in (("/sign-in", None), ("/approvals", passes("owner"))):
        tab = visit(cookies, viewport={"width": 390, "height": 844})
        tab.goto(path)
        tab.wait_for_selector("h1")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
