"""A profile tells of a folder nobody has seen: columns, dirt, layouts, lost references, and the chart's standard."""

import csv
import json
from pathlib import Path

import pytest
from legacy_files import cut_in_half, workbook
from shared_data import shared

import erp_core
from pipelines.intake.dirt import dirt_of, kind_of
from pipelines.intake.errors import ChartOfOtherStandard
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
from pipelines.intake.profile import profile_files
from pipelines.intake.profile_page import write_page
from pipelines.intake.read import files_of, read_file
from pipelines.intake.standards import CHARTS, OLD, charts, standard_of

PEOPLE = [
    ["客户编码", "客户名称", "电话", "备注"],
    ["K1", "甲公司", "13812345678", " 好 "],
    ["K2", "乙公司", "13812345", "<b>"],
]
ITEMS = [
    ["客户编码", "客户名称", "单据号", "单据日期", "余额"],
    ["K1", "甲公司", "F1", "2023-01-05", 480],
    ["K9", "丙", "F2", "2023/1/6", 1],
]


def chart(standard: str) -> list[tuple[str, str]]:
    """The accounts of a standard."""
    with (CHARTS / f"{standard}_accounts.csv").open(encoding="utf-8", newline="") as source:
        return [(row["code"], row["name_zh"]) for row in csv.DictReader(source)]


@pytest.mark.parametrize("standard", ["sbe", "asbe"])
def test_a_chart_is_told_by_its_names(standard: str):
    assert standard_of(chart(standard)).standard == standard


def test_old_mixed_and_common_accounts_are_told_apart():
    assert standard_of(OLD.items()).standard == "old"
    assert standard_of([("1001", "库存现金"), ("1002", "银行存款"), ("1122", "应收账款")]).standard == "unclear"
    half = [("4001", "生产成本"), ("5001", "主营业务收入"), ("4103", "本年利润"), ("6001", "主营业务收入")]
    assert standard_of(half).standard == "mixed"


def test_renamed_and_lower_accounts_say_nothing_wrong():
    verdict = standard_of(
        [("6001", "主营业务收入"), ("660201", "管理费用-工资"), ("5001.01", "甲产品"), ("4001", "股本")]
    )
    assert (verdict.standard, verdict.votes["asbe"], verdict.votes["sbe"]) == ("asbe", 2, 0)


def test_every_code_that_clashes_decides_by_its_name():
    sbe, asbe = charts()["sbe"], charts()["asbe"]
    for code in [code for code in sbe if code in asbe and sbe[code] != asbe[code]]:
        assert [fits for _, _, fits in standard_of([(code, sbe[code])]).evidence] in (["sbe"], [])
        assert standard_of([(code, sbe[code])]).votes["asbe"] == 0


def test_the_real_charts_are_told():
    for name, standard in (("asbe_accounts.csv", "asbe"), ("sbe_2013_accounts.csv", "sbe")):
        assert profile_files([shared(f"chart_of_accounts/{name}")]).standard.standard == standard


def test_books_of_one_standard_refuse_a_chart_of_the_other(tmp_path: Path, books: erp_core.Books):
    own = books.sql("select standard from rpt.company")["standard"][0]
    other = {"sbe": "asbe", "asbe": "sbe"}[own]
    rows = [[code, name, 0, 0] for code, name in charts()[other].items()]
    path = workbook(tmp_path / "期初余额.xlsx", S=[["科目编码", "科目名称", "期初借方", "期初贷方"], *rows])
    before = books.version()
    with pytest.raises(ChartOfOtherStandard):
        load_pack(books, gather([path]))
    assert books.version() == before


def test_columns_dirt_layouts_and_lost_references_are_told(tmp_path: Path):
    workbook(tmp_path / "客户.xlsx", S=PEOPLE)
    workbook(tmp_path / "应收.xlsx", **{"2023年1月": ITEMS})
    cut_in_half(workbook(tmp_path / "坏.xlsx", S=PEOPLE * 80))
    found = profile_files(list(files_of([tmp_path])))
    by_name = {one.path.name: one for one in found.files}
    assert by_name["坏.xlsx"].refusal.code == "DamagedWorkbook"
    facts = by_name["客户.xlsx"].sheets[0]
    assert (facts["verdict"], facts["outcome"]["loaded"]) == ("customers", 2)
    assert [(one["code"], one["count"]) for one in facts["issues"]] == [("E_PHONE_INVALID", 1)]
    assert [column["holds"] for column in facts["columns"]] == ["code", "text", "phone", "text"]
    assert facts["dirt"] == {"outer_blanks": 1}
    assert by_name["应收.xlsx"].sheets[0]["month"] == "2023-01"
    lost = [(one["file"], one["field"], one["rows"], one["examples"]) for one in found.references]
    assert lost == [("应收.xlsx", "party", 1, ["K9"])]
    assert len(json.loads(json.dumps(found.plain(), default=str))["files"]) == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_everything_and_runs_nothing(tmp_path: Path, language: str):
    workbook(
        tmp_path / "客户.xlsx", S=[["客户编码", "客户名称", "<script>x</script>"], ["K1", "<img src=x onerror=y>", "1"]]
    )
    page = write_page(profile_files([tmp_path / "客户.xlsx"]), tmp_path / "p.html", language).read_text("utf-8")
    assert "customers" in page and "&lt;img" in page
    assert "<script" not in page and "<img" not in page and "intake." not in page


def column(tmp_path: Path, *values: object) -> tuple[dict[str, int], str]:
    """The dirt of a column and what it seems to hold."""
    frame = read_file(workbook(tmp_path / "a.xlsx", S=[["甲", "乙"], *[[value, "x"] for value in values]]))[0].frame[1:]
    return dirt_of(frame["t0"], frame["k0"]), kind_of(frame["t0"], frame["k0"])


def test_each_kind_of_dirt_is_counted(tmp_path: Path):
    assert column(tmp_path, 1, "2", "3,000", 4) == ({"number_as_text": 2}, "number")
    assert column(tmp_path, "Ａ1", "A\u200b2", "无", "锟斤拷", "A\n3")[0] == {
        "line_break": 1, "wide_signs": 1, "unseen_signs": 1, "garbled": 1, "null_mark": 1,
    }  # fmt: skip
    assert column(tmp_path, "2023-01-05", "2023/1/6", "2023-02-01")[0] == {"mixed_dates": 1}
    assert column(tmp_path, 12345678901234567890, "6.2E+18")[0] == {"digits_lost": 1, "scientific": 1}


def test_what_a_column_holds_is_guessed_from_its_cells(tmp_path: Path):
    assert column(tmp_path, "13812345678", "0571-88886666")[1] == "phone"
    assert column(tmp_path, "借", "贷")[1] == "direction"
    assert column(tmp_path, 0, 1, 0)[1] == "number"
    assert column(tmp_path, "001", "002")[1] == "code"
    assert column(tmp_path, "是", "否")[1] == "boolean"
    assert column(tmp_path, "无", None)[1] == "empty"
