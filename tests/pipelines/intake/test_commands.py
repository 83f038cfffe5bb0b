"""`erp migrate` at the terminal: what it prints, writes and answers, in both languages, and that a check writes nothing."""

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
import typer
from legacy_files import cut_in_half, delimited, workbook
from typer.testing import CliRunner

import erp_core
from pipelines.intake import commands
from pipelines.intake.errors import AddressUnknown, DamagedWorkbook, NotMarked

ROWS = [
    ["客户编码", "客户名称", "电话", "备注"], ["K01", "长沙子公司", "138123", "=1+1"], ["K02", "株洲丑公司", "13812345678", "甲"],
    [None, "无编码公司", None, "乙"],
]  # fmt: skip


@pytest.fixture
def app() -> typer.Typer:
    """The command with the intake's part alone."""
    made = typer.Typer()
    commands.register(made)
    return made


def run(app: typer.Typer, *words: object, code: int = 0) -> str:
    """Run a command, expect its exit code, return what it printed."""
    result = CliRunner().invoke(app, ["migrate", *(str(word) for word in words)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def test_profile_says_what_a_file_holds_and_which_layout_fits(app: typer.Typer, tmp_path: Path):
    text = run(app, "profile", workbook(tmp_path / "客户.xlsx", S=ROWS), "--out", tmp_path / "out", "--lang", "en")
    assert "customers" in text and "Layout" in text
    facts = json.loads((tmp_path / "out" / "profile.json").read_text("utf-8"))["files"][0]
    assert facts["sheets"][0]["verdict"] == "customers"
    assert facts["sheets"][0]["columns"][0]["kinds"] == {"text": 2}


def test_profile_shows_a_damaged_file_beside_the_good_ones(app: typer.Typer, tmp_path: Path):
    workbook(tmp_path / "a.xlsx", S=ROWS)
    cut_in_half(workbook(tmp_path / "b.xlsx", S=ROWS * 50))
    assert "✗" in run(app, "profile", tmp_path)


def test_check_writes_findings_and_no_books(app: typer.Typer, tmp_path: Path):
    out, books = tmp_path / "out", tmp_path / "books.duckdb"
    text = run(app, "check", workbook(tmp_path / "客户.xlsx", S=ROWS), "--out", out, "--books", books, code=1)
    assert "拒收" in text and "E_KEY_MISSING" in text
    assert not books.exists()
    assert {path.name for path in out.iterdir()} == {
        "findings.json", "findings.xlsx", "客户_S_失败行.xlsx", "客户_标注.xlsx",
    }  # fmt: skip
    facts = json.loads((out / "findings.json").read_text("utf-8"))
    assert facts["sheets"][0]["read"] == facts["sheets"][0]["loaded"] + facts["sheets"][0]["rejected"] == 3


def test_the_marked_copy_shows_the_cell_and_the_reason(app: typer.Typer, tmp_path: Path):
    run(app, "check", workbook(tmp_path / "客户.xlsx", S=ROWS), "--out", tmp_path / "out", code=1)
    sheet = openpyxl.load_workbook(tmp_path / "out" / "客户_标注.xlsx")["S"]
    assert "E_KEY_MISSING" in sheet["A4"].comment.text
    assert sheet["C2"].fill.fgColor.rgb.endswith("FBE3A8")
    assert sheet["B3"].comment is None


def test_failed_rows_come_back_and_only_they_are_loaded(app: typer.Typer, tmp_path: Path, books: erp_core.Books):
    path = books.path
    books.close()
    run(app, "load", workbook(tmp_path / "客户.xlsx", S=ROWS), "--books", path, "--out", tmp_path / "out")
    failed = tmp_path / "out" / "客户_S_失败行.xlsx"
    book = openpyxl.load_workbook(failed)
    assert book["S"].max_row == 2
    book["S"]["A2"] = "K03"
    book.save(failed)
    text = run(app, "load", failed, "--books", path, "--lang", "en")
    assert "Loaded into the books" in text
    with erp_core.open(path) as opened:
        rows = opened.sql("select file, source_row, target_key from rpt.intake_row order by source_row").rows()
        assert rows == [("客户.xlsx", 2, "K01"), ("客户.xlsx", 3, "K02"), ("客户.xlsx", 4, "K03")]


def test_no_text_of_a_legacy_file_becomes_a_formula(app: typer.Typer, tmp_path: Path):
    rows = [*ROWS, [None, "=cmd|' /C calc'!A0", "@x", "+1"]]
    run(app, "check", workbook(tmp_path / "客户.xlsx", S=rows), "--out", tmp_path / "out", code=1)
    for path in (tmp_path / "out").glob("*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                assert name.startswith("xl/worksheets/") is False or b"<f>" not in archive.read(name)


def test_a_rehearsal_leaves_the_books_alone(app: typer.Typer, tmp_path: Path, books: erp_core.Books):
    path = books.path
    books.close()
    text = run(app, "load", workbook(tmp_path / "客户.xlsx", S=ROWS), "--books", path, "--rehearse")
    assert "演练完成" in text
    with erp_core.open(path) as opened:
        assert opened.sql("select count(*) as n from rpt.intake_run")["n"][0] == 0


def test_load_and_undo(app: typer.Typer, tmp_path: Path, books: erp_core.Books):
    path = books.path
    books.close()
    run(app, "load", delimited(tmp_path / "客户.csv", ROWS[:3], encoding="gb18030"), "--books", path)
    with erp_core.open(path) as opened:
        run_id = opened.sql("select run_id from rpt.intake_run")["run_id"][0]
    assert run_id in run(app, "undo", run_id, "--books", path, "--reason", "试运行")
    with erp_core.open(path) as opened:
        assert opened.sql("select count(*) as n from rpt.party where code = 'K01'")["n"][0] == 0


def test_a_refused_file_ends_the_command_before_anything_is_written(app: typer.Typer, tmp_path: Path):
    with pytest.raises(DamagedWorkbook):
        run(app, "check", cut_in_half(workbook(tmp_path / "a.xlsx", S=ROWS * 50)))


def test_wrong_usage_answers_two(app: typer.Typer, tmp_path: Path):
    run(app, "check", code=2)
    run(app, "check", workbook(tmp_path / "客户.xlsx", S=ROWS), "--lang", "fr", code=2)


def test_our_marks_come_off_and_the_corrected_copy_loads_only_what_changed(
    app: typer.Typer, tmp_path: Path, books: erp_core.Books
):
    path = books.path
    books.close()
    source = workbook(tmp_path / "客户.xlsx", S=ROWS)
    run(app, "load", source, "--books", path, "--out", tmp_path / "out")
    marked = tmp_path / "out" / "客户_标注.xlsx"
    book = openpyxl.load_workbook(marked)
    book["S"]["A4"] = "K03"
    book.save(marked)
    text = run(app, "unmark", marked)
    clean = tmp_path / "out" / "客户.xlsx"
    assert "去掉" in text and clean.name in text
    again = openpyxl.load_workbook(clean)
    assert again.sheetnames == ["S"]
    assert again["S"]["A4"].value == "K03" and again["S"]["A4"].comment is None
    assert "1" in run(app, "load", clean, "--books", path)
    with erp_core.open(path) as opened:
        runs = opened.sql("select rows_loaded from rpt.intake_run order by started_at, run_id")["rows_loaded"].to_list()
        assert runs == [2, 1]


def test_a_workbook_without_our_marks_is_refused(app: typer.Typer, tmp_path: Path):
    with pytest.raises(NotMarked):
        run(app, "unmark", workbook(tmp_path / "客户.xlsx", S=ROWS))


def test_trace_follows_a_cell_and_comes_back(app: typer.Typer, tmp_path: Path, books: erp_core.Books):
    path = books.path
    books.close()
    rows = [
        ["科目编码", "科目名称", "方向", "期初余额"],
        ["1001", "库存现金", "借", 500],
        ["3001", "实收资本", "贷", 500],
        ["合计", None, None, 1000],
    ]
    run(app, "load", workbook(tmp_path / "期初.xlsx", 余额=rows), "--books", path)
    text = run(app, "trace", "余额!D2", "--books", path)
    for part in ("期初-1", "1001", "货币资金", "资产负债表"):
        assert part in text
    assert "D2" in run(app, "trace", "期初-1:1", "--books", path, "--lang", "en")
    assert "total row" in run(app, "trace", "余额!A4", "--books", path, "--lang", "en")
    back = json.loads(run(app, "trace", "1001", "--books", path, "--format", "json"))
    assert [(row["sheet"], row["cell"], row["debit"]) for row in back] == [("余额", "D2", "500.00")]
    run(app, "trace", "1001", "--format", "xml", "--books", path, code=2)
    with pytest.raises(AddressUnknown):
        run(app, "trace", "余额!D9", "--books", path)
