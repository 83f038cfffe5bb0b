"""Every screen, opened headless in both languages over a company that trades and over one that has just begun."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import erp_core
from dashboards import app as pages
from dashboards import i18n, state

APP = str(Path(pages.__file__))
FILES = [file for section in pages.SCREENS.values() for file, *_ in section if pages.ready(file)]
VIEWS = ("on_hand", "alerts", "movement", "ageing", "turnover", "ledger")
EMPTY = {
    "connectors",
    "help",
    "assets",
    "asset_card",
    "budget",
    "budget_grid",
    "bank",
    "intake",
    "reconciliation",
    "claims",
    "claim",
    "claim_entry",
    "rows",
    "document",
    "voucher",
    "settle",
    "approvals",
    "trace",
}


@pytest.fixture
def shown(trading: erp_core.Books) -> Iterator[erp_core.Books]:
    """The trading company behind the screens."""
    state.open_books(trading)
    yield trading
    state._held.clear()


def opened(file: str, language: str = "zh", **query: str) -> AppTest:
    """Open one screen as a browser would, with its address."""
    test = AppTest.from_file(APP, default_timeout=60)
    if language != "zh":
        test.query_params["lang"] = language
    test.run()
    if file != "home":
        test.switch_page(f"screens/{file}.py")
        test.query_params.clear()
        for name, value in ({"lang": language} | query).items():
            test.query_params[name] = value
        test.run()
    return test


def text_of(test: AppTest) -> str:
    """All HTML of a screen."""
    return "\n".join(element.proto.body for element in test.get("html"))


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
@pytest.mark.parametrize("file", FILES)
def test_every_screen_opens(shown, file, language):
    test = opened(file, language)
    assert not test.exception
    assert not test.error
    assert i18n.t(f"{file}.title", language) in text_of(test)
    if file not in EMPTY:
        assert (
            "erp-card" in text_of(test)
            or "<table" in text_of(test)
            or "erp-facts" in text_of(test)
            or test.get("arrow_data_frame")
            or test.dataframe
        )


ROLES = ("accountant", "cashier", "supervisor", "clerk", "keeper", "migrator", "analyst", "administrator")


@pytest.mark.parametrize("login", ROLES)
def test_every_screen_opens_for_every_role_or_says_no(shown, login):
    theirs = state.open_books(shown.as_user(login))
    seen = [(file, {}) for file in FILES if pages.is_open(file)]
    seen += [("inventory", {"view": view}) for view in VIEWS] if pages.is_open("inventory") else []
    for file, query in seen:
        test = opened(file, **query)
        assert not test.exception, (file, query, test.exception[0].message)
        assert not test.error, (file, query, test.error[0].value)
    assert theirs.user == login


@pytest.mark.parametrize("file", FILES)
def test_every_screen_says_why_it_is_empty(file):
    with erp_core.create(":memory:", company="新公司", start="2026-01") as new:
        state.open_books(new)
        test = opened(file)
        assert not test.exception
        assert not test.error
        state._held.clear()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_stock_opens(shown, view):
    test = opened("inventory", view=view)
    assert not test.exception
    assert "<table" in text_of(test)


@pytest.mark.parametrize("statement", ["balance_sheet", "income_statement", "cash_flow"])
@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
def test_every_statement_has_its_official_form(shown, statement, language):
    text = text_of(opened("finance", language, statement=statement))
    rows = shown.report(statement, period="2026-03")
    for name in rows[f"name_{language}"].to_list():
        assert name.strip().replace("'", "&#x27;").replace('"', "&quot;") in text


def test_a_line_of_a_statement_opens_into_its_accounts(shown):
    text = text_of(opened("finance", statement="balance_sheet", period="2026-03", line="1"))
    assert "1002" in text
    assert "/ledger?account=1002" in text


def test_names_from_the_books_are_never_html(shown):
    text = text_of(opened("home", period="2026-03")) + text_of(opened("ageing"))
    assert "<b>益阳" not in text
    assert "&lt;b&gt;益阳&amp;己&lt;/b&gt;" in text


def test_a_document_shows_its_flow_and_its_voucher(shown):
    number = shown.report("documents", kind="sales_invoice")["number"][0]
    text = text_of(opened("document", number=number))
    for part in (number, "SO26", "SD26", "/voucher?id="):
        assert part in text


def test_a_voucher_balances_on_paper_and_leads_back(shown):
    row = shown.report("documents", kind="sales_invoice").row(0, named=True)
    text = text_of(opened("voucher", id=str(row["voucher_id"])))
    assert f"/document?number={row['number']}" in text
    total = shown.report("voucher_lines", voucher_id=row["voucher_id"])["debit"].sum()
    assert text.count(i18n.amount(total)) >= 2


def test_an_unknown_document_is_a_sentence(shown):
    assert i18n.t("document.missing", "zh") in text_of(opened("document", number="SI0000-00000"))


def test_a_refusal_is_shown_in_words_and_without_traceback(shown):
    test = opened("rows", report="party_balance", period="2031-01", account="1122")
    assert not test.exception
    assert test.error
    assert "Traceback" not in test.error[0].value


def test_the_language_stays_when_the_screen_changes(shown):
    test = AppTest.from_file(APP, default_timeout=60)
    test.query_params["lang"] = "en"
    test.run()
    test.switch_page("screens/sales.py").run()
    assert i18n.t("sales.title", "en") in text_of(test)


@pytest.mark.parametrize(
    ("file", "query"),
    [
        ("rows", {"report": "sales_lines", "from_day": "soon", "to_day": "2026-03-01"}),
        ("rows", {"report": "no_such_report"}),
        ("rows", {"report": "sales_lines"}),
        ("voucher", {"id": "99999999999999999999999"}),
        ("voucher", {"id": "x'; drop table core.voucher; --"}),
        ("document", {"number": "<script>"}),
        ("finance", {"line": "999", "statement": "nonsense", "period": "1999-01"}),
        ("ledger", {"account": "9999", "reach": "decade"}),
        ("inventory", {"view": "ledger", "item": "nothing"}),
        ("ageing", {"side": "both", "party": "nobody"}),
        ("sales", {"span": "century", "by": "weather"}),
        ("reports", {"name": "nonsense"}),
    ],
)
def test_a_wrong_address_is_answered_in_words(shown, file, query):
    test = opened(file, **query)
    assert not test.exception
    assert not any("Traceback" in error.value for error in test.error)
    assert "<script>" not in text_of(test)


@pytest.mark.parametrize("statement", ["balance_sheet", "income_statement", "cash_flow"])
def test_every_statement_stands_beside_earlier_periods(shown, statement):
    text = text_of(opened("finance", statement=statement, period="2026-03", view="compare", span="quarter"))
    assert "上年同期" in text
    assert "view=compare" in text


def test_a_statement_of_ones_own_is_a_choice_and_opens_into_its_accounts(shown):
    lines = [{"line_no": 1, "name_zh": "钱", "kind": "item", "accounts": "1001 + 1002", "rule": "balance"}]
    shown.call("ledger.statement.save", statement="money", name_zh="资金表", lines=lines)
    text = text_of(opened("finance", statement="money", period="2026-03", line="1"))
    assert "资金表" in text
    assert "/ledger?account=1002" in text
