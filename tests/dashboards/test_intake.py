"""Legacy files through the browser: every step over real files, wrong files in plain words, rights, and the way back."""

import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from legacy_files import cut_in_half, workbook
from streamlit.testing.v1 import AppTest

import erp_core
from dashboards import app as pages
from dashboards import i18n, state
from dashboards.wizard.intake import FILE_MB, LEFT_OUT, Intake
from pipelines.intake.layout import load_layout
from tests.dashboards.test_screens import opened, text_of

PARAMETER = "intake.require_rehearsal"
OPENING = {
    "科目余额": [
        ["科目编码", "科目名称", "方向", "期初余额"], ["1001", "库存现金", "借", 500], ["1122", "应收账款", "借", 300], ["3001", "实收资本", "贷", 800],
    ],
    "应收明细": [["客户编码", "发票号", "开票日期", "余额"], ["K01", "F1", date(2025, 12, 1), 120], ["K02", "F2", date(2025, 11, 1), 180]],
}  # fmt: skip
CUSTOMERS = [
    ["客户编码", "客户名称", "电话"],
    ["K01", "长沙子公司", "13812345678"],
    ["K02", "<b>株洲</b>", "138123"],
    [None, "无码公司", None],
]


@pytest.fixture
def books(template: Path, tmp_path: Path) -> Iterator[erp_core.Books]:
    """Books that load only what was rehearsed, in the hands of a migrator."""
    with erp_core.open(shutil.copy(template, tmp_path / "books.duckdb")) as made:
        made.call("company.parameter.set", parameter=PARAMETER, value="true", valid_from=date(2026, 1, 1), reason="试")
        yield state.open_books(made.as_user("migrator"))
        state._held.clear()


@pytest.fixture
def pack(tmp_path: Path) -> Intake:
    """Two good workbooks in the hands of the wizard."""
    work = Intake()
    for path in (workbook(tmp_path / "期初.xlsx", **OPENING), workbook(tmp_path / "客户.xlsx", 客户=CUSTOMERS)):
        assert work.take(path.name, path.read_bytes()) == ""
    return work


def done(work: Intake) -> Intake:
    """Wait until the work in the background has ended."""
    assert work.job.ended.wait(60)
    return work


def shown(work: Intake, step: str, language: str = "zh") -> AppTest:
    """Open a step of the wizard over work that is there already."""
    test = opened("intake", language)
    test.session_state["_intake"] = work
    test.session_state["_intake_wanted"] = step
    test.session_state["_intake_seen"] = work.job
    test.run()
    assert not test.exception
    return test


def test_a_pack_goes_from_upload_to_the_books_and_back(books: erp_core.Books, pack: Intake):
    pack.recognise()
    assert len(done(pack).tables) == 3 and not pack.refused
    text = text_of(shown(pack, "recognise"))
    for part in ("客户.xlsx [客户]", "期初.xlsx [应收明细]", "3/"):
        assert part in text
    pack.check(books, "zh")
    assert done(pack).job.well, pack.job.refusal
    counts = text_of(shown(pack, "check"))
    assert "关键字段为空" in counts or "编码" in counts
    assert any(path.name.endswith("_标注.xlsx") for path in pack.marked)
    assert "<b>株洲" not in text_of(shown(pack, "prove"))
    pack.load(books, "zh")
    assert type(done(pack).job.refusal).__name__ == "RehearsalMissing"
    assert "未演练也装入：谁决定" in [box.label for box in shown(pack, "load").text_input]
    pack.rehearse(books, "zh")
    assert done(pack).job.well and pack.rehearsal.passed, pack.job.refusal
    assert books.sql("select count(*) as n from rpt.party where code like 'K%'")["n"][0] == 0
    assert "演练通过" in shown(pack, "load").success[0].value
    pack.load(books, "zh")
    assert done(pack).job.well, pack.job.refusal
    assert "opening_balances" in {one.target for one in pack.loaded}
    assert books.report("trial_balance", period="2026-01")["opening_debit"].sum() > 0
    log = shown(pack, "log", "en")
    assert "posted" in text_of(log) and "can be taken back" in text_of(log)


def test_another_column_for_a_field_becomes_a_layout_file(books: erp_core.Books, tmp_path: Path):
    work = Intake()
    rows = [["客户编码", "客户名称", "联络方式"], ["K01", "长沙子公司", "13812345678"]]
    work.take("客户.xlsx", workbook(tmp_path / "客户.xlsx", 客户=rows).read_bytes())
    work.recognise()
    done(work)
    test = shown(work, "map")
    phone = next(box for box in test.selectbox if box.key.endswith("_phone"))
    assert phone.value == ""
    phone.select("联络方式")
    next(button for button in test.button if button.label == i18n.t("intake.save_layout", "zh")).click()
    test.run()
    assert not test.exception and not test.error
    own = work.tables[0].own
    assert own.columns["phone"].source == ["联络方式"]
    assert load_layout(str(work.folder / "layouts" / f"{own.layout}.yaml")).layout == own.layout
    work.check(books, "zh")
    assert done(work).pack.sheets[0].prepared.rows["phone"].to_list() == ["13812345678"]


