"""Reports as files: what is in them is what the report said, whatever the text in the data would like to be."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import polars as pl
import pytest

from erp_core.reports import catalog, export
from erp_core.reports.layout import shown, text_of

HOSTILE = ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "-5.00", "plain", "螺丝"]


def sheet(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


@pytest.fixture
def parties() -> pl.DataFrame:
    """Aged receivables of customers with names that a spreadsheet might run."""
    amounts = {name: Decimal("12.30") for name in ("total", "not_due", "d1_30", "d31_60", "d61_90", "d91_plus")}
    rows = [{"party": f"C{at}", "name": name} | amounts for at, name in enumerate(HOSTILE)]
    columns = catalog.find("aged_receivables").columns
    return pl.DataFrame(rows, schema={column.name: catalog.TYPES[column.kind] for column in columns})


def test_text_from_the_data_is_no_formula_in_csv(parties):
    text = export.csv(parties).decode("utf-8-sig")
    names = pl.read_csv(io.StringIO(text), infer_schema=False)["name"].to_list()
    assert names[:7] == ["'" + name for name in HOSTILE[:7]]
    assert names[7:] == HOSTILE[7:]


def test_text_from_the_data_is_no_formula_in_a_workbook(parties):
    found = sheet(export.xlsx("aged_receivables", parties, {"as_of": "2026-01-31"}, "zh"))
    cells = [found.cell(row, 2) for row in range(5, 5 + len(HOSTILE))]
    assert [cell.value for cell in cells] == [
        name.replace("\r", "_x000D_") if "\r" in name else name for name in HOSTILE
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells[:5])


def test_a_workbook_has_headings_formats_and_totals(traded):
    asked = {"period": "2026-01"}
    frame = traded.report("trial_balance", **asked)
    found = sheet(export.xlsx("trial_balance", frame, asked, "zh", "长沙测试五金有限公司"))
    assert found["A1"].value == "科目余额表"
    assert "长沙测试五金有限公司" in found["A2"].value
    assert [cell.value for cell in found[4]][:5] == ["科目编码", "科目名称", "级次", "末级", "期初借方"]
    total = found[5 + frame.height]
    assert total[0].value == "合计"
    assert Decimal(str(total[4].value)) == Decimal(str(total[5].value)) == Decimal(52500)
    assert found["E5"].number_format.startswith("#,##0.00")
    english = sheet(export.xlsx("trial_balance", frame, asked, "en"))
    assert [cell.value for cell in english[4]][:3] == ["Account", "Name", "Level"]
    assert english["B5"].value == "Bank deposits"


def test_json_keeps_amounts_as_text(traded):
    frame = traded.report("balance_sheet", period="2026-01")
    rows = json.loads(export.json(frame))
    total = next(row for row in rows if row["line_no"] == 30)
    assert total["closing"] == "57860.00"
    assert rows[0]["closing"] is None


def test_parquet_keeps_the_types(traded):
    frame = traded.report("sales_lines", from_day="2026-01-01", to_day="2026-02-28")
    assert pl.read_parquet(io.BytesIO(export.parquet(frame))).equals(frame)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("balance_sheet", {"period": "2026-01"}),
        ("income_statement", {"period": "2026-01"}),
        ("cash_flow", {"period": "2026-01"}),
        ("trial_balance", {"period": "2026-01"}),
        ("general_ledger", {"account": "1122", "from_period": "2026-01", "to_period": "2026-02"}),
        ("stock_on_hand", {"as_of": "2026-01-31"}),
    ],
)
def test_paper_can_be_printed(traded, name, asked, language):
    content = export.to_bytes("pdf", name, traded.report(name, **asked), asked, language, "长沙测试五金有限公司")
    assert content.startswith(b"%PDF")
    assert len(content) > 10_000


def test_markup_in_the_data_is_only_text(parties):
    hostile = parties.with_columns(name=pl.lit('#panic("x") $ * _ ] [ "'))
    assert export.to_bytes("pdf", "aged_receivables", hostile, {"as_of": "2026-01-31"}, "zh").startswith(b"%PDF")


def test_an_empty_report_is_a_file_all_the_same(traded):
    asked = {"period": "2026-01", "account": "1001"}
    frame = traded.report("party_balance", **asked)
    assert frame.is_empty()
    for kind in export.FORMATS:
        assert export.to_bytes(kind, "party_balance", frame, asked, "zh")


def test_unknown_formats_are_refused(parties):
    with pytest.raises(export.UnknownFormat) as refused:
        export.to_bytes("docx", "aged_receivables", parties, {}, "zh")
    assert "parquet" in str(refused.value)


def test_one_language_is_shown_and_chinese_stands_in_for_a_missing_name(traded):
    frame = traded.report("trial_balance", period="2026-01").with_columns(name_en=pl.lit(""))
    found, columns = shown(frame, catalog.find("trial_balance"), "en")
    assert [column.name for column in columns][:2] == ["account", "name_en"]
    assert found["name_en"][0] == "银行存款"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", Decimal("-1234.50"), "-1,234.50"),
        ("quantity", Decimal("1200.000000"), "1,200"),
        ("quantity", Decimal("0.250000"), "0.25"),
        ("percent", 0.125, "12.5%"),
        ("ratio", 1.25, "1.25"),
        ("date", date(2026, 1, 31), "2026-01-31"),
        ("timestamp", datetime.fromisoformat("2026-01-31T08:30:05"), "2026-01-31 08:30"),
        ("boolean", True, "✓"),
        ("money", None, ""),
    ],
)
def test_values_as_they_are_printed(kind, value, text):
    column = next(c for d in ("trial_balance", "stock_turnover", "stock_on_hand", "audit_trail", "supplier_scorecard", "general_ledger")
                  for c in catalog.find(d).columns if c.kind == kind)  # fmt: skip
    assert text_of(value, column) == text
