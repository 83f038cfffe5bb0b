"""The screens of assets and budget over a company that has both: lists, cards, drill, and a grid that is filled."""

from collections.abc import Iterator
from datetime import date

import pytest

import erp_core
from dashboards import state
from dashboards.screens import budget_grid
from tests.dashboards.small_company import make
from tests.dashboards.test_screens import opened, text_of

DAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Iterator[erp_core.Books]:
    """A company with two cards, one count under way, a budget in force and a draft."""
    books = make(tmp_path_factory.mktemp("screens") / "books.duckdb", rounds=2)
    card = {"category": "ELECTRONIC", "acquired_on": DAY, "started_on": DAY, "value": "12000", "department": "D1"}
    books.call("assets.card.acquire", cards=[card | {"name": "电脑"}, card | {"name": "打印机"}])
    books.call("assets.count.open", counted_on=DAY)
    cells = [{"account": "5602", "m03": "1000"}, {"account": "5601", "m03": "5000"}]
    number = books.call("budget.version.make", year=2026, name="年度预算", cells=cells)["number"]
    books.call("budget.version.submit", number=number)
    books.call("budget.version.approve", number=number)
    books.call("budget.version.make", year=2026, name="修订", copy_of=number)
    books.call("budget.rule.save", rules=[{"rule": "费用", "account": "5602", "at_actual": "warn"}])
    yield books
    books.close()


@pytest.fixture
def shown(company) -> Iterator[erp_core.Books]:
    state.open_books(company)
    yield company
    state._held.clear()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("file", "query", "says"),
    [
        ("assets", {}, "FA-00001"),
        ("assets", {"view": "forecast"}, "2026-04"),
        ("assets", {"view": "tie"}, "1602"),
        ("assets", {"view": "categories"}, "HOUSE"),
        ("assets", {"view": "counts"}, "FA-00002"),
        ("asset_card", {"asset": "FA-00001"}, "11,400.00"),
        ("asset_card", {"asset": "nothing"}, "nothing"),
        ("budget", {}, "5602"),
        ("budget", {"account": "5602"}, "5602"),
        ("budget", {"view": "versions"}, "BG26-0001"),
        ("budget", {"view": "rules"}, "费用"),
        ("budget", {"view": "warnings"}, ""),
        ("budget_grid", {"number": "BG26-0001"}, "5602"),
        ("budget_grid", {"number": "BG26-0002"}, ""),
    ],
)
def test_every_view_opens(shown, file, query, says, language):
    test = opened(file, language, **query)
    assert not test.exception
    assert not test.error
    assert says in text_of(test)


def test_what_was_typed_is_told_from_what_stood_there():
    blank = dict.fromkeys(budget_grid.MONTHS)
    old = [
        {"account": "5602", "department": "", "project": "", **blank, "m01": "1000.00", "m02": "5.00"},
        {"account": "5601", "department": "D1", "project": "", **blank, "m01": "7.00"},
    ]
    new = [
        {**old[0], "m01": "1,200", "m02": ""},
        {"account": "560205", "department": None, "project": None, **blank, "m12": "3"},
        {"account": None, "department": None, "project": None, **blank},
    ]
    key = {"department": "", "project": ""}
    assert budget_grid.changed(old, new) == [
        {"account": "5602", **key, "m01": "1200", "m02": "0"},
        {"account": "560205", **key, "m12": "3"},
        {"account": "5601", "department": "D1", "project": "", **dict.fromkeys(budget_grid.MONTHS, "0")},
    ]
    assert budget_grid.changed(old, old) == []


def test_the_grid_is_saved_and_handed_in(shown):
    test = opened("budget_grid", "zh", number="BG26-0002")
    test.button(key="submit").click().run()
    assert not test.exception
    assert shown.sql("select status from rpt.budget_version where number = 'BG26-0002'")["status"][0] == "submitted"
