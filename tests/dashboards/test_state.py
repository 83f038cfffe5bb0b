"""Reads are kept for a version and for eyes that reach equally far; whose session it is decides what is shown."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import erp_core
from dashboards import app as pages
from dashboards import state
from erp_core.reports.definition import definitions

APP = str(Path(pages.__file__))
SCHEMA = Path(erp_core.__file__).parent / "schema"


@pytest.fixture
def two() -> erp_core.Books:
    with erp_core.create(":memory:", company="两人", start="2026-01") as books:
        yield books
    state._held.clear()


def personal_views() -> set[str]:
    """The views that ask for the name of who reads, apart from the limits that are part of sight."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SCHEMA.glob("*.sql")))
    views = re.split(r"(?=create (?:or replace )?view )", text)
    return {
        match[1] for view in views if (match := re.match(r"create .*?view rpt\.(\w+)", view)) and "'reader'" in view
    }


def test_what_depends_on_who_asks_is_never_shared():
    views = personal_views()
    assert "approval" in views
    shared = {
        name
        for name, found in definitions().items()
        if any(re.search(rf"\brpt\.{view}\b", found.sql) for view in views)
        and state._eyes(name, {"sight": "*", "login": "one"}) == state._eyes(name, {"sight": "*", "login": "two"})
    }
    assert not shared


def test_equal_eyes_share_a_read_and_others_do_not(two):
    state.open_books(two)
    here = state.load("documents")
    assert state.load("documents") is here
    assert state._eyes("documents", {"sight": "a", "login": "x"}) == state._eyes(
        "documents", {"sight": "a", "login": "y"}
    )
    assert state._eyes("documents", {"sight": "a", "login": "x"}) != state._eyes(
        "documents", {"sight": "b", "login": "x"}
    )


def test_a_change_is_seen_by_the_next_read(two):
    state.open_books(two)
    before = state.load("access_users").height
    state.call("access.user.save", login="newcomer", name="新人", roles=["clerk"])
    assert state.load("access_users").height == before + 1


def test_a_session_taken_over_by_somebody_else_is_emptied(two):
    state.open_books(two)
    test = AppTest.from_file(APP, default_timeout=60).run()
    test.session_state["_kept_period"] = "2026-01"
    test.session_state["draft"] = "a secret of the owner"
    state.open_books(two.as_user("clerk"))
    test.run()
    assert "draft" not in test.session_state
    assert test.session_state["_who"] == "clerk"


def test_the_menu_follows_the_rights(two):
    def menu(login: str) -> set[str]:
        state.open_books(two.as_user(login))
        return {
            file for section, screens in pages.SCREENS.items() if section for file, *_ in screens if pages.is_open(file)
        }

    assert {"finance", "people", "audit"} <= menu("owner")
    assert not {"finance", "ledger", "people", "audit"} & menu("clerk")
    assert {"people", "audit"} <= menu("administrator")
    assert "sales" not in menu("administrator")


def test_without_a_pass_nothing_is_shown_but_the_way_to_the_door():
    state._held.clear()
    test = AppTest.from_file(APP, default_timeout=60).run()
    text = "\n".join(element.proto.body for element in test.get("html"))
    assert not test.exception
    assert "/sign-in" in text
    assert "erp-card" not in text
