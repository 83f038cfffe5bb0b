"""What the reports say of the trading company, to the cent, and that their figures agree with each other."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.as_text import rows, table


def line(frame: pl.DataFrame, number: int, column: str) -> Decimal:
    return frame.filter(pl.col("line_no") == number)[column][0]


def test_trial_balance(traded):
    frame = traded.report("trial_balance", period="2026-01", level=1)
    shown = rows(
        frame, "account", "opening_debit", "opening_credit", "debit", "credit", "closing_debit", "closing_credit"
    )
    assert shown == table("""
        1002 | 50,000.00 |           |   500.00 |   300.00 | 50,200.00 |
        1122 |    900.00 |           | 3,224.80 |   500.00 |  3,624.80 |
        1405 |  1,600.00 |           | 3,480.00 | 1,044.80 |  4,035.20 |
        2202 |           |    400.00 | 2,850.00 | 6,361.50 |           |  3,911.50
        2221 |           |           |   331.50 |   364.80 |           |     33.30
        3001 |           | 52,100.00 |          |          |           | 52,100.00
        5001 |           |           |          | 2,860.00 |           |  2,860.00
        5401 |           |           | 1,044.80 |          |  1,044.80 |
    """)
    for left, right in (("opening_debit", "opening_credit"), ("debit", "credit"), ("ytd_debit", "ytd_credit"), ("closing_debit", "closing_credit")):  # fmt: skip
        assert frame[left].sum() == frame[right].sum()


def test_the_leaves_of_a_trial_balance_add_up_to_level_one(traded):
    frame = traded.report("trial_balance", period="2026-02")
    for column in ("debit", "credit", "ytd_debit", "ytd_credit"):
        assert frame.filter("leaf")[column].sum() == frame.filter(pl.col("level") == 1)[column].sum()


def test_ledger_runs_from_opening_to_closing(traded):
    frame = traded.report("general_ledger", account="1122", from_period="2026-01", to_period="2026-02", party="C01")
    shown = rows(frame, "row_kind", "debit", "credit", "direction", "balance")
    assert shown == table("""
        opening |          |        | flat  |
        line    | 1,864.50 |        | debit | 1,864.50
        line    |  -101.70 |        | debit | 1,762.80
        line    |          | 500.00 | debit | 1,262.80
        month   | 1,762.80 | 500.00 | debit | 1,262.80
        year    | 1,762.80 | 500.00 | debit | 1,262.80
        line    |   237.30 |        | debit | 1,500.10
        month   |   237.30 |        | debit | 1,500.10
        year    | 2,000.10 | 500.00 | debit | 1,500.10
    """)


def test_a_contrary_balance_is_negative_on_the_accounts_own_side(traded):
    frame = traded.report("general_ledger", account="5401", from_period="2026-01", to_period="2026-01")
    assert set(frame["direction"]) == {"flat", "debit"}
    vat = traded.report("general_ledger", account="22210101", from_period="2026-01", to_period="2026-01")
    assert vat["balance"][-1] == Decimal("331.50") * (1 if vat["direction"][-1] == "debit" else -1)


def test_a_month_without_movement_still_has_its_two_sums(traded):
    frame = traded.report("general_ledger", account="1002", from_period="2026-02", to_period="2026-02")
    assert frame["row_kind"].to_list() == ["opening", "month", "year"]
    assert frame["balance"].to_list() == [Decimal("50200.00")] * 3


def test_statements_tie_before_any_close(traded):
    for period in ("2026-01", "2026-02"):
        sheet, flow = traded.report("balance_sheet", period=period), traded.report("cash_flow", period=period)
        result = traded.report("income_statement", period=period)
        assert line(sheet, 30, "closing") == line(sheet, 53, "closing")
        assert line(sheet, 30, "opening_of_year") == line(sheet, 53, "opening_of_year") == Decimal("52500.00")
        assert line(flow, 22, "month") == line(flow, 22, "year_to_date") == line(sheet, 1, "closing")
        assert line(sheet, 51, "closing") == line(result, 32, "year_to_date")


def test_the_accounts_behind_every_line_add_up_to_it(traded):
    for statement, first, second in (("balance_sheet", "closing", "opening_of_year"), ("income_statement", "month", "year_to_date"), ("cash_flow", "month", "year_to_date")):  # fmt: skip
        frame = traded.report(statement, period="2026-01").drop_nulls("line_no")
        for row in frame.iter_rows(named=True):
            if statement == "cash_flow" and row["line_no"] in (21, 22):
                continue
            behind = traded.report("statement_detail", statement=statement, line_no=row["line_no"], period="2026-01")
            assert (behind["amount"].sum(), behind["comparison"].sum()) == (row[first], row[second]), row


def test_home_figures_are_the_sum_of_the_rows_behind_them(traded):
    for day in (date(2026, 1, 31), date(2026, 2, 10), date(2026, 3, 20)):
        for figure in traded.report("kpi_home", as_of=day).iter_rows(named=True):
            behind = traded.report(figure["drill_report"], **json.loads(figure["drill_parameters"]))
            total = behind[figure["drill_column"]].sum() if figure["drill_column"] else behind.height
            assert total == figure["value"], (day, figure["key"])
            assert figure["definition_zh"]
            assert figure["definition_en"]


def test_home_figures_compare_with_the_same_days(traded):
    march = {row["key"]: row for row in traded.report("kpi_home", as_of=date(2026, 3, 10)).to_dicts()}
    february = {row["key"]: row for row in traded.report("kpi_home", as_of=date(2026, 2, 10)).to_dicts()}
    for key in ("cash", "sales_month", "stock_value", "receivables_overdue", "payables_overdue"):
        assert march[key]["last_month"] == february[key]["value"]
    assert february["sales_month"]["value"] == Decimal("210.00")


def test_sales_by_any_dimension_is_the_same_total(traded):
    days = {"from_day": "2026-01-01", "to_day": "2026-02-28"}
    lines = traded.report("sales_lines", **days)
    for by in ("customer", "item", "category", "employee", "region", "month", "day"):
        frame = traded.report("sales_analysis", by=by, **days)
        for column in ("quantity", "net", "tax", "gross"):
            assert frame[column].sum() == lines[column].sum(), (by, column)
        assert frame["margin"].sum() == lines["margin"].sum()
        assert frame["net_uncosted"].sum() == lines.filter(pl.col("cost").is_null())["net"].sum()


def test_cost_of_an_invoice_line_is_that_of_its_delivery_and_a_red_line_takes_its_share_back(traded):
    frame = traded.report("sales_lines", from_day="2026-01-01", to_day="2026-01-31").filter(pl.col("item") == "B")
    shown = frame.select("quantity", "net", "cost", "margin").rows()
    assert shown == [
        (Decimal(10), Decimal(450), Decimal("306.00"), Decimal("144.00")),
        (Decimal(-2), Decimal(-90), Decimal("-61.20"), Decimal("-28.80")),
    ]
    service = traded.report("sales_lines", from_day="2026-01-01", to_day="2026-01-31", item="V")
    assert service["cost"][0] == 0


def test_ageing_and_open_items_are_the_ledger(traded):
    for report, role, account, sign in (
        ("aged_receivables", "receivable", "1122", 1),
        ("aged_payables", "payable", "220201", -1),
    ):
        aged = traded.report(report, as_of="2026-02-28")
        items = traded.report("open_items", as_of="2026-02-28", role=role)
        parties = traded.report("party_balance", period="2026-02", account=account)
        assert aged["total"].sum() == items["remaining"].sum() == sign * parties["closing"].sum()
        assert (
            aged.select(pl.sum_horizontal("not_due", "d1_30", "d31_60", "d61_90", "d91_plus").sum()).item()
            == aged["total"].sum()
        )


def test_ageing_puts_an_amount_where_its_days_are(traded):
    frame = traded.report("aged_receivables", as_of="2026-03-10")
    shown = rows(frame, "party", "total", "not_due", "d1_30", "d31_60", "d61_90", "d91_plus")
    assert shown == table("""
        C02 | 2,362.00 | 1,462.00 |          | | 900.00 |
        C01 | 1,500.10 |          | 1,500.10 | |        |
    """)


def test_stock_on_hand_ties_to_the_ledger_and_reserves_what_is_ordered(traded):
    for day, period in ((date(2026, 1, 31), "2026-01"), (date(2026, 2, 28), "2026-02")):
        ledger = traded.report("trial_balance", period=period).filter(pl.col("account") == "1405")["closing_debit"][0]
        assert traded.report("stock_on_hand", as_of=day)["amount"].sum() == ledger
        assert traded.report("stock_movement_summary", period=period)["closing_amount"].sum() == ledger
        assert traded.report("stock_movement_summary", period=period, by="category")["closing_amount"].sum() == ledger
    frame = traded.report("stock_on_hand", as_of="2026-02-28")
    shown = frame.select("item", "warehouse", "quantity", "reserved", "available", "expected", "amount").rows()
    assert shown == [
        ("A", "W1", Decimal(80), Decimal(20), Decimal(60), Decimal(40), Decimal("1550.00")),
        ("B", "W1", Decimal(22), Decimal(0), Decimal(22), Decimal(0), Decimal("673.20")),
        ("B", "W2", Decimal(20), Decimal(0), Decimal(20), Decimal(0), Decimal("612.00")),
        ("C", "W1", Decimal(6), Decimal(0), Decimal(6), Decimal(0), Decimal("1200.00")),
    ]


def test_stock_worth_what_its_average_says_while_the_month_is_not_costed(traded):
    row = traded.report("stock_on_hand", as_of="2026-01-31", item="A").row(0, named=True)
    assert row["unit_cost"] == Decimal("10.333333")  # 1,550.00 over 150, though only 90 are left
    assert row["estimated_amount"] == Decimal("930.00")


def test_stock_ledger_runs_to_what_is_on_hand(traded):
    frame = traded.report("stock_ledger", item="B", from_day="2026-01-10", to_day="2026-02-28")
    shown = rows(frame, "kind", "quantity_in", "quantity_out", "balance", "amount", "balance_amount")
    assert shown == table("""
        balance     |        |        | 20.00 |         |   600.00
        purchase    | 30.00  |        | 50.00 |  930.00 | 1,530.00
        sale        |        | 10.00  | 40.00 | -306.00 | 1,224.00
        sale_return |  2.00  |        | 42.00 |   61.20 | 1,285.20
    """)


def test_alerts_say_what_to_buy(traded):
    frame = traded.report("stock_alerts", as_of="2026-02-28")
    shown = frame.select("item", "alert", "on_hand", "suggested").rows()
    assert shown == [("B", "above_maximum", Decimal(42), Decimal(0)), ("A", "below_reorder", Decimal(80), Decimal(200))]
    assert set(traded.report("stock_alerts", as_of="2026-08-30")["alert"]) >= {"no_move_180"}


def test_ageing_of_stock_counts_what_came_last_as_what_is_left(traded):
    frame = traded.report("stock_ageing", as_of="2026-02-28").filter(pl.col("item") == "A")
    assert frame.select("quantity", "d31_60", "d61_90").row(0) == (Decimal(80), Decimal(50) + Decimal(30), Decimal(0))
    assert traded.report("stock_ageing", as_of="2026-02-28")["amount"].sum() == Decimal("4035.20")


def test_orders_open_and_the_scorecard(traded):
    sales = traded.report("sales_orders_open", as_of="2026-02-10").row(0, named=True)
    assert (sales["ordered"], sales["done"], sales["outstanding"], sales["days_late"]) == (
        Decimal(30),
        Decimal(10),
        Decimal(20),
        8,
    )
    bought = traded.report("purchase_orders_open")
    assert bought.select("party", "outstanding", "net_outstanding").rows() == [("S01", Decimal(40), Decimal("480.00"))]
    card = traded.report("supplier_scorecard", from_day="2026-01-01", to_day="2026-01-31")
    first = card.filter(pl.col("party") == "S01").row(0, named=True)
    assert (first["orders"], first["ordered_net"], first["received_net"]) == (2, Decimal("3030.00"), Decimal("2550.00"))
    assert first["on_time"] == 0
    assert first["price_change"] == pytest.approx((12 / 11 - 1) * 1030 / 3030, abs=1e-4)


def test_a_document_leads_to_what_came_before_and_after_and_to_its_vouchers(traded):
    flow = traded.report("document_flow", number="SI2601-00001")
    found = set(flow.select("what", "kind").rows())
    assert {
        ("document", "sales_order"),
        ("document", "sales_delivery"),
        ("document", "receipt"),
        ("voucher", "sales_invoice"),
    } <= found
    voucher = flow.filter((pl.col("what") == "voucher") & (pl.col("kind") == "sales_invoice")).row(0, named=True)
    lines = traded.report("voucher_lines", voucher_id=voucher["voucher_id"])
    assert lines["debit"].sum() == lines["credit"].sum() == Decimal("1864.50")
    assert lines["source_number"][0] == "SI2601-00001"
    paper = traded.report("document", number="SI2601-00001")
    assert paper["gross"].sum() == paper["total_gross"][0] == Decimal("1864.50")


def test_vouchers_can_be_found_by_account_day_and_source(traded):
    assert traded.report("voucher_list", period="2026-01").height == 11
    assert traded.report("voucher_list", period="2026-01", account="2202").height == 4
    assert traded.report("voucher_list", source="receipt").height == 1
    assert traded.report("voucher_list", from_day="2026-01-26", to_day="2026-01-31").height == 3


def test_gaps_and_dates_out_of_order_are_told(traded):
    frame = traded.report("voucher_gaps", period="2026-01")
    assert set(frame["problem"]) == {"date_order"}
    assert frame["number"][0] == 8


def test_the_audit_trail_knows_who_did_what(traded):
    day = traded.sql("select max(happened_on) as day from rpt.act")["day"][0]
    frame = traded.report("audit_trail", from_day="2026-01-01", to_day=day, verb="sales.invoice")
    assert set(frame["verb"]) == {"sales.invoice.issue", "sales.invoice.red"}
    assert set(frame["actor"]) == {"owner"}