def test_a_table_is_left_out_or_taken_under_another_layout(books: erp_core.Books, pack: Intake):
    pack.recognise()
    by_sheet = {table.facts["sheet"]: table for table in done(pack).tables}
    by_sheet["科目余额"].choice = by_sheet["应收明细"].choice = LEFT_OUT
    by_sheet["客户"].choice = "suppliers"
    pack.check(books, "en")
    assert done(pack).job.refusal is not None or {one.prepared.target for one in pack.pack.sheets} == {"suppliers"}


def wrong(tmp_path: Path) -> dict[str, bytes]:
    """Files that people upload by mistake."""
    good = workbook(tmp_path / "好.xlsx", S=CUSTOMERS * 40)
    half = cut_in_half(workbook(tmp_path / "半个.xlsx", S=CUSTOMERS * 400)).read_bytes()
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600
    other = tmp_path / "文档.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    return {
        "文本.xlsx": "客户编码,客户名称\nK01,甲\n".encode(), "加密.xlsx": ole, "半个.xlsx": half, "空.csv": b"", "图.png": png,
        "图.xlsx": png, "文档.xlsx": other.read_bytes(), "网页.xls": b"<html><body>no table</body></html>", "好.xlsx": good.read_bytes(),
    }  # fmt: skip


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
def test_wrong_files_are_told_in_plain_words_beside_the_good_one(books: erp_core.Books, tmp_path: Path, language: str):
    work = Intake()
    for name, content in wrong(tmp_path).items():
        work.take(name, content)
    work.recognise()
    done(work)
    assert work.job.well and set(work.refused) == set(work.files) - {"好.xlsx"}
    told = shown(work, "recognise", language)
    said = "\n".join(each.value for each in told.error)
    assert len(told.error) == len(work.refused)
    assert "Traceback" not in said and "Error" not in said
    for word in {"zh": ("密码", "0 字节", "损坏"), "en": ("password", "0 bytes", "damaged")}[language]:
        assert word in said


def test_names_are_made_plain_and_limits_hold(pack: Intake):
    for name in ("../../etc/passwd", "C:\\a\\b.xlsx", "..", "\x00.csv"):
        assert pack.take(name, b"a,b\n1,2\n") == ""
    assert all(path.parent == pack.folder / "in" and path.is_file() for path in pack.files.values())
    assert pack.take("big.csv", b"x" * ((FILE_MB << 20) + 1)) == "too_large"
    folder = pack.folder
    pack.clear()
    assert not folder.exists()


def test_the_folder_goes_with_the_session(tmp_path: Path):
    work = Intake()
    work.take("a.csv", b"a,b\n")
    folder = work.folder
    assert folder.is_dir()
    del work
    assert not folder.exists()


def test_what_failed_is_told_by_its_number_only(books: erp_core.Books, pack: Intake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dashboards.wizard.intake.sniff", lambda _: 1 / 0)
    pack.recognise()
    done(pack)
    error = shown(pack, "upload").error[0].value
    assert pack.job.mark in error and "ZeroDivision" not in error


@pytest.mark.parametrize("login", ["accountant", "clerk", "analyst"])
def test_only_who_may_load_sees_it(books: erp_core.Books, login: str):
    assert pages.is_open("intake")
    state.open_books(books.as_user(login))
    assert not pages.is_open("intake")
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        opened("intake")


def test_a_run_is_taken_back_from_the_log(books: erp_core.Books, tmp_path: Path):
    other = books.as_user("owner")
    rows = pl.DataFrame({"row": [2], "code": ["D9"], "name": ["九部"]}, schema_overrides={"row": pl.Int32})
    other.call("company.parameter.set", parameter=PARAMETER, value="false", valid_from=date(2026, 1, 2), reason="试")
    run = books.call("intake.load", target="departments", rows=rows, run={"file": "部门.xlsx"})["run_id"]
    test = shown(Intake(), "log")
    assert run in text_of(test)
    next(box for box in test.text_input if box.key == f"reason_undo_{run}").input("装错了")
    next(button for button in test.button if button.label == "撤回").click().run()
    assert not test.exception and not test.error
    assert books.report("intake_runs")["state"].to_list() == ["undone"]
