"""A number and its rows are one question: every card and every linked figure equals the sum of the list it opens."""

import re
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboards import i18n, state
from dashboards.scope import Scope, address
from tests.dashboards.test_screens import opened, shown, text_of  # noqa: F401 - shown is a fixture

CARD = re.compile(r'<a href="([^"]+)" target="_self" data-card="(\w+)"(?: title="([^"]*)")?><b[^>]*>([^<]*)</b>')
LINKED = re.compile(r'<td class="num[^"]*"[^>]*><a href="(/rows\?[^"]+)" target="_self">([^<]*)</a>')


def scope_of(link: str) -> Scope:
    return Scope.from_query(dict(parse_qsl(urlsplit(unescape(link)).query)))


def figure(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(i18n.MINUS, "-"))


@pytest.mark.parametrize("file", ["home", "sales", "inventory", "ageing"])
@pytest.mark.parametrize("period", ["2026-03", "2026-01"])
def test_every_card_equals_the_rows_it_opens(shown, file, period):  # noqa: F811
    found = CARD.findall(text_of(opened(file, period=period)))
    assert found
    for link, key, exact, written in found:
        if not link.startswith("/rows"):
            continue
        asked = scope_of(link)
        if exact:
            assert asked.number() == figure(exact), key
        elif key == "documents":
            assert asked.rows()["number"].n_unique() == figure(written)
        else:
            assert asked.rows().height == figure(written), key


@pytest.mark.parametrize("by", ["customer", "item", "category", "employee", "region"])
def test_every_figure_of_the_sales_table_equals_its_lines(shown, by):  # noqa: F811
    found = LINKED.findall(text_of(opened("sales", by=by, span="year")))
    assert found
    for link, written in found:
        assert scope_of(link).number() == figure(written)


def test_parts_add_up_to_the_whole_whatever_the_dimension(shown):  # noqa: F811
    days = {"from_day": "2026-01-01", "to_day": "2026-03-31"}
    whole = state.load("sales_lines", **days)["net"].sum()
    for by in ("customer", "item", "category", "employee", "region", "month", "day"):
        assert state.load("sales_analysis", by=by, **days)["net"].sum() == whole


def test_a_statement_line_equals_the_accounts_behind_it(shown):  # noqa: F811
    for statement, column in (("balance_sheet", "closing"), ("income_statement", "month"), ("cash_flow", "month")):
        for row in shown.report(statement, period="2026-03").to_dicts():
            if row["line_no"] is None:
                continue
            behind = shown.report("statement_detail", statement=statement, line_no=row["line_no"], period="2026-03")
            if statement == "cash_flow" and row["line_no"] >= 21:
                continue  # opening and closing cash are balances; the accounts behind them show what moved
            assert (behind["amount"].sum() or 0) == row[column], (statement, row["line_no"])


def test_a_scope_survives_its_own_link(shown):  # noqa: F811
    asked = Scope.of("open_items", "remaining", "home.overdue", as_of=state.today(), role="receivable", overdue=True)
    assert scope_of(asked.link("zh")) == asked
    assert scope_of(asked.link("en")).filters == asked.filters


def test_empty_filters_are_no_filters():
    assert Scope.of("sales_lines", party="", item=None) == Scope.of("sales_lines")


def test_an_address_carries_the_language_only_when_it_is_not_the_usual_one():
    assert address("rows", "zh", report="sales_lines") == "/rows?report=sales_lines"
    assert address("rows", "en", report="sales_lines").endswith("lang=en")
    assert address("", "zh") == "/"
