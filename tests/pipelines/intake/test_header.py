"""The table of a sheet is found under titles, instructions and merged headers."""

from pathlib import Path

import pytest
import xlsxwriter
from legacy_files import workbook

from pipelines.intake.header import find_header, plain_name, unit_of
from pipelines.intake.read import read_file

ALIASES = {"客户编码", "客户名称", "金额", "期初余额/借方", "期初余额/贷方", "科目编码"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("客户\n编码", "客户编码"),
        ("*客户名称（必填）", "客户名称"),
        ("金 额(元)", "金额"),
        ("税率（%）", "税率"),
        ("Code ", "code"),
    ],
)
def test_header_texts_are_compared_without_their_dress(text: str, name: str):
    assert plain_name(text) == name


def test_the_unit_of_a_header_is_kept():
    assert unit_of("金额（万元）") == "万元"
    assert unit_of("金额(元)") == "元"
    assert unit_of("金额") == ""


def test_a_title_and_a_unit_line_stand_above_the_header(tmp_path: Path):
    path = workbook(
        tmp_path / "a.xlsx",
        S=[
            ["客户余额表", None, None],
            ["单位：万元", None, None],
            ["客户编码", "客户名称", "金额"],
            ["001", "甲公司", 12.5],
        ],
    )
    header = find_header(read_file(path)[0], ALIASES)
    assert (header.first_row, header.last_row) == (3, 3)
    assert header.columns["金额"] == 2
    assert header.units[2] == "万元"


def test_a_merged_header_of_two_rows_is_joined(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        sheet.merge_range("A1:A2", "科目编码")
        sheet.merge_range("B1:C1", "期初余额")
        sheet.write_row("B2", ["借方", "贷方"])
        sheet.write_row("A3", ["1001", 100, 0])
    header = find_header(read_file(path)[0], ALIASES)
    assert (header.first_row, header.last_row) == (1, 2)
    assert header.names == ("科目编码", "期初余额/借方", "期初余额/贷方")


def test_without_any_known_name_the_row_that_looks_like_a_header_is_taken(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["说明", None], ["甲", "乙"], [1, 2], [3, 4]])
    assert find_header(read_file(path)[0], set()).names == ("甲", "乙")


def test_equal_headers_are_told(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["客户编码", "金额", "金额"], ["1", 1, 2]])
    header = find_header(read_file(path)[0], ALIASES)
    assert header.doubled == ("金额",)
    assert header.columns["金额"] == 1
