"""What stood there before: changes of cards and settings, whoever writes them, and what is never written down."""

from __future__ import annotations

import polars as pl
import pytest

from erp_core.foundation import changes
from erp_core.foundation.changes import compare
from erp_core.foundation.errors import NotPermitted


def test_compare_names_every_field_and_row():
    before = pl.DataFrame({"code": ["1", "2", "3"], "name": ["a", "b", "c"], "parent": ["", "1", None]})
    after = pl.DataFrame({"code": ["1", "3", "4"], "name": ["a", "x", "d"], "parent": ["", "", "1"]})
    found = compare("department", before, after).rows()
    assert found == [
        ("department", "2", "removed", "", '{"code": "2", "name": "b", "parent": "1"}', None),
        ("department", "3", "changed", "name", "c", "x"),
        ("department", "3", "changed", "parent", None, ""),
        ("department", "4", "added", "", None, None),
    ]


def test_the_same_is_no_change():
    frame = pl.DataFrame({"code": ["1"], "name": ["a"], "parent": [None]}, schema_overrides={"parent": pl.String})
    assert compare("department", frame, frame).is_empty()


def test_watched_tables_are_named_by_their_primary_keys(books):
    with books.database.read() as cursor:
        rows = cursor.execute(
            "select table_name, constraint_column_names from duckdb_constraints()"
            " where schema_name = 'core' and constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    keys = {table: tuple(columns) for table, columns in rows}
    for table, named in changes.WATCHED.items():
        assert keys.get(table, named) == named, table


def test_a_change_is_found_by_who_when_and_what(books):
    books.call("masters.party.save", parties=[{"code": "C01", "credit_days": 45}])
    books.as_user("migrator").call("masters.party.save", parties=[{"code": "C01", "phone": "0731-88887777"}])
    day = books.sql("select max(happened_on) as d from rpt.act")["d"][0]
    found = books.report("audit_changes", from_day=day, to_day=day, table="party", contains="8888")
    assert found.select("actor", "row_key", "field", "after").rows() == [("migrator", "C01", "phone", "0731-88887777")]
    mine = books.report("audit_changes", from_day=day, to_day=day, actor="owner", contains="45")
    assert mine.select("field", "before", "after").rows() == [("credit_days", "30", "45")]


def test_what_was_denied_is_kept_with_its_content(books):
    with pytest.raises(NotPermitted):
        books.as_user("keeper").call("masters.party.save", parties=[{"code": "C01", "credit_limit": "999999"}])
    day = books.sql("select max(happened_on) as d from rpt.act")["d"][0]
    denied = books.report("audit_trail", from_day=day, to_day=day, outcome="denied", contains="999999")
    assert denied["actor"].to_list() == ["keeper"]
    assert books.sql("select count(*) as n from rpt.change where field = 'credit_limit'")["n"][0] == 0


def test_a_change_cannot_be_written_over(books):
    books.call("masters.party.save", parties=[{"code": "C01", "credit_days": 45}])
    for statement in ("update core.change set after = 'x'", "delete from core.change"):
        with pytest.raises(Exception, match="append-only"), books.database.write() as cursor:
            cursor.execute(statement)


def test_a_rolled_back_act_leaves_no_change(books):
    before = books.sql("select count(*) as n from rpt.change")["n"][0]
    with pytest.raises(Exception):  # noqa: B017
        books.call("masters.party.save", parties=[{"code": "C01", "credit_days": 45}, {"code": "NEW"}])
    assert books.sql("select count(*) as n from rpt.change")["n"][0] == before
