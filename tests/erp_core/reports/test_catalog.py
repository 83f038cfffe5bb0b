"""Reports by name: parameters refused clearly, every report runs and keeps the promises of its header."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import resources

import polars as pl
import pytest

from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import refusal_text
from erp_core.reports import catalog
from erp_core.reports.definition import definitions, parse

SAMPLES = {"period": "2026-01", "date": date(2026, 2, 10), "integer": 3, "text": "A", "boolean": True}
FITTING = {"account": "1122", "number": "SO2601-00001", "line_no": 9}
NAMED_BY_THE_DESIGN = [
    "trial_balance",
    "general_ledger",
    "balance_sheet",
    "income_statement",
    "cash_flow",
    "aged_receivables",
    "aged_payables",
    "stock_on_hand",
    "stock_ledger",
    "stock_movement_summary",
    "stock_alerts",
    "sales_analysis",
    "sales_orders_open",
    "purchase_orders_open",
    "supplier_scorecard",
    "voucher_list",
    "voucher_gaps",
    "audit_trail",
]


def sample(definition) -> dict:
    required = [parameter for parameter in definition.parameters if parameter.required]
    return {p.name: p.choices[0] if p.kind == "choice" else FITTING.get(p.name, SAMPLES[p.kind]) for p in required}


def test_the_names_of_the_design_are_there():
    assert set(NAMED_BY_THE_DESIGN) <= set(definitions())


@pytest.mark.parametrize("name", sorted(definitions()))
def test_a_report_keeps_the_promises_of_its_header(traded, name):
    definition = definitions()[name]
    frame = traded.report(name, **sample(definition))
    assert frame.columns == [column.name for column in definition.columns]
    assert dict(frame.schema) == {column.name: catalog.TYPES[column.kind] for column in definition.columns}
    assert definition.grain.startswith("one row")
    assert all(column.title.zh and column.title.en for column in definition.columns)
    for column in definition.columns:
        if column.values:
            assert set(frame[column.name].drop_nulls()) - {"line"} <= set(column.values), column.name


@pytest.mark.parametrize("name", sorted(definitions()))
def test_a_report_reads_published_views_only_and_says_its_grain_first(name):
    text = resources.files("erp_core.reports").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    assert "core." not in text
    assert text.splitlines()[1].startswith("-- grain: ")
    assert text.rstrip().splitlines()[-1].split()[0] in {"order", "select", "where", "or", "from", "left", "and"}


def test_reports_stay_inside_the_dialect_that_spark_shares():
    forbidden = ("date_diff('month'", "date_diff('year'", "isodow", "pivot ", "asof ", "columns(", "avg(", "quantile")
    for name, definition in definitions().items():
        code = "\n".join(line for line in definition.sql.splitlines() if not line.startswith("--")).lower()
        assert not [word for word in forbidden if word in code], name


@pytest.mark.parametrize(
    ("name", "parameters", "kind", "fact"),
    [
        ("trial_balanc", {}, catalog.UnknownReport, "trial_balance"),
        ("trial_balance", {}, catalog.ReportParameterMissing, "period"),
        ("trial_balance", {"period": "2026-13"}, catalog.ReportParameterWrong, "YYYY-MM"),
        ("trial_balance", {"period": "2031-01"}, catalog.PeriodNotInBooks, "2026-02"),
        ("trial_balance", {"period": "2026-01", "depth": 1}, catalog.ReportParameterUnknown, "level"),
        ("trial_balance", {"period": "2026-01", "level": "two"}, catalog.ReportParameterWrong, "two"),
        ("aged_receivables", {"as_of": "31.1.2026"}, catalog.ReportParameterWrong, "YYYY-MM-DD"),
        ("sales_analysis", {"from_day": "2026-01-01", "to_day": "2026-01-31", "by": "moon"}, catalog.ReportParameterWrong, "customer | item"),
        ("voucher_lines", {"voucher_id": 1.5}, catalog.ReportParameterWrong, "1.5"),
        ("stock_ledger", {"item": 7, "from_day": "2026-01-01", "to_day": "2026-01-31"}, catalog.ReportParameterWrong, "text"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_the_remedy(traded, name, parameters, kind, fact):
    with pytest.raises(kind) as refused:
        traded.report(name, **parameters)
    assert fact in str(refused.value)
    for language in ("zh", "en"):
        text, fix = refusal_text(refused.value, language)
        assert fix
        assert "{" not in text + fix


def test_text_does_for_days_whole_numbers_and_yes(traded):
    frame = traded.report("trial_balance", period="2026-01", level="1", zero="true")
    assert frame["level"].max() == 1
    assert frame.height > 60
    assert traded.report("cash_position", as_of="2026-01-31")["balance"].sum() == Decimal("50200.00")


def test_hostile_text_is_only_text(traded):
    assert traded.report("open_items", as_of="2026-02-01", party="x' or '1'='1").is_empty()


def test_the_catalogue_explains_every_column(traded):
    frame = traded.reports()
    assert frame.filter(pl.col("report") == "trial_balance").height == 13
    assert frame["grain"].str.starts_with("one row").all()
    assert frame.select(pl.col("column_zh", "column_en").str.len_chars().min()).row(0) > (0, 0)


def test_coded_values_have_words(traded):
    frame = traded.report("general_ledger", account="1122", from_period="2026-01", to_period="2026-01")
    worded = catalog.in_words(frame, catalog.find("general_ledger"), "zh")
    assert worded["row_kind"][0] == "期初余额"
    assert set(worded["direction"]) <= {"借", "贷", "平"}


@pytest.mark.parametrize(
    "line",
    ["-- column x: colour · 甲 · A", "-- parameter x: moon · 甲 · A", "-- anything else"],
)
def test_a_header_that_cannot_be_read_names_the_line(line):
    with pytest.raises(ValueError, match=r"unknown kind|cannot read"):
        parse(f"-- x · 甲 · A\n-- grain: one row\n{line}\nselect 1")


def test_every_view_says_what_a_row_is(traded):
    with traded.database.read() as cursor:
        bare = cursor.execute(
            "select view_name from duckdb_views() where schema_name = 'rpt' and coalesce(comment, '') = ''"
        ).fetchall()
    assert bare == []


def test_refusals_are_refusals():
    assert issubclass(catalog.UnknownReport, Refusal)
