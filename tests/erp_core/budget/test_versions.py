"""Versions: filled as cells or as a grid, approved by one's role or a chain, one a year in force; closed years refused."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from erp_core.budget import workbook
from erp_core.foundation.errors import Refusal
from erp_core.reports import export
from tests import by_hand

CELLS = [
    {"account": "560205", "department": "D1", "m01": "1000", "m02": "1000", "m03": "500"},
    {"account": "5602", "m01": "9000"},
    {"account": "5001", "period": "2026-01", "amount": "50000"},
]


def made(books, cells=CELLS, year: int = 2026, **more) -> str:
    return books.as_user("accountant").call("budget.version.make", year=year, cells=cells, **more)["number"]


def in_force(books, cells=CELLS, **more) -> str:
    number = made(books, cells, **more)
    books.as_user("accountant").call("budget.version.submit", number=number)
    books.as_user("supervisor").call("budget.version.approve", number=number)
    return number


def grid(books, number: str = "") -> dict[tuple, str]:
    rows = books.report("budget_grid", number=number).to_dicts()
    return {(row["account"], row["department"]): str(row["total"]) for row in rows}


def test_made_filled_approved_and_one_only_in_force(books):
    first = in_force(books)
    assert grid(books) == {("5001", ""): "50000.00", ("5602", ""): "9000.00", ("560205", "D1"): "2500.00"}
    second = made(books, None, copy_of=first, name="修订一")
    done = books.call(
        "budget.version.put",
        number=second,
        cells=[{"account": "560205", "department": "D1", "period": "2026-02", "amount": "0"}],
    )
    assert (done["changed"], done["total"]) == (1, "10500.00")
    books.call("budget.version.submit", number=second)
    assert books.call("budget.version.approve", number=second)["superseded"] == first
    states = {row["number"]: row["status"] for row in books.report("budget_versions").to_dicts()}
    assert states == {first: "superseded", second: "approved"}
    assert grid(books)["560205", "D1"] == "1500.00"
    assert grid(books, first)["560205", "D1"] == "2500.00"
    assert books.check().filter(~pl.col("ok")).is_empty()


def test_put_again_replaces_only_what_is_asked(books):
    number = made(books)
    books.call("budget.version.put", number=number, cells=[{"account": "5602", "m01": "1"}])
    assert grid(books, number) == {("5001", ""): "50000.00", ("5602", ""): "1.00", ("560205", "D1"): "2500.00"}
    books.call("budget.version.put", number=number, cells=[{"account": "5602", "m01": "7"}], replace=True)
    assert {key: total for key, total in grid(books, number).items() if total != "0.00"} == {("5602", ""): "7.00"}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([{"account": "9999", "m01": "1"}], "BudgetCellWrong"),
        ([{"account": "5602", "period": "2027-01", "amount": "1"}], "BudgetCellWrong"),
        ([{"account": "5602", "amount": "1"}], "BudgetCellWrong"),
        ([{"account": "5602", "m01": "-1"}], "BudgetCellWrong"),
        ([{"account": "5602", "m01": "1"}, {"account": "5602", "m01": "2"}], "BudgetCellTwice"),
        ([{"account": "5602", "department": "X", "m01": "1"}], "NoSuchPlace"),
        ([{"account": "5602", "m01": 1.5}], "BinaryFraction"),
        ([{"m01": "1"}], "ValueMissing"),
        ([{"account": "5602", "m13": "1"}], "NoSuchColumn"),
    ],
)
def test_bad_cells_are_refused_and_change_nothing(books, cells, code):
    number = made(books)
    with pytest.raises(Refusal) as refused:
        books.call("budget.version.put", number=number, cells=cells)
    assert refused.value.code == code
    assert grid(books, number)["5602", ""] == "9000.00"


STEPS = ("put", "submit", "approve", "return", "cancel")
ALLOWED = {
    "draft": {"put", "submit", "cancel"},
    "submitted": {"approve", "return"},
    "approved": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize("state", ALLOWED)
def test_every_step_from_every_state(books, state):
    """Each verb from each state: done where the lifecycle says so, refused by name where not."""
    for step in STEPS:
        number = made(books)
        for way in {"draft": [], "submitted": ["submit"], "approved": ["submit", "approve"], "cancelled": ["cancel"]}[
            state
        ]:
            take(books, way, number)
        if step in ALLOWED[state]:
            take(books, step, number)
        else:
            with pytest.raises(Refusal) as refused:
                take(books, step, number)
            assert refused.value.code == "IllegalStep", step


def take(books, step: str, number: str) -> None:
    more = {"put": {"cells": [{"account": "5602", "m01": "1"}]}, "return": {"reason": "x"}, "cancel": {"reason": "x"}}
    books.call(f"budget.version.{step}", number=number, **more.get(step, {}))


def test_an_empty_version_and_years_that_cannot_be(books):
    number = made(books, None)
    with pytest.raises(Refusal) as refused:
        books.call("budget.version.submit", number=number)
    assert refused.value.code == "BudgetEmpty"
    for year, code in ((2025, "BudgetYearUnknown"), ("soon", "ValueUnreadable")):
        with pytest.raises(Refusal) as refused:
            books.call("budget.version.make", year=year)
        assert refused.value.code == code


def test_a_budget_in_a_closed_year_is_refused(books):
    number = made(books)
    books.call("budget.version.submit", number=number)
    with books.database.write() as cursor:
        cursor.execute(
            "insert into core.period select strftime(d, '%Y-%m'), d, last_day(d), 'closed', 'closed', 0"
            " from (select unnest(generate_series(date '2026-02-01', date '2026-12-01', interval 1 month))::date as d)"
        ).fetchall()
    books.database.reference.clear()
    for verb, more in (
        ("budget.version.make", {"year": 2026}),
        ("budget.version.approve", {"number": number}),
    ):
        with pytest.raises(Refusal) as refused:
            books.call(verb, **more)
        assert refused.value.code == "BudgetYearClosed"


def test_a_chain_approves_the_budget(books):
    books.call(
        "approval.rule.save",
        rule="预算",
        subject="budget",
        condition="amount_over",
        threshold="1000",
        steps=[{"step": 1, "role": "supervisor"}],
    )
    number = made(books)
    books.as_user("accountant").call("budget.version.submit", number=number)
    with pytest.raises(Refusal) as refused:
        books.call("budget.version.approve", number=number)
    assert refused.value.code == "ApprovalPending"
    waiting = books.as_user("supervisor").report("approval_tasks", login="supervisor").row(0, named=True)
    books.as_user("supervisor").call("approval.decide", approval_id=waiting["approval_id"], decision="approve")
    assert books.report("budget_versions")["status"].to_list() == ["approved"]


def test_the_exported_grid_is_read_back(books):
    """Export, change one cell, read it back: one cell differs."""
    number = made(books)
    for language in ("zh", "en"):
        content = export.xlsx("budget_grid", books.report("budget_grid", number=number), {"number": number}, language)
        read = workbook.grid_of(content)
        assert books.call("budget.version.put", number=number, cells=read)["changed"] == 0
        read[0]["m05"] = Decimal("12.34")
        assert books.call("budget.version.put", number=number, cells=read)["changed"] == 1
        books.call("budget.version.put", number=number, cells=[read[0] | {"m05": "0"}])
    for content in (b"", b"not a workbook"):
        with pytest.raises(Refusal) as refused:
            workbook.grid_of(content)
        assert refused.value.code == "BudgetFileUnreadable"


def test_comments_and_transfers(books):
    in_force(books)
    books.as_user("accountant").call("budget.comment.write", account="5602", period="2026-01", comment="涨价")
    books.call("budget.comment.write", account="5602", period="2026-01", comment="房租上涨")
    row = {r["account"]: r for r in books.report("budget_variance", period="2026-01", span="month").to_dicts()}["5602"]
    assert row["comment"] == "房租上涨"
    by_hand.post(books, date(2026, 1, 9), "办公", ("560205", 800, "", {"department": "D1"}), ("1002", "", 800))
    move = {"account": "560205", "department": "D1", "period": "2026-03", "to_period": "2026-02", "amount": "300"}
    books.call("budget.cell.transfer", moves=[move], reason="提前")
    assert grid(books)["560205", "D1"] == "2500.00"
    for change, code in (
        ({"amount": "300"}, "BudgetCellShort"),
        ({"amount": "0"}, "BudgetCellWrong"),
        ({"to_period": "2026-03"}, "BudgetCellWrong"),
        ({"period": "2026-09"}, "BudgetCellUnknown"),
        ({"period": "2027-09", "to_period": "2027-10"}, "NoBudgetInForce"),
        ({"period": "2026-02", "to_account": "9999", "amount": "1"}, "BudgetCellWrong"),
    ):
        with pytest.raises(Refusal) as refused:
            books.call("budget.cell.transfer", moves=[move | change], reason="x")
        assert refused.value.code == code, change
    with pytest.raises(Refusal) as refused:
        # 2,500 in the year, 800 used: 1,700 may go, from a month that has no more than 1,300
        books.call(
            "budget.cell.transfer",
            moves=[move | {"period": "2026-02", "to_period": "2026-01", "amount": "1301"}],
            reason="x",
        )
    assert refused.value.facts["budget"] == Decimal("1300.00")


def test_what_is_left_is_carried_over_once(books):
    in_force(books, [{"account": "560205", "department": "D1", "m01": "1000"}, {"account": "560206", "m01": "100"}])
    by_hand.post(books, date(2026, 1, 9), "办公", ("560205", 400, "", {"department": "D1"}), ("1002", "", 400))
    by_hand.post(books, date(2026, 1, 9), "差旅", ("560206", 150, ""), ("1002", "", 150))
    with pytest.raises(Refusal) as refused:
        books.call("budget.year.carry_over", year=2026, reason="结转")
    assert refused.value.code == "NoBudgetInForce"
    number = in_force(books, [{"account": "560205", "department": "D1", "m01": "1"}], year=2027)
    done = books.call("budget.year.carry_over", year=2026, reason="结转")
    assert done == {"count": 1, "amount": "600.00", "number": number}
    assert grid(books, number) == {("560205", "D1"): "601.00"}
    with pytest.raises(Refusal) as refused:
        books.call("budget.year.carry_over", year=2026, reason="结转")
    assert refused.value.code == "BudgetCarried"
