"""The demo company as books: migrated, traded, closed, all invariants green, and the same again from the same seed."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import polars as pl
import pytest

import erp_core
from erp_core.foundation.errors import Refusal
from pipelines.demo import run


@pytest.fixture(scope="module")
def demo(made):
    with erp_core.open(made.path) as books:
        yield books


def test_every_invariant_holds(demo):
    checks = demo.check()
    assert checks.filter(~pl.col("ok")).is_empty()


def test_all_kinds_of_papers_were_made(made):
    assert made.closed == ["2025-01", "2025-02", "2025-03"]
    assert {
        "sales.order.place", "sales.delivery.ship", "sales.invoice.issue", "finance.receipt.receive",
        "purchasing.order.place", "purchasing.receipt.receive", "purchasing.bill.book", "finance.payment.pay",
        "inventory.transfer.send", "ledger.voucher.post",
    } <= set(made.documents)  # fmt: skip
    assert made.vouchers > sum(made.documents.values()) / 3


def test_read_is_loaded_rejected_and_dropped(made):
    sheets = made.sheets
    assert sheets.filter(pl.col("read") != pl.col("loaded") + pl.col("rejected") + pl.col("dropped")).is_empty()
    # A planted order names an item that nobody knows, another a supplier without a card.
    for layout in ("demo_sales_orders", "demo_purchase_orders"):
        assert sheets.filter(pl.col("layout") == layout)["rejected"].sum() > 0


def test_the_books_open_balanced_and_close_without_profit_left_over(demo):
    balance = demo.report("trial_balance", period="2025-01", level=1)
    assert balance["opening_debit"].sum() == balance["opening_credit"].sum()
    sheet = {
        row["line_no"]: row["closing"] for row in demo.report("balance_sheet", period="2025-03").iter_rows(named=True)
    }
    assert sheet[30] == sheet[53] != Decimal(0)


def test_expenses_were_reviewed_by_a_second_person(demo):
    manual = demo.report("voucher_list", period="2025-02").filter(pl.col("kind") == "manual")
    assert manual.height > 10
    assert manual.filter(pl.col("made_by") == pl.col("reviewed_by")).is_empty()


def test_last_year_is_there_to_compare_with(demo):
    history = demo.report(
        "sales_analysis", from_day="2024-01-01", to_day="2024-12-31", by="month", include_history=True
    )
    assert history.height == 12


def test_closed_months_are_closed(demo):
    with pytest.raises(Refusal):
        demo.call("finance.receipt.receive", party="C0001", amount=100, on="2025-02-10")


def test_the_same_seed_makes_the_same_books(made, scale, tmp_path):
    again = run.run(tmp_path / "again.duckdb", scale=scale, last_period="2025-03")
    with erp_core.open(made.path) as one, erp_core.open(again.path) as other:
        for report, facts in (
            ("trial_balance", {"period": "2025-03"}),
            ("stock_movement_summary", {"period": "2025-03"}),
            ("sales_lines", {"from_day": "2025-01-01", "to_day": "2025-03-31"}),
        ):
            assert digest(one.report(report, **facts)) == digest(other.report(report, **facts)), report


def digest(frame):
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()


def test_existing_books_are_left_alone(made, scale):
    before = made.path.stat().st_size
    with pytest.raises(Refusal):
        run.run(made.path, scale=scale, last_period="2025-01")
    assert made.path.stat().st_size == before


def test_an_interrupted_run_leaves_no_books_behind(scale, tmp_path):
    """Whoever stops the demo half-way finds nothing that looks like books, and can start again."""
    path = tmp_path / "books.duckdb"

    def stop(stage, done, total):
        if stage == "trade":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.run(path, scale=scale, last_period="2025-01", progress=stop)
    assert not path.exists()
    assert run.run(path, scale=scale, last_period="2025-01").closed == ["2025-01"]
    assert not list(tmp_path.glob("*.part*"))
