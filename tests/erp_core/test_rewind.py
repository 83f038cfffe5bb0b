"""Branches and the past: what is tried in a copy leaves the books alone, and what was known then can be asked again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import erp_core
from erp_core.foundation.errors import BooksFrozen, NotPermitted
from erp_core.rewind import ActUnknown, NotYetBegun
from tests.dashboards.small_company import make

QUESTIONS = {
    "trial_balance": {"period": "2026-03"},
    "balance_sheet": {"period": "2026-03"},
    "stock_on_hand": {"as_of": date(2026, 3, 31)},
    "open_items": {"as_of": date(2026, 3, 31)},
    "documents": {},
    "sales_orders_open": {},
    "sales_analysis": {"from_day": date(2026, 1, 1), "to_day": date(2026, 3, 31)},
    "voucher_list": {},
    "account_chart": {},
}


def answers(books: erp_core.Books) -> dict[str, pl.DataFrame]:
    return {name: books.report(name, **parameters) for name, parameters in QUESTIONS.items()}


def last_act(books: erp_core.Books) -> int:
    return books.sql("select max(act_id) as a from rpt.act")["a"][0]


@pytest.fixture
def trading(tmp_path):
    books = make(tmp_path / "books.duckdb", rounds=12)
    yield books
    books.close()


def go_on(books: erp_core.Books) -> None:
    """Change everything there is to change: cards, prices, people, orders, stock, money, periods."""
    order = books.report("sales_orders_open")["number"][0]
    books.call("masters.party.save", parties=[{"code": "C01", "name": "改名商行", "credit_days": 90}])
    books.call("masters.item.save", items=[{"code": "B2", "list_price": "999", "name": "电锤"}])
    books.call(
        "company.parameter.set", parameter="tax.income_rate", value="0.25", valid_from=date(2026, 1, 1), reason="x"
    )
    books.call("company.user.save", login="clerk", name="走了", roles=[], active=False)
    again = {"number": order, "version": 3, "reason": "改数量", "document": {"note": "改"}}
    books.call("sales.order.revise", **again, lines=[{"line": 1, "item": "B2", "quantity": 2}])
    books.call("sales.order.approve", numbers=[order])
    books.call("sales.delivery.ship", documents={"order": order, "document_on": date(2026, 3, 20)})
    books.call(
        "sales.order.place",
        documents={"document_on": date(2026, 3, 22), "party": "C03", "warehouse": "W1"},
        lines=[{"item": "A1", "quantity": 2}],
    )
    books.call("finance.payment.pay", party="S01", account="1002", amount="1000", on=date(2026, 3, 25))
    books.call("ledger.account.add", code="560298", parent="5602", name_zh="新费用")


def test_what_was_known_then_can_be_asked_again(trading):
    """The replay: answers kept at an act equal the answers of the books as of that act, after everything went on."""
    kept, then = answers(trading), last_act(trading)
    cards = trading.sql("select code, name, credit_days from rpt.party order by code")
    go_on(trading)
    now = answers(trading)
    changed = [name for name in QUESTIONS if not now[name].equals(kept[name])]
    assert set(changed) >= {"trial_balance", "stock_on_hand", "documents", "sales_orders_open", "account_chart"}
    with trading.as_of(then) as known:
        for name, frame in answers(known).items():
            assert frame.equals(kept[name]), name
        assert known.sql("select code, name, credit_days from rpt.party order by code").equals(cards)
        assert known.check().filter(~pl.col("ok")).is_empty()
    assert answers(trading)["documents"].equals(now["documents"])


def test_every_act_of_the_past_is_sound(trading):
    for act in range(10, last_act(trading), 5):
        with trading.as_of(act) as known:
            broken = known.check().filter(~pl.col("ok"))
            assert broken.is_empty(), (act, broken.rows())


def test_the_past_cannot_be_written(trading):
    with trading.as_of(last_act(trading) - 3) as known, pytest.raises(BooksFrozen):
        known.call("masters.department.save", departments=[{"code": "D9", "name": "新部门"}])


def test_a_day_means_its_end_and_an_instant_means_itself(trading):
    at = trading.sql("select min(happened_at) as first from rpt.act")["first"][0]
    today = (at + timedelta(hours=8)).date()
    with trading.as_of(today) as known:
        assert last_act(known) == last_act(trading)
    with pytest.raises(NotYetBegun):
        trading.as_of(today - timedelta(days=1))
    with pytest.raises(ActUnknown):
        trading.as_of(last_act(trading) + 1)
    with pytest.raises(NotYetBegun):
        trading.as_of(datetime(2020, 1, 1, tzinfo=at.tzinfo))


def test_a_branch_is_tried_in_and_thrown_away(trading):
    before = answers(trading)
    with trading.branch() as tried:
        place = Path(tried.path)
        go_on(tried)
        assert not answers(tried)["trial_balance"].equals(before["trial_balance"])
        assert tried.check().filter(~pl.col("ok")).is_empty()
    assert not place.exists()
    assert not place.parent.exists()
    for name, frame in answers(trading).items():
        assert frame.equals(before[name]), name


def test_an_analyst_may_do_anything_in_a_branch_and_still_sees_no_more(trading):
    analyst = trading.as_user("analyst")
    with pytest.raises(NotPermitted):
        analyst.call("masters.item.save", items=[{"code": "B2", "list_price": "1"}])
    with analyst.branch() as tried:
        tried.call("masters.item.save", items=[{"code": "B2", "list_price": "300"}])
        assert tried.sql("select list_price from rpt.item where code = 'B2'")["list_price"][0] == Decimal(300)
        assert tried.me()["areas"] == analyst.me()["areas"]
        with pytest.raises(NotPermitted):
            tried.call("access.role.save", role="analyst", permissions=["*"])
    with pytest.raises(NotPermitted):
        trading.as_user("keeper").branch()


def test_two_branches_and_the_books_do_not_meet(trading):
    with trading.branch() as one, trading.branch() as two:
        one.call("masters.department.save", departments=[{"code": "X1", "name": "甲"}])
        two.call("masters.department.save", departments=[{"code": "X2", "name": "乙"}])
        seen = [set(b.sql("select code from rpt.department")["code"]) for b in (one, two, trading)]
    assert seen == [{"D1", "X1"}, {"D1", "X2"}, {"D1"}]
