"""The other ledgers: summary, cash journal, by dimension, by quantity."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from tests.as_text import rows, table


def test_the_summary_agrees_with_the_trial_balance(traded):
    frame = traded.report("ledger_summary", from_period="2026-01", to_period="2026-02")
    months = frame.filter(pl.col("row_kind") == "month")
    for period in ("2026-01", "2026-02"):
        trial = traded.report("trial_balance", period=period, level=1)
        mine = months.filter(pl.col("period") == period)
        assert mine["account"].to_list() == trial["account"].to_list()
        assert mine["debit"].to_list() == trial["debit"].to_list()
        assert mine["credit"].to_list() == trial["credit"].to_list()
        assert mine["balance"].abs().to_list() == (trial["closing_debit"] - trial["closing_credit"]).abs().to_list()
    assert frame.filter(pl.col("account") == "1002")["row_kind"].to_list() == [
        "opening",
        "month",
        "year",
        "month",
        "year",
    ]


def test_the_summary_can_go_down_one_account(traded):
    frame = traded.report("ledger_summary", from_period="2026-01", to_period="2026-01", level=9, account="2202")
    assert frame["account"].unique(maintain_order=True).to_list() == ["2202", "220201", "220202"]


def test_the_cash_journal_totals_every_day(traded):
    frame = traded.report("cash_journal", account="1002", from_day="2026-01-20", to_day="2026-01-31")
    shown = rows(frame, "row_kind", "debit", "credit", "balance")
    assert shown == table("""
        opening |        |        | 50,000.00
        line    | 500.00 |        | 50,500.00
        day     | 500.00 |        | 50,500.00
        line    |        | 300.00 | 50,200.00
        day     |        | 300.00 | 50,200.00
    """)
    assert frame.filter(pl.col("row_kind") == "line")["opposite"].to_list() == ["1122", "220201"]


def test_balances_by_dimension_add_up_to_the_account(traded):
    frame = traded.report("dimension_balance", period="2026-02", by="party", account="1122")
    trial = traded.report("trial_balance", period="2026-02").filter(pl.col("account") == "1122")
    assert frame["closing"].sum() == trial["closing_debit"][0]
    assert frame["ytd_debit"].sum() == trial["ytd_debit"][0]
    assert frame["name"].to_list() == ["长沙甲商行", "株洲乙建材"]


def test_the_quantity_ledger_has_a_price_where_it_has_an_amount(traded):
    frame = traded.report("quantity_ledger", item="B", from_period="2026-01", to_period="2026-02")
    shown = rows(
        frame, "kind", "quantity_in", "price_in", "amount_in", "quantity_out", "price_out", "amount_out", "amount"
    )
    assert shown == table("""
        opening     |       |       |        |       |       |        |   600.00
        purchase    | 30.00 | 31.00 | 930.00 |       |       |        | 1,530.00
        sale        |       |       |        | 10.00 | 30.60 | 306.00 | 1,224.00
        sale_return |  2.00 | 30.60 |  61.20 |       |       |        | 1,285.20
    """)
    last = traded.report("quantity_ledger", item="A", from_period="2026-01", to_period="2026-01").row(-1, named=True)
    assert last["price"] is None, "issues of the month are not costed, so no price is known"
    assert last["amount"] == Decimal("1550.00")
