"""The close as a whole: a rehearsal is the close without its trace, and working out twice changes nothing."""

from datetime import date

import pytest

from erp_core.finance.close_result import result_hash
from pipelines.closing import run
from pipelines.closing.checklist import CHECKLIST
from tests import by_hand

JAN = date(2026, 1, 15)


@pytest.fixture
def january(books):
    by_hand.post(books, JAN, "投资款", ("1002", 10000, ""), ("3001", "", 10000))
    by_hand.post(books, JAN, "服务费", ("1002", 1060, ""), ("5051", "", 1000), ("22210107", "", 60))
    by_hand.post(books, JAN, "办公费", ("560205", 300, "", {"department": "D1"}), ("1002", "", 300))
    return books


def shuffled(month):
    """The same month with its rows in another order."""
    stock = {name: frame.sample(fraction=1, shuffle=True, seed=7) for name, frame in month.stock.items()}
    frames = {name: getattr(month, name).sample(fraction=1, shuffle=True, seed=7) for name in ("balances", "profit")}
    return month.__class__(**{**month.__dict__, **frames, "stock": stock})


def test_a_rehearsal_passes_the_same_gates_gives_the_same_hash_and_writes_nothing(january):
    before = january.sql("select count(*) as n from rpt.voucher")["n"][0]
    rehearsal = run.close(january, "2026-01", dry_run=True)
    assert january.sql("select count(*) as n from rpt.voucher")["n"][0] == before
    closed = run.close(january, "2026-01")
    assert rehearsal.result_hash == closed.result_hash
    assert rehearsal.gates == closed.gates


def test_a_closed_month_worked_out_again_gives_the_hash_that_was_committed(january):
    closed = run.close(january, "2026-01")
    assert run.close(january, "2026-01", dry_run=True).result_hash == closed.result_hash
    sealed = january.sql("select result_hash from rpt.close_step where step = 'seal'")["result_hash"].to_list()
    assert sealed == [closed.result_hash]


def test_a_rehearsal_lists_what_stands_in_the_way(january):
    by_hand.draft(january, JAN, "待审", ("560205", 1, ""), ("1002", "", 1))
    rehearsal = run.close(january, "2026-01", dry_run=True)
    assert not rehearsal.passed
    failed = [gate for gate in rehearsal.gates if gate["state"] == "failed"]
    assert [(gate["gate"], gate["count"]) for gate in failed] == [("G1", 1)]
    assert failed[0]["offenders"][0]["status"] == "draft"


def test_every_step_twice_changes_nothing(january):
    month = run.read(january, "2026-01")
    for step in CHECKLIST:
        first, second = step.work_out(month), step.work_out(month)
        assert first.lines.equals(second.lines)
        month = month.after(first)


def test_shuffled_rows_give_equal_hashes(january):
    hashes = []
    for month in (run.read(january, "2026-01"), shuffled(run.read(january, "2026-01"))):
        outcomes, _ = run.work_out(month, CHECKLIST, lambda _: None)
        closing = run.gathered("2026-01", outcomes, {})
        hashes.append(closing.result_hash)
    assert hashes[0] == hashes[1]


def test_the_hash_knows_figures_and_not_the_order_of_vouchers(january):
    done = run.close(january, "2026-01", dry_run=True)
    reordered = result_hash(done.vouchers.reverse(), done.lines, done.stock_values)
    assert reordered == done.result_hash
    assert result_hash(done.vouchers, done.lines.head(3), done.stock_values) != done.result_hash


def test_progress_is_told_by_name(january):
    told = []
    run.close(january, "2026-01", dry_run=True, progress=told.append)
    assert told == ["read", *(step.name for step in CHECKLIST), "gates"]
