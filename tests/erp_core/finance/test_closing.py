"""Closing and reopening a period: what is written, what is refused, and that no door leads into a closed month."""

from datetime import date
from decimal import Decimal

import pytest

import erp_core
from erp_core.finance import closing, reopening
from erp_core.foundation.errors import NotPermitted
from erp_core.ledger.periods import PeriodClosed
from pipelines.closing import run
from tests import by_hand

JAN, JAN_END, FEB = date(2026, 1, 15), date(2026, 1, 31), date(2026, 2, 10)


@pytest.fixture
def january(books):
    """A month with capital paid in, a service sold for cash, and an expense."""
    by_hand.post(books, JAN, "投资款", ("1002", 10000, ""), ("3001", "", 10000))
    by_hand.post(books, JAN, "服务费", ("1002", 1060, ""), ("5051", "", 1000), ("22210107", "", 60))
    by_hand.post(books, JAN, "办公费", ("560205", 300, "", {"department": "D1"}), ("1002", "", 300))
    return books


def balance(books, account: str) -> Decimal:
    return books.sql("select sum(debit - credit) as b from rpt.balance where account = $a", a=account)["b"][0]


def test_a_closed_month_has_its_vouchers_its_steps_and_no_profit_left(january):
    done = run.close(january, "2026-01")
    assert done.passed
    assert {step: v["number"] for step, v in done.vouchers_posted.items()} == {
        "vat": "记-4",
        "surcharges": "记-5",
        "carry_forward": "记-6",
    }
    assert balance(january, "5051") == 0
    assert balance(january, "3103") == Decimal("-696.40")
    assert january.sql("select status, stock_status, version from rpt.period where period = '2026-01'").rows() == [
        ("closed", "closed", 0)
    ]
    steps = january.sql("select step, voucher_id is not null as booked from rpt.close_step order by step").rows()
    assert steps == [
        ("accruals", False), ("amortisation", False), ("carry_forward", True), ("costing", False),
        ("depreciation", False), ("estimates", False), ("exchange", False), ("income_tax", False), ("seal", False),
        ("surcharges", True), ("vat", True), ("year_end", False),
    ]  # fmt: skip


def test_the_carry_forward_keeps_departments(january):
    run.close(january, "2026-01")
    rows = january.sql(
        "select department, sum(debit - credit) as b from rpt.balance where account = '560205' group by all"
    ).rows()
    assert rows == [("D1", Decimal("0.00"))]


def test_a_closed_month_is_not_closed_again(january):
    run.close(january, "2026-01")
    with pytest.raises(closing.PeriodAlreadyClosed):
        run.close(january, "2026-01")


def test_months_are_closed_in_order(january):
    by_hand.post(january, FEB, "办公费", ("560205", 1, ""), ("1002", "", 1))
    with pytest.raises(closing.CloseRefused) as refused:
        run.close(january, "2026-02")
    assert refused.value.facts["gate"] == "G12"
    assert refused.value.facts["first"] == "period 2026-01, status open"


def test_a_refused_close_writes_nothing(january):
    by_hand.draft(january, JAN, "待审", ("560205", 1, ""), ("1002", "", 1))
    before = january.sql("select count(*) as n from rpt.voucher")["n"][0]
    with pytest.raises(closing.CloseRefused) as refused:
        run.close(january, "2026-01")
    assert refused.value.facts["gate"] == "G1"
    assert january.sql("select count(*) as n from rpt.voucher")["n"][0] == before
    assert january.sql("select status from rpt.period where period = '2026-01'")["status"][0] == "open"


def test_what_changed_meanwhile_makes_the_result_outdated(january):
    month = run.close(january, "2026-01", dry_run=True)
    by_hand.post(january, JAN, "办公费", ("560205", 1, ""), ("1002", "", 1))
    with pytest.raises(closing.CloseOutdated):
        january.call("ledger.close.commit", period="2026-01", steps=list(closing.REQUIRED_STEPS), vouchers=month.vouchers,
                     lines=month.lines, stock_values=month.stock_values, result_hash=month.result_hash, basis="0/0/0")  # fmt: skip


def commit(books, month, **changed):
    basis = books.sql("select basis from rpt.closing_basis")["basis"][0]
    arguments = {
        "period": "2026-01", "steps": list(closing.REQUIRED_STEPS), "vouchers": month.vouchers, "lines": month.lines,
        "stock_values": month.stock_values, "result_hash": month.result_hash, "basis": basis,
    }  # fmt: skip
    return books.call("ledger.close.commit", **{**arguments, **changed})


