"""Opening a closed month again: with a second person where the company wants one, and never in a sealed year."""

import shutil
from datetime import date

import pytest

import erp_core
from erp_core.finance.closing import CloseRefused
from erp_core.finance.reopening import NotLastClosed, YearNotClosed, YearSealed, YearUnknown
from erp_core.foundation.session import business_today
from erp_core.ledger.periods import PeriodMalformed, PeriodUnknown
from pipelines.closing import run
from tests import by_hand


@pytest.fixture
def january(books):
    by_hand.post(books, date(2026, 1, 15), "服务费", ("1002", 1060, ""), ("5051", "", 1000), ("22210107", "", 60))
    run.close(books, "2026-01")
    return books


def status(books) -> str:
    return books.sql("select status from rpt.period where period = '2026-01'")["status"][0]


def test_a_company_can_want_a_second_person_to_agree(january):
    january.call(
        "approval.rule.save", rule="反结账", subject="change", condition="protected_change",
        steps=[{"step": 1, "role": "owner"}],
    )  # fmt: skip
    january.call("approval.protection.save", table="period", field="version", reason="反结账须经批准")
    asked = january.as_user("supervisor").call("ledger.close.reopen", period="2026-01", reason="漏记发票")
    assert asked["status"] == "open"
    assert status(january) == "closed"
    task = january.report("approval_tasks", login="owner").row(0, named=True)
    january.call("approval.decide", approval_id=task["approval_id"], decision="approve", comment="同意")
    assert status(january) == "open"
    # Closing is no reopening: it needs nobody's second opinion.
    assert run.close(january.as_user("supervisor"), "2026-01").version == 1


@pytest.mark.parametrize("period", ["2026-13", "2026", "", "2026-1", None, 202601, "0000-00", "2026-00", "2026-01 "])
def test_what_is_no_month_is_neither_closed_nor_opened(books, period):
    with pytest.raises(PeriodMalformed):
        run.close(books, period)
    with pytest.raises(PeriodMalformed):
        run.reopen(books, period, reason="x")


def test_the_edges_of_the_books(january):
    with pytest.raises(PeriodUnknown):
        run.close(january, "2025-12")
    with pytest.raises(CloseRefused) as refused:
        run.close(january, "2026-03")
    assert (refused.value.facts["gate"], refused.value.facts["first"]) == ("G12", "period 2026-02, status open")
    with pytest.raises(NotLastClosed):
        run.reopen(january, "2026-02", reason="还没结账")


def test_a_month_that_is_not_over_is_closed_with_a_remark(books):
    period = f"{business_today():%Y-%m}"
    told = [gate for gate in run.close(books, period, dry_run=True).gates if gate["check"] == "period_over"]
    assert [(gate["state"], gate["offenders"][0]["note"]) for gate in told] == [("noted", "not_over")]


def test_a_sealed_year_is_never_opened_again(template, tmp_path):
    shutil.copy(template, tmp_path / "books.duckdb")
    with erp_core.open(tmp_path / "books.duckdb") as books:
        with pytest.raises(YearNotClosed):
            books.call("ledger.year.seal", year="2026", reason="审计完成")
        for month in range(1, 13):
            run.close(books, f"2026-{month:02d}")
        with pytest.raises(YearUnknown):
            books.call("ledger.year.seal", year="1999", reason="审计完成")
        assert books.call("ledger.year.seal", year="2026", reason="审计完成")["months"] == 12
        for again in (
            lambda: books.call("ledger.year.seal", year="2026", reason="再来"),
            lambda: run.reopen(books, "2026-12", reason="还想改"),
        ):
            with pytest.raises(YearSealed):
                again()
        assert books.sql("select year, sealed_by from rpt.year_seal").rows() == [("2026", "owner")]
