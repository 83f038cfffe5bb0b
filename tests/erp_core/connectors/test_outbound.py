"""What goes out: reports as files without formulas, messages that are signed, acts as events, each once."""

from __future__ import annotations

import json

import pytest

from erp_core.connectors import addresses
from erp_core.foundation.errors import Refusal

SECRET = "only-for-tests"


def save(books, **more):
    books.call("connector.save", connectors={"name": "out", "direction": "out", **more})


def run(books):
    return books.call("connector.run", name="out")


def test_a_report_becomes_a_file_without_formulas_and_only_when_it_changed(books, folder):
    books.call("masters.item.save", items=[{"code": "F", "name": "=cmd|' /C calc'!A0", "unit": "个"}])
    save(books, kind="csv", target="stock_alerts", place="alerts/a.csv", mapping={"parameters": {"as_of": "today"}})
    books.call("masters.item.save", items=[{"code": "F", "minimum": "5"}])
    assert run(books)["rows_out"] == 1
    text = (folder / "alerts" / "a.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd" in text
    (folder / "alerts" / "a.csv").unlink()
    assert run(books)["outcome"] == "unchanged"
    assert not (folder / "alerts" / "a.csv").exists()


def test_a_report_becomes_a_workbook(books, folder):
    save(books, kind="xlsx", target="calendar", place="calendar.xlsx")
    assert run(books)["outcome"] == "done"
    assert (folder / "calendar.xlsx").read_bytes().startswith(b"PK")


def test_events_are_told_once_signed_and_without_those_of_connectors(books, elsewhere, monkeypatch):
    monkeypatch.setenv("ERP_SECRET_SHOP", SECRET)
    save(
        books,
        kind="webhook",
        target="acts",
        place=f"{elsewhere.address}/hook",
        secret_env="ERP_SECRET_SHOP",
        mapping={"patterns": ["masters.*", "connector.*"]},
    )
    assert run(books)["rows_out"] == 0  # what was before is no news
    books.call("masters.department.save", departments=[{"code": "D9", "name": "新部门"}])
    books.call("ledger.voucher.draft_many", vouchers=[])
    assert run(books)["rows_out"] == 1
    headers, body = elsewhere.told[0]
    assert headers["X-ERP-Signature"] == "sha256=" + addresses.signature(SECRET, headers["X-ERP-Timestamp"], body)
    assert [event["event"] for event in json.loads(body)["events"]] == ["masters.department.save"]
    assert run(books)["outcome"] == "unchanged"
    assert len(elsewhere.told) == 1
    assert SECRET not in str(books.sql("select arguments, result from rpt.act").rows())


def test_what_could_not_be_told_is_told_later_with_the_same_key(books, elsewhere):
    save(books, kind="webhook", target="acts", place=f"{elsewhere.address}/hook", mapping={"patterns": ["masters.*"]})
    run(books)
    books.call("masters.department.save", departments=[{"code": "D9", "name": "新部门"}])
    elsewhere.status = 500
    with pytest.raises(Refusal):
        run(books)
    elsewhere.status = 200
    assert run(books)["rows_out"] == 1
    assert json.loads(elsewhere.told[0][1])["events"] == json.loads(elsewhere.told[1][1])["events"]


def test_a_report_goes_out_as_a_message(books, elsewhere):
    save(books, kind="json_api", target="calendar", place=f"{elsewhere.address}/calendar")
    assert run(books)["outcome"] == "done"
    told = json.loads(elsewhere.told[0][1])
    assert told["report"] == "calendar" and told["rows"]
    assert run(books)["outcome"] == "unchanged"


def test_a_redirect_is_not_followed(books, elsewhere):
    save(books, kind="json_api", target="calendar", place=f"{elsewhere.address}/calendar")
    elsewhere.status, elsewhere.headers = 302, {"Location": "http://169.254.169.254/latest/meta-data"}
    with pytest.raises(Refusal) as refused:
        run(books)
    assert "302" in refused.value.english


def test_a_secret_that_is_not_set_is_named(books, elsewhere, monkeypatch):
    monkeypatch.delenv("ERP_SECRET_NONE", raising=False)
    save(books, kind="json_api", target="calendar", place=f"{elsewhere.address}/x", secret_env="ERP_SECRET_NONE")
    with pytest.raises(Refusal) as refused:
        run(books)
    assert refused.value.facts["variable"] == "ERP_SECRET_NONE"
    assert not elsewhere.told