def test_the_core_believes_no_result_that_it_did_not_hash_itself(january):
    month = run.close(january, "2026-01", dry_run=True)
    with pytest.raises(closing.CloseResultChanged):
        commit(january, month, lines=month.lines.head(2))


def test_the_core_misses_a_step(january):
    month = run.close(january, "2026-01", dry_run=True)
    with pytest.raises(closing.CloseIncomplete):
        commit(january, month, steps=["carry_forward"])


def test_a_voucher_reviewed_too_late_stays_outside(january):
    run.close(january, "2026-01")
    with pytest.raises(PeriodClosed):
        by_hand.post(january, JAN, "迟到的凭证", ("560205", 1, ""), ("1002", "", 1))


def test_a_correction_goes_to_an_open_month(january):
    voucher = by_hand.post(january, JAN, "办公费", ("560205", 1, ""), ("1002", "", 1))
    run.close(january, "2026-01")
    red = january.as_user("accountant").call(
        "ledger.voucher.reverse", voucher_id=voucher, voucher_on=JAN_END, reason="记错"
    )["red"]
    with pytest.raises(PeriodClosed):
        by_hand.post_drafts(january, red)
    january.call("ledger.voucher.unreview", drafts=[red], reason="期间已结")
    january.call("ledger.voucher.void", drafts=[red], reason="期间已结")
    red = january.as_user("accountant").call(
        "ledger.voucher.reverse", voucher_id=voucher, voucher_on=FEB, reason="记错"
    )["red"]
    by_hand.post_drafts(january, red)
    assert balance(january, "560205") == Decimal("-1.00")


def test_reopening_annuls_in_red_and_closing_again_makes_a_second_version(january):
    first = run.close(january, "2026-01")
    done = run.reopen(january, "2026-01", reason="漏记一张发票")
    assert done == {"period": "2026-01", "version": 1, "reversed": 3, "stock_values": 0}
    assert balance(january, "3103") == 0
    assert balance(january, "222102") == 0
    again = run.close(january, "2026-01")
    assert again.version == 1
    assert again.result_hash == first.result_hash
    by_version = january.sql(
        "select version, count(*) as steps from rpt.close_step group by version order by version"
    ).rows()
    assert by_version == [(0, 12), (1, 12)]
    red = january.sql(
        "select voucher, reverses is not null as red from rpt.voucher where kind = 'close' order by voucher_id"
    ).rows()
    assert [name for name, is_red in red if is_red] == ["记-7", "记-8", "记-9"]
    assert len(red) == 9
    statement = january.report("income_statement", period="2026-01").filter(line_no=1)
    assert statement["month"][0] == Decimal("1000.00")


def test_only_the_last_closed_month_is_reopened_and_never_without_a_reason(january):
    run.close(january, "2026-01")
    by_hand.post(january, FEB, "办公费", ("560205", 1, ""), ("1002", "", 1))
    run.close(january, "2026-02")
    with pytest.raises(reopening.NotLastClosed):
        run.reopen(january, "2026-01", reason="x")
    with pytest.raises(closing.Refusal):
        run.reopen(january, "2026-02", reason=" ")


def test_a_month_without_postings_closes(january):
    run.close(january, "2026-01")
    done = run.close(january, "2026-02")
    assert done.vouchers.is_empty()
    assert done.written


def test_closing_and_reopening_are_for_the_supervisor(january):
    with pytest.raises(NotPermitted):
        run.close(january.as_user("accountant"), "2026-01")
    assert run.close(january.as_user("supervisor"), "2026-01").written
    with pytest.raises(NotPermitted):
        run.reopen(january.as_user("accountant"), "2026-01", reason="x")


def test_a_small_taxpayer_closes_by_the_same_list():
    with erp_core.create(":memory:", company="长沙小店", standard="sbe", start="2026-01", taxpayer="small") as books:
        by_hand.post(books, JAN, "零售", ("1002", "320000", ""), ("5001", "", "316831.68"), ("22210107", "", "3168.32"))
        closed = run.close(books, "2026-01")
        assert closed.facts["vat_due"] == Decimal("3168.32")
        assert balance(books, "222102") == Decimal("-3168.32")
