"""Sheets named after months: the year of short dates, and the date of rows that have none."""

from datetime import date
from pathlib import Path

import pytest
from legacy_files import workbook

from pipelines.intake.header import Header
from pipelines.intake.layout import load_layout
from pipelines.intake.mapping import fit
from pipelines.intake.months import Month, named_month
from pipelines.intake.prepare import prepare
from pipelines.intake.read import read_file

OWN = """
layout: own
target: rows
columns:
  day: {from: 日期, parse: {date: {day: last}}, sheet_name: yes}
  number: {from: 单号}
  amount: {from: 金额, parse: amount}
"""


@pytest.mark.parametrize(
    ("file", "sheet", "month"),
    [
        ("销售.xlsx", "2023-01", Month(2023, 1)), ("销售.xlsx", "2023年1月", Month(2023, 1)), ("销售.xlsx", "202312", Month(2023, 12)),
        ("销售.xlsx", "2023.10", Month(2023, 10)), ("销售.xlsx", "20230105", Month(2023, 1, 5)),
        ("销售.xlsx", "2023年1月5日", Month(2023, 1, 5)), ("2022年销售.xlsx", "1月", Month(2022, 1)),
        ("2022年销售.xlsx", "12月份", Month(2022, 12)), ("销售.xlsx", "1月", None), ("销售.xlsx", "Sheet1", None),
        ("K2023001.xlsx", "Sheet1", None), ("2023年第3期凭证.xlsx", "Sheet1", Month(2023, 3)),
    ],
)  # fmt: skip
def test_names_say_which_month(tmp_path: Path, file: str, sheet: str, month: Month | None):
    grid = read_file(workbook(tmp_path / file, **{sheet: [["单号", "金额"], ["1", 2]]}))[0]
    assert named_month(grid, Header(1, 1, ("单号", "金额"), {})) == month


def days(tmp_path: Path, sheet: str, rows: list) -> tuple[list, list[str]]:
    """The days read from a sheet, and the codes told."""
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    grid = read_file(workbook(tmp_path / "a.xlsx", **{sheet: rows}))[0]
    done = prepare(fit(grid, load_layout(str(tmp_path / "own.yaml"))))
    return done.batch.frame["day"].to_list(), done.batch.rejects["code"].to_list()


def test_rows_without_a_date_have_that_of_their_sheet(tmp_path: Path):
    assert days(tmp_path, "2024年2月", [["单号", "金额"], ["1", 2]]) == ([date(2024, 2, 29)], [])
    assert days(tmp_path, "2024年2月5日", [["单号", "金额"], ["1", 2]]) == ([date(2024, 2, 5)], [])


def test_short_dates_take_their_year_from_the_sheet_and_say_so(tmp_path: Path):
    rows = [["日期", "单号", "金额"], ["2月5日", "1", 2], [date(2023, 3, 1), "2", 3]]
    assert days(tmp_path, "2024年2月", rows) == ([date(2024, 2, 5), date(2023, 3, 1)], ["W_YEAR_ASSUMED"])
    assert days(tmp_path, "Sheet1", rows) == ([date(2023, 3, 1)], ["E_DATE_NO_YEAR"])
