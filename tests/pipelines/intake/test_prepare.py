"""A sheet through all steps: every row read is loaded, rejected or dropped, and every cent with it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from legacy_files import workbook

from pipelines.intake import errors
from pipelines.intake.pack import Pack, gather


def pack(path: Path, layout: str | None = None) -> Pack:
    """The file prepared."""
    return gather([path], layout)


def codes(found: Pack) -> list[tuple[int, str, str]]:
    """The issues of the only sheet: row, field, code."""
    return found.sheets[0].prepared.batch.rejects.select("row", "field", "code").sort("row", "code").rows()


CUSTOMERS = [
    ["客户资料表", None, None, None],
    ["客户编码", "客户名称", "电话", "信用额度"],
    ["C001", " 长沙甲公司 ", "138 1234 5678", "1,000.00"],
    ["Ｃ００２", "株洲乙公司", "待定", 2000],
    ["C003", None, None, None],
    ["C001", "另一家公司", None, None],
    ["C004", "湘潭丙公司", None, 5],
    ["C004", "湘潭丙公司", None, 5],
    ["合计", None, None, 3010],
]


def test_counts_close_and_every_bad_cell_is_named(tmp_path: Path):
    found = pack(workbook(tmp_path / "客户.xlsx", 客户=CUSTOMERS))
    batch = found.sheets[0].prepared.batch
    assert found.sheets[0].fit.layout.target == "customers"
    assert batch.notes["counts"] == {"read": 7, "loaded": 2, "rejected": 3, "dropped": 2}
    assert batch.notes["dropped_by"] == {"exact_duplicate": 1, "total": 1}
    assert (5, "name", "E_REQUIRED") in codes(found)
    assert [code for row, _, code in codes(found) if row == 3] == ["E_DUPLICATE_KEY"]
    assert (4, "phone", "E_PHONE_INVALID") in codes(found)
    assert batch.frame.select("code", "name", "credit_limit").rows() == [
        ("C002", "株洲乙公司", Decimal("2000.00")), ("C004", "湘潭丙公司", Decimal("5.00")),
    ]  # fmt: skip


def test_a_wrong_total_is_a_finding_about_the_file(tmp_path: Path):
    rows = [
        ["存货编码", "仓库", "数量", "金额"],
        ["A", "W1", 2, 10],
        ["小计", None, 2, 10],
        ["B", "W1", 1, 5],
        ["合计", None, 3, 16],
    ]
    found = pack(workbook(tmp_path / "期初库存.xlsx", 库存=rows)).sheets[0]
    assert found.prepared.batch.notes["findings"] == [
        {"row": 5, "field": "amount", "found": Decimal("16.00"), "expected": Decimal("15.00")}
    ]


def test_amounts_close_by_outcome(tmp_path: Path):
    rows = [
        ["客户编码", "发票号", "开票日期", "余额"], ["C1", 536365, date(2025, 12, 1), 100], ["C2", "X1", "5/1/2025", 30.5],
        ["C3", "C536379", "2025年12月5日", "约100"],
    ]  # fmt: skip
    found = pack(workbook(tmp_path / "应收.xlsx", S=rows)).sheets[0]
    sums = {(one["outcome"], one["reason"]): (one["rows"], one["amount"]) for one in found.prepared.batch.notes["sums"]}
    assert sums == {
        ("loaded", ""): (1, Decimal(100)),
        ("rejected", "E_DATE_AMBIGUOUS"): (1, Decimal("30.5")),
        ("rejected", "E_APPROXIMATE"): (1, Decimal(0)),
    }
    assert found.prepared.rows["reference"].to_list() == ["536365"]


VOUCHERS = [
    ["日期", "凭证字", "凭证号", "摘要", "科目编码", "借方金额", "贷方金额"],
    [date(2026, 1, 5), "记", 1, "收款", "1001", 10, None],
    [date(2026, 1, 5), "记", 1, "收款", "1002", None, 10],
    [date(2026, 1, 6), "记", 2, "差一分", "1001", 10, None],
    [date(2026, 1, 6), "记", 2, "差一分", "1002", None, 9.99],
    [date(2026, 1, 7), "记", 3, "坏行", "1001", "若干", None],
    [date(2026, 1, 7), "记", 3, "坏行", "1002", None, 5],
]


def test_a_voucher_is_loaded_whole_or_not_at_all(tmp_path: Path):
    found = pack(workbook(tmp_path / "凭证.xlsx", S=VOUCHERS))
    assert found.sheets[0].prepared.batch.notes["counts"] == {"read": 6, "loaded": 2, "rejected": 4, "dropped": 0}
    assert {code for row, _, code in codes(found) if row in (4, 5)} == {"E_UNBALANCED"}
    assert {code for row, _, code in codes(found) if row == 6} == {"E_APPROXIMATE"}


def test_parents_beside_their_children_are_checked_and_left_out(tmp_path: Path):
    rows = [
        ["科目编码", "科目名称", "方向", "期初余额"], ["1002", "银行存款", "借", 100], ["100201", "甲行", "借", 60], ["100202", "乙行", "借", 40],
        ["2241", "其他应付", "贷", 90], ["224101", "押金", "贷", 80], ["3001", "实收资本", "贷", 10],
    ]  # fmt: skip
    found = pack(workbook(tmp_path / "期初余额.xlsx", S=rows), "opening_balances")
    assert found.sheets[0].prepared.batch.notes["dropped_by"] == {"parent_account": 1}
    assert codes(found) == [(5, "account", "E_PARENT_SUM")]


def test_a_header_in_ten_thousands_scales_the_amounts(tmp_path: Path):
    rows = [["客户编码", "发票号", "开票日期", "余额(万元)"], ["C1", "F1", date(2025, 12, 1), 12.5]]
    found = pack(workbook(tmp_path / "应收.xlsx", S=rows))
    assert found.sheets[0].prepared.rows["amount"].to_list() == [Decimal("125000.00")]


def test_a_file_that_no_layout_fits_is_refused_with_the_nearest(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["甲", "乙"], ["1", "2"]])
    with pytest.raises(errors.NoLayoutFits):
        pack(path)
    with pytest.raises(errors.LayoutMismatch) as caught:
        pack(path, "customers")
    assert caught.value.facts["missing"].startswith("客户编码")


def test_columns_nobody_asked_for_are_told(tmp_path: Path):
    path = workbook(tmp_path / "客户.xlsx", S=[["客户编码", "客户名称", "星座"], ["1", "甲公司", "白羊"]])
    assert pack(path).sheets[0].fit.unknown == ("星座",)


def test_a_blank_key_is_never_filled_from_above(tmp_path: Path):
    path = workbook(tmp_path / "客户.xlsx", S=[["客户编码", "客户名称"], ["C1", "甲公司"], [None, "乙公司"]])
    assert codes(pack(path)) == [(3, "code", "E_KEY_MISSING")]


def test_a_row_too_long_for_its_header_is_rejected(tmp_path: Path):
    path = tmp_path / "客户.csv"
    path.write_text(
        "客户编码,客户名称,地址\n" + "C1,甲公司,长沙\n" * 1 + "C2,乙,公司,湘潭\nC3,丙公司,株洲\n", encoding="utf-8"
    )
    assert codes(pack(path)) == [(3, "", "E_ROW_WIDTH")]


def test_a_hidden_row_is_taken_and_told(tmp_path: Path):
    path = tmp_path / "客户.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        for number, row in enumerate([["客户编码", "客户名称"], ["C1", "甲公司"], ["C2", "乙公司"]]):
            sheet.write_row(number, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
    found = pack(path)
    assert codes(found) == [(3, "", "W_HIDDEN_ROW")]
    assert found.sheets[0].prepared.batch.notes["counts"]["loaded"] == 2


def test_dates_of_a_1904_workbook_are_the_days_they_show(tmp_path: Path):
    path = tmp_path / "应收.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["客户编码", "发票号", "开票日期", "余额"])
        sheet.write_row(1, 0, ["C1", "F1"])
        sheet.write_datetime(1, 2, date(2023, 3, 15))
        sheet.write_number(1, 3, 10)
    assert pack(path).sheets[0].prepared.rows["item_on"].to_list() == [date(2023, 3, 15)]
