"""One act: permission, database transaction, audit row and idempotency key, together or not at all."""

from datetime import date

import duckdb
import polars as pl
import pytest

from erp_core.foundation.errors import (
    KeyReused,
    NotPermitted,
    ParameterMissing,
    ReasonMissing,
    UnknownArgument,
    UnknownUser,
    UnknownVerb,
)
from erp_core.foundation.session import Session


def session_of(books) -> Session:
    return Session(books.database, books.actor, date(2026, 1, 31))


def acts(books) -> list[tuple]:
    with books.database.read() as cursor:
        return cursor.execute("select verb, actor, outcome, reason from core.act order by act_id").fetchall()


DEPARTMENT = [{"code": "D9", "name": "总经办"}]


def test_an_act_leaves_one_audit_row(books):
    books.call("masters.department.save", departments=DEPARTMENT, reason="组织调整")
    assert acts(books)[-1] == ("masters.department.save", "owner", "done", "组织调整")


def test_a_repeated_key_returns_the_first_result_and_changes_nothing(books):
    first = books.call("masters.department.save", departments=DEPARTMENT, key="k1")
    before = acts(books)
    assert books.call("masters.department.save", departments=DEPARTMENT, key="k1") == first
    assert acts(books) == before


def test_a_key_with_other_content_is_refused(books):
    books.call("masters.department.save", departments=DEPARTMENT, key="k1")
    with pytest.raises(KeyReused):
        books.call("masters.department.save", departments=[{"code": "D8", "name": "仓储部"}], key="k1")


def test_a_repeated_key_survives_closing_and_opening_again(books):
    import erp_core

    first = books.call("masters.department.save", departments=DEPARTMENT, key="k1")
    books.close()
    with erp_core.open(books.path) as again:
        assert again.call("masters.department.save", departments=DEPARTMENT, key="k1") == first


def test_what_is_not_permitted_is_refused_and_noted(books):
    with pytest.raises(NotPermitted):
        books.as_user("analyst").call("masters.department.save", departments=DEPARTMENT)
    assert acts(books)[-1][:3] == ("masters.department.save", "analyst", "denied")


def test_a_failing_act_leaves_no_trace_and_burns_no_number(books):
    session = session_of(books)
    with pytest.raises(ZeroDivisionError), session.act("test.fail", {}):
        assert session.draw("test", "2601", 3) == 1
        session.insert("department", pl.DataFrame({"code": ["DX"], "name": ["x"]}))
        raise ZeroDivisionError
    with session.act("test.again", {}):
        assert session.draw("test", "2601", 1) == 1
        assert session.one("select 1 from core.department where code = 'DX'") is None


def test_an_interrupt_rolls_back_too(books):
    session = session_of(books)
    with pytest.raises(KeyboardInterrupt), session.act("test.fail", {}):
        session.insert("department", pl.DataFrame({"code": ["DX"], "name": ["x"]}))
        raise KeyboardInterrupt
    with books.database.read() as cursor:
        assert cursor.execute("select count(*) from core.department where code = 'DX'").fetchall() == [(0,)]


def test_document_numbers_run_without_gaps_per_month(books):
    session = session_of(books)
    days = [date(2026, 1, 5), date(2026, 2, 1), date(2026, 1, 9)]
    with session.act("test.numbers", {}):
        numbers = session.draw_numbers("sales_order", days)
    assert numbers == ["SO2601-00001", "SO2602-00001", "SO2601-00002"]


def test_few_rows_and_many_rows_take_the_same_road(books):
    session = session_of(books)
    many = pl.DataFrame({"code": [f"P{n}" for n in range(500)], "name": ["项目"] * 500})
    with session.act("test.insert", {}):
        session.insert("project", many.head(3))
        session.insert("project", many.tail(497))
        assert session.reference("project").height == 500


def test_names_that_do_not_exist_are_refused_with_near_ones(books):
    with pytest.raises(UnknownVerb) as refused:
        books.call("masters.departement.save")
    assert "masters.department.save" in refused.value.facts["near"]
    with pytest.raises(UnknownArgument):
        books.call("masters.department.save", department=DEPARTMENT)
    with pytest.raises(UnknownUser):
        books.as_user("nobody")
    session = session_of(books)
    with pytest.raises(ParameterMissing), session.act("test.read", {}):
        session.parameter("no.such.parameter")


def test_a_reason_is_asked_for_where_one_is_due(books):
    with pytest.raises(ReasonMissing):
        books.call("company.parameter.set", parameter="tax.income_rate", value="0.25", valid_from=date(2026, 7, 1))


def test_parameters_are_superseded_never_overwritten(books):
    books.call(
        "company.parameter.set",
        parameter="tax.income_rate",
        value="0.25",
        valid_from=date(2026, 7, 1),
        reason="超过小微标准",
    )
    session = session_of(books)
    with session.act("test.read", {}):
        assert session.parameter("tax.income_rate", date(2026, 6, 30)) == "0.05"
        assert session.parameter("tax.income_rate", date(2026, 7, 1)) == "0.25"


@pytest.mark.parametrize("table", ["voucher", "voucher_line", "open_item", "act", "stock_move", "stock_value"])
@pytest.mark.parametrize(
    "statement",
    [
        "update core.{t} set {c} = {c}",
        "delete from core.{t}",
        "truncate core.{t}",
        "insert or replace into core.{t} select * from core.{t}",
    ],
)
def test_the_schema_itself_refuses_to_change_what_is_posted(books, table, statement):
    with books.database.read() as cursor:
        column = cursor.execute(f"select * from core.{table} limit 0").description[0][0]
        with pytest.raises(duckdb.Error):
            cursor.execute(statement.format(t=table, c=column)).fetchall()
