"""The other ledgers: summary, cash journal, by dimension, by quantity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation.money import chinese_capitals
from erp_core.reports import catalog, columnar, export, voucher_form
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


EIGHT = (
    "opening_debit",
    "opening_credit",
    "debit",
    "credit",
    "ytd_debit",
    "ytd_credit",
    "closing_debit",
    "closing_credit",
)


def test_a_span_of_months_adds_up_in_the_trial_balance(traded):
    span = traded.report("trial_balance", from_period="2026-01", period="2026-02")
    january, february = (traded.report("trial_balance", period=p) for p in ("2026-01", "2026-02"))
    both = pl.concat([january, february]).group_by("account").agg(pl.col("debit", "credit").sum())
    joined = span.join(both, on="account", suffix="_sum")
    assert joined["debit"].to_list() == joined["debit_sum"].to_list()
    assert joined["credit"].to_list() == joined["credit_sum"].to_list()
    first = january.filter(pl.col("account") == "1002")
    assert span.filter(pl.col("account") == "1002")["opening_debit"][0] == first["opening_debit"][0]
    assert span["closing_debit"].sum() == february["closing_debit"].sum()


def test_eight_columns_by_dimension_are_those_of_the_account(traded):
    frame = traded.report("auxiliary_balance", period="2026-02", by="party", account="1122")
    trial = traded.report("trial_balance", period="2026-02").filter(pl.col("account") == "1122")
    for pair in ("opening", "closing"):
        mine = frame[f"{pair}_debit"].sum() - frame[f"{pair}_credit"].sum()
        assert mine == trial[f"{pair}_debit"][0] - trial[f"{pair}_credit"][0]
    for side in ("debit", "credit", "ytd_debit", "ytd_credit"):
        assert frame[side].sum() == trial[side][0]
    pairs = traded.report("auxiliary_balance", period="2026-02", by="party", and_by="department", account="1122")
    assert pairs.height <= frame.height
    assert set(EIGHT) <= set(frame.columns)


def test_a_ledger_by_dimension_ends_where_its_balance_does(traded):
    lines = traded.report(
        "auxiliary_ledger", by="party", code="C01", account="1122", from_period="2026-01", to_period="2026-02"
    )
    kinds = lines["row_kind"].to_list()
    assert kinds[0] == "opening"
    assert kinds[-2:] == ["month", "year"]
    row = traded.report("auxiliary_balance", period="2026-02", by="party", account="1122").filter(
        pl.col("code") == "C01"
    )
    assert lines["balance"][-1] == row["closing_debit"][0] + row["closing_credit"][0]
    plain = traded.report("general_ledger", account="1122", party="C01", from_period="2026-01", to_period="2026-02")
    assert lines.filter(pl.col("row_kind") == "line")["debit"].to_list() == (
        plain.filter(pl.col("row_kind") == "line")["debit"].to_list()
    )


def test_a_columnar_ledger_takes_its_columns_from_what_was_booked(traded):
    long = traded.report("columnar_ledger", account="2221", from_period="2026-01", to_period="2026-02")
    wide, definition = columnar.laid_out(long, catalog.find("columnar_ledger"))
    own = [column.name for column in definition.columns if column.name.startswith("column ")]
    assert own
    assert wide.height == long["position"].n_unique()
    year = wide.filter(pl.col("row_kind") == "year").row(-1, named=True)
    # 2221 stands in credit, so a debit is negative in its column.
    assert sum(year[name] or 0 for name in own) == year["credit"] - year["debit"]
    lines = wide.filter(pl.col("row_kind") == "line")
    side = sum(lines[name].fill_null(0) for name in own)
    assert side.to_list() == (lines["credit"] - lines["debit"]).to_list()
    trial = traded.report("trial_balance", period="2026-02").filter(pl.col("account") == "2221")
    assert year["balance"] == trial["closing_credit"][0] - trial["closing_debit"][0]


def test_many_columns_leave_the_small_ones_together():
    rows = [
        {"position": at, "row_kind": "line", "column_code": f"{at:03d}", "column_name": f"N{at}", "amount": Decimal(at)}
        for at in range(1, 31)
    ]
    empty = dict.fromkeys(("posted_on", "voucher", "voucher_id", "summary", "debit", "credit"))
    frame = pl.DataFrame([empty | {"direction": "debit", "balance": Decimal(0)} | row for row in rows])
    wide, definition = columnar.laid_out(frame, catalog.find("columnar_ledger"))
    own = [column.name for column in definition.columns if column.name.startswith("column ")]
    assert len(own) == columnar.COLUMNS_MAX
    assert sum(wide[name].sum() for name in own) == sum(range(1, 31))
    assert wide[own[-1]].sum() == sum(range(1, 16))


def test_the_ledger_of_an_account_by_quantity_totals_its_months(traded):
    frame = traded.report("account_quantity_ledger", account="1405", from_period="2026-01", to_period="2026-02")
    month = frame.filter(pl.col("row_kind") == "month").row(-1, named=True)
    trial = traded.report("trial_balance", period="2026-02").filter(pl.col("account") == "1405")
    assert (month["debit"], month["credit"]) == (trial["debit"][0], trial["credit"][0])
    assert month["balance"] == trial["closing_debit"][0]


def test_every_ledger_comes_as_workbook_and_paper(traded):
    span = {"from_period": "2026-01", "to_period": "2026-02"}
    for report, asked in (
        ("columnar_ledger", {"account": "2221", **span}),
        ("auxiliary_ledger", {"by": "party", "code": "C01", **span}),
        ("auxiliary_balance", {"by": "party", "period": "2026-02"}),
        ("account_quantity_ledger", {"account": "1405", **span}),
    ):
        frame = traded.report(report, **asked)
        for kind, mark in (("xlsx", b"PK"), ("pdf", b"%PDF")):
            assert export.to_bytes(kind, report, frame, asked, "zh", "测试").startswith(mark)


def test_vouchers_are_printed_in_forms_with_capitals(traded):
    frame = traded.report("voucher_paper", period="2026-01")
    data = voucher_form.sheet(frame, "zh", "测试公司")
    first = data["forms"][0]
    assert len(first["rows"]) == voucher_form.LINES
    assert first["number"] == "记 字第 1 号"
    debit = Decimal(first["debit"].replace(",", ""))
    assert first["capitals"] == chinese_capitals(debit)
    assert len(data["forms"]) >= frame["voucher_id"].n_unique()
    paper = export.to_bytes("pdf", "voucher_paper", frame, {"period": "2026-01"}, "zh", "测试公司")
    assert paper.startswith(b"%PDF")
    chosen = ",".join(str(one) for one in frame["voucher_id"].unique().sort()[:2])
    assert traded.report("voucher_paper", vouchers=chosen)["voucher_id"].n_unique() == 2
    with pytest.raises(voucher_form.NothingToPrint):
        export.to_bytes("pdf", "voucher_paper", frame.clear(), {}, "zh", "")


def test_a_long_voucher_goes_on_over_several_forms():
    line = {
        "voucher_id": 1, "word": "记", "number": 3, "voucher_on": date(2026, 1, 5), "attachments": 2, "summary": "分摊",
        "account": "560299", "account_name": "其他", "account_name_en": "Other", "parent_name": "管理费用",
        "parent_name_en": "Admin", "dimensions": "", "quantity": Decimal("1.5"), "currency": "USD",
        "amount_foreign": Decimal(10), "rate": Decimal("7.1"), "debit": Decimal("71.00"), "credit": Decimal(0),
        "made_by": "a", "reviewed_by": "b", "posted_by": "c", "source": "",
    }  # fmt: skip
    lines = [line] * 19 + [line | {"debit": Decimal(0), "credit": Decimal("1349.00")}]
    data = voucher_form.sheet(pl.DataFrame(lines), "zh", "测试")
    assert [form["parts"] for form in data["forms"]] == ["1/3", "2/3", "3/3"]
    assert [form["debit"] for form in data["forms"]] == ["", "", "1,349.00"]
    assert data["forms"][0]["rows"][0]["more"] == "× 1.5 USD 10.00 @ 7.1"
    assert data["forms"][2]["capitals"] == "壹仟叁佰肆拾玖元整"
