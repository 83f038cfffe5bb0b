"""Their rows as our arguments: one unit per key, values read as their type, the last part wins."""

from __future__ import annotations

import pytest

from erp_core.connectors.definition import Connector
from erp_core.connectors.mapping import units
from erp_core.connectors.reading import PART

FIELDS = {"code": "id", "amount": {"from": "n", "type": "number"}, "on": {"from": "d", "type": "date", "default": None}}


def one(row, **fields):
    mapping = {"external_id": "id", "arguments": {"rows": {**FIELDS, **fields}}}
    return units(
        Connector("c", "in", "csv", "masters.party.save", "x", mapping), [{"id": "1", "n": "1", "d": "", **row}]
    )[0]


@pytest.mark.parametrize(
    ("text", "read"), [("1,234.50", "1234.50"), ("-3", "-3"), ("1e3", "1000"), ("  7 ", "7"), ("0.10", "0.10")]
)
def test_numbers_keep_their_digits(text, read):
    assert one({"n": text}).arguments["rows"][0]["amount"] == read


@pytest.mark.parametrize("text", ["若干", "NaN", "Infinity", "1.2.3", "--1"])
def test_what_is_no_number_names_its_field(text):
    assert one({"n": text}).problem.facts["field"] == "n"


@pytest.mark.parametrize("text", ["2026-01-05", "2026/1/5", "2026.01.05", "2026年1月5日", "2026-01-05T08:00:00Z"])
def test_days_are_read_as_people_write_them(text):
    assert one({"d": text}).arguments["rows"][0]["on"] == "2026-01-05"


@pytest.mark.parametrize("text", ["2026-13-40", "yesterday", "20260230"])
def test_what_is_no_day_names_its_field(text):
    assert one({"d": text}).problem.facts["field"] == "d"


def test_a_key_from_another_file_replaces_the_first_with_all_its_lines():
    mapping = {"external_id": "id", "arguments": {"documents": {"party": "p"}, "lines": {"item": "i"}}}
    connector = Connector("c", "in", "csv", "sales.order.place", "x", mapping)
    rows = [
        {PART: part, "id": "1", "p": "C", "i": item} for part, item in (("a", "x"), ("a", "y"), ("b", "x"), ("b", "z"))
    ]
    (unit,) = units(connector, rows)
    assert unit.arguments == {
        "documents": [{"key": "1", "party": "C"}],
        "lines": [{"key": "1", "item": "x"}, {"key": "1", "item": "z"}],
    }
    (alone,) = units(connector, rows[2:])
    assert unit.row_hash == alone.row_hash


def test_a_row_without_key_or_with_nested_values_is_set_aside():
    assert one({"id": ""}).problem.facts["field"] == "id"
    assert one({"n": {"deep": 1}}).problem.facts["problem"] == "nested"
    assert one({}, extra="nowhere").problem.facts["field"] == "nowhere"
