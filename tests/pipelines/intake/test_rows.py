"""Rows that are no data are left out, each with its reason; only merged cells and ditto marks are filled."""

from pathlib import Path

import pytest
import xlsxwriter
from legacy_files import workbook

from pipelines.intake.header import find_header
from pipelines.intake.read import read_file
from pipelines.intake.rows import Body, body_of

HEADER = ["日期", "凭证号", "摘要", "金额"]


def body(path: Path) -> Body:
    """The body of the first sheet."""
    grid = read_file(path)[0]
    return body_of(grid, find_header(grid, set(HEADER)))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["小计", None, None, 1234], "subtotal"), (["合计", None, None, 5678], "total"), (["本页合计", None, None, None], "subtotal"),
        (["合 计", None, None, 9], "total"), (["承前页", None, None, None], "carry"), (["本月合计", None, None, 3], "subtotal"),
        (["一、流动资产", None, None, None], "section"), (HEADER, "repeated_header"), ([None, None, None, None], "blank"),
        (["制表人：张三", None, "审核：李四", None], "footer"), (["备注：含税价", None, None, None], "note"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_data_is_dropped_for_a_reason(tmp_path: Path, row: list, reason: str):
    path = workbook(tmp_path / "a.xlsx", S=[HEADER, ["d1", "1", "甲", 1], row, ["d2", "2", "乙", 2]])
    found = body(path)
    assert found.dropped.rows() == [(3, reason)]
    assert found.frame["row"].to_list() == [2, 4]


def test_blanks_below_the_last_row_belong_to_no_table(tmp_path: Path):
    found = body(workbook(tmp_path / "a.xlsx", S=[HEADER, ["d1", "1", "甲", 1], *[[None] * 4] * 20]))
    assert found.dropped.is_empty()


def test_a_party_whose_name_begins_like_a_total_stays(tmp_path: Path):
    found = body(workbook(tmp_path / "a.xlsx", S=[HEADER, ["总计通贸易公司", "1", "甲", 1]]))
    assert found.dropped.is_empty()


@pytest.mark.parametrize("mark", ["同上", "〃", '"'])
def test_ditto_marks_are_filled_from_above(tmp_path: Path, mark: str):
    found = body(workbook(tmp_path / "a.xlsx", S=[HEADER, ["K001", "1", "甲", 1], [mark, "2", "乙", 2]]))
    assert found.frame["t0"].to_list() == ["K001", "K001"]


def test_only_merged_cells_are_filled_down_never_blank_ones(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row("A1", HEADER)
        sheet.merge_range("A2:A3", "K001")
        for number, row in enumerate([["1", "甲", 1], ["2", "乙", 2], ["3", "丙", 3]], 1):
            sheet.write_row(number, 1, row)
    assert body(path).frame["t0"].to_list() == ["K001", "K001", None]
