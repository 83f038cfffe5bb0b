"""The close on screen: rehearsed, held up by a draft, committed as shown, reopened with a reason."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import erp_core
from dashboards import app as pages
from dashboards import i18n, state
from tests import by_hand

APP = str(Path(pages.__file__))
JAN = date(2026, 1, 15)


@pytest.fixture
def january(template: Path, tmp_path: Path) -> Iterator[erp_core.Books]:
    """A month with a service sold, behind the screens in the supervisor's hands."""
    (tmp_path / "books.duckdb").write_bytes(template.read_bytes())
    with erp_core.open(tmp_path / "books.duckdb") as books:
        by_hand.post(books, JAN, "服务费", ("1002", 1060, ""), ("5051", "", 1000), ("22210107", "", 60))
        state.open_books(books.as_user("supervisor"))
        yield books
        state._held.clear()


def opened() -> AppTest:
    test = AppTest.from_file(APP, default_timeout=60).run()
    test.switch_page("screens/close.py").run()
    return test


def text_of(test: AppTest) -> str:
    return "\n".join(element.proto.body for element in test.get("html"))


def said(key: str, **facts: object) -> str:
    return i18n.t(key, "zh", **facts)


def test_rehearse_commit_and_reopen(january):
    test = opened()
    assert said("close.not_run") in text_of(test)
    assert [button.label for button in test.button] == [said("close.rehearse")]
    test.button(key="rehearse").click().run()
    shown = text_of(test)
    assert not test.exception
    for part in (said("close.is_ready"), "G13", "60.00", "营业收入", "1,000.00"):
        assert part in shown
    test.button(key="commit").click().run()
    assert not test.exception
    assert january.sql("select status from rpt.period where period = '2026-01'")["status"][0] == "closed"
    runs = january.sql("select kind, result_hash from rpt.close_run order by run_id").rows()
    assert [kind for kind, _ in runs] == ["rehearsal", "commit"]
    assert runs[0][1] == runs[1][1]

    test = opened()
    test.query_params["month"] = "2026-01"
    test.run()
    assert "记-2" in text_of(test)
    assert january.report("period_seals")["code"][0] in text_of(test)
    assert [element.label for element in test.get("download_button")] == [said("close.evidence")]
    reason = next(field for field in test.text_input if field.key == "reason_reopen")
    reason.set_value("漏记发票")
    next(button for button in test.button if button.label == said("close.reopen")).click()
    test.run()
    assert january.sql("select status, version from rpt.period where period = '2026-01'").rows() == [("open", 1)]


def test_what_stands_in_the_way_is_listed_and_the_button_is_not_there(january):
    by_hand.draft(january, JAN, "待审", ("560205", 1, ""), ("1002", "", 1))
    test = opened()
    test.button(key="rehearse").click().run()
    shown = text_of(test)
    assert said("close.is_held") in shown
    assert said("close.failed_count", count=1) in shown
    assert said("close.fact.draft") in shown
    assert said("close.commit") not in [button.label for button in test.button]


def test_a_reader_sees_and_touches_nothing(january):
    state.open_books(january.as_user("analyst"))
    test = opened()
    assert not test.exception
    assert not test.button
