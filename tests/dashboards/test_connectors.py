"""The page of connections: a run from the screen, a row nobody could take, laid aside with a reason."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import erp_core
from dashboards import i18n, state
from tests.dashboards.test_screens import opened, text_of
from tests.erp_core.connectors.conftest import PARTIES


@pytest.fixture
def books(tmp_path: Path) -> Iterator[erp_core.Books]:
    """A company with a drop folder for customers, in which one row of two does not fit."""
    place = tmp_path / "exchange"
    (place / "customers").mkdir(parents=True)
    (place / "customers" / "a.csv").write_text("编号,名称,账期\nX1,一号店,15\nX2,二号店,很多\n", encoding="utf-8")
    with erp_core.create(tmp_path / "b.duckdb", company="连接商行", start="2026-01") as made:
        made.call(
            "company.parameter.set",
            parameter="connectors.folder",
            value=str(place),
            valid_from=date(2026, 1, 1),
            reason="test",
        )
        state.open_books(made)
        yield made
        state._held.clear()


def connect(books: erp_core.Books) -> None:
    about = {"direction": "in", "kind": "csv", "target": "masters.party.save", "place": "customers"}
    books.call("connector.save", connectors={"name": "customers", "title": "客户", "mapping": PARTIES, **about})


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
def test_an_empty_page_says_what_a_connector_is(books, language):
    test = opened("connectors", language)
    assert not test.exception
    assert "connector.save" in text_of(test)


def test_a_connector_is_run_and_its_dead_letter_laid_aside_from_the_page(books):
    connect(books)
    assert "customers" in text_of(opened("connectors"))
    test = opened("connectors", name="customers")
    test.button(key="run").click().run()
    assert not test.exception
    assert books.sql("select name from rpt.party where code = 'X1'")["name"].to_list() == ["一号店"]
    test = opened("connectors", name="customers")
    assert "X2" in text_of(test)
    test.text_input(key="reason_resolve").set_value("对方会改")
    [button] = [one for one in test.button if one.label == i18n.t("connectors.resolve", "zh")]
    button.click().run()
    assert not test.error, test.error[0].value
    assert books.report("dead_letters").is_empty()
    assert i18n.t("connectors.no_letters", "zh") in text_of(opened("connectors", name="customers"))
