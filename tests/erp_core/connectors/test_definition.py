"""Definitions that could not run are refused when they are saved, by the field that is wrong."""

from __future__ import annotations

import pytest

from erp_core.foundation.errors import Refusal
from tests.erp_core.connectors.conftest import PARTIES

GOOD = {
    "name": "c",
    "direction": "in",
    "kind": "csv",
    "target": "masters.party.save",
    "place": "in",
    "mapping": PARTIES,
}


def test_a_good_one_is_saved_and_saved_again_without_change(books):
    assert books.call("connector.save", connectors=GOOD)["added"] == 1
    assert books.call("connector.save", connectors=GOOD)["unchanged"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "../c"),
        ("kind", "webhook"),
        ("target", "access.user.save"),
        ("target", "connector.run"),
        ("target", "operations.threshold.save"),
        ("target", "masters.party.erase"),
        ("place", "../in"),
        ("place", "/etc"),
        ("place", "C:\\in"),
        ("secret_env", "HOME"),
        ("secret_env", "ERP_SECRET_"),
        ("every_minutes", -1),
        ("mapping", "{"),
        ("mapping", "[]"),
        ("mapping", {"external_id": "x"}),
        ("mapping", {**PARTIES, "shell": "rm"}),
        ("mapping", {"external_id": "x", "arguments": {"nobody": {"code": "x"}}}),
        ("mapping", {"external_id": "x", "arguments": {"parties": {"code": {"from": "x", "type": "float"}}}}),
        ("mapping", {"external_id": "x", "arguments": {"parties": {"code": 7}}}),
    ],
)
def test_a_wrong_one_is_refused_by_its_field(books, field, value):
    with pytest.raises(Refusal) as refused:
        books.call("connector.save", connectors={**GOOD, field: value})
    assert refused.value.code == "ConnectorInvalid"
    assert str(refused.value.facts["field"]).startswith(field)
    assert books.report("connectors").is_empty()


@pytest.mark.parametrize(
    "place", ["ftp://host/x", "http://user:secret@host/x", "http:///x", "file:///etc/passwd", "javascript:alert(1)"]
)
def test_only_plain_web_addresses(books, place):
    with pytest.raises(Refusal) as refused:
        books.call("connector.save", connectors={**GOOD, "kind": "json_api", "place": place})
    assert refused.value.facts["field"] == "place"


def test_a_run_cannot_set_its_own_mark(books):
    books.call("connector.save", connectors={**GOOD, "watermark": "x", "failures": 9})
    assert books.sql("select watermark, failures from rpt.connector").row(0) == ("", 0)
