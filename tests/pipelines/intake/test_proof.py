"""Rehearsals: the proof of a load, the lock until the same files passed, the override by name and reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import typer
from legacy_files import workbook
from typer.testing import CliRunner

import erp_core
from erp_core.intake.refusals import BatchNotNamed, RehearsalMissing
from pipelines.intake import commands
from pipelines.intake.load import load_pack, release_pack, sign_pack, to_load
from pipelines.intake.pack import Pack, gather
from pipelines.intake.proof import Proof, examined, files_in, proven
from pipelines.intake.proof_page import write_proof
from pipelines.intake.rehearsed import changes, last_signed
from pipelines.intake.residuals import roles_of

ROWS = [["客户编码", "客户名称", "电话"], ["K01", "长沙甲公司", "13812345678"], ["K02", "株洲乙公司", None]]


@pytest.fixture
def locked(books: erp_core.Books) -> Path:
    """Books that load nothing that was not rehearsed."""
    books.call(
        "company.parameter.set",
        parameter="intake.require_rehearsal",
        value="true",
        valid_from=date(2000, 1, 2),
        reason="真账",
    )
    path = books.path
    books.close()
    return path


def load(*words: object) -> None:
    app = typer.Typer()
    commands.register(app)
    result = CliRunner().invoke(app, ["migrate", "load", *(str(word) for word in words)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output


def loaded(path: Path) -> int:
    with erp_core.open(path) as opened:
        return opened.sql("select count(*) as n from rpt.party where code in ('K01', 'K02')")["n"][0]


def test_nothing_is_loaded_before_the_same_files_were_rehearsed(tmp_path: Path, locked: Path):
    source = workbook(tmp_path / "客户.xlsx", S=ROWS)
    with pytest.raises(RehearsalMissing):
        load(source, "--books", locked)
    load(source, "--books", locked, "--rehearse", "--out", tmp_path / "out")
    assert loaded(locked) == 0
    assert {"reconcile.html", "reconcile.xlsx", "reconcile.json"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    load(source, "--books", locked)
    assert loaded(locked) == 2


def test_a_changed_file_is_another_file(tmp_path: Path, locked: Path):
    source = workbook(tmp_path / "客户.xlsx", S=ROWS)
    load(source, "--books", locked, "--rehearse")
    workbook(source, S=[*ROWS, ["K03", "湘潭丙公司", None]])
    with pytest.raises(RehearsalMissing):
        load(source, "--books", locked)


def test_the_lock_opens_for_a_name_and_a_reason_only(tmp_path: Path, locked: Path):
    source = workbook(tmp_path / "客户.xlsx", S=ROWS)
    with pytest.raises(RehearsalMissing):
        load(source, "--books", locked, "--override", "王会计")
    load(source, "--books", locked, "--override", "王会计", "--reason", "月底前必须启用")
    assert loaded(locked) == 2


def test_balances_are_tied_out_by_account_with_the_rows_behind_a_difference(tmp_path: Path, books: erp_core.Books):
    rows = [
        ["科目编码", "科目名称", "借方余额", "贷方余额"],
        ["1001", "库存现金", 500, None],
        ["3001", "实收资本", None, 500],
    ]
    pack = gather([workbook(tmp_path / "期初余额.xlsx", 期初余额=rows)])
    nothing = proven(books, pack)
    assert not nothing.passed
    assert [(tie["account"], Decimal(tie["difference"])) for tie in nothing.ties] == [("1001", -500), ("3001", 500)]
    assert nothing.ties[0]["rows"] == ["期初余额.xlsx [期初余额] 2 库存现金 500.00"]
    load_pack(books, pack)
    proof = proven(books, pack)
    assert proof.passed
    write_proof(nothing, tmp_path / "out", "zh")
    write_proof(proof, tmp_path / "out", "zh")
    book = openpyxl.load_workbook(tmp_path / "out" / "reconcile.xlsx")
    assert [cell.value for cell in book["余额核对"][2]][:6] == ["1001", "", 500, 500, 0, -500]
    assert len(book["行数"]._charts) == 1
    assert "对账一致" in (tmp_path / "out" / "reconcile.html").read_text("utf-8")


def test_files_are_named_once_by_their_content(tmp_path: Path):
    pack = gather([workbook(tmp_path / "客户.xlsx", S=ROWS)])
    (one,) = files_in(pack)
    assert one["file"] == "客户.xlsx"
    assert len(one["sha256"]) == 64
    assert Proof().passed


def test_no_side_door_loads_rows_that_were_not_rehearsed(tmp_path: Path, locked: Path):
    source = workbook(tmp_path / "客户.xlsx", S=ROWS)
    pack = gather([source])
    with erp_core.open(locked) as opened:
        (batch,) = to_load(opened, pack)
        given = {"target": batch.target, "rows": batch.rows, "run": batch.run}
        with pytest.raises(RehearsalMissing):
            opened.call("intake.load", **given)
        with pytest.raises(RehearsalMissing):
            load_pack(opened, pack)
        with opened.branch() as copy:
            load_pack(copy, pack)
            sign_pack(opened, pack, files_in(pack), proven(copy, pack))
        # Other rows under the name and hash of the rehearsed file are other rows.
        other = batch.rows.with_columns(name=batch.rows["name"] + "二")
        with pytest.raises(RehearsalMissing):
            opened.call("intake.load", **given | {"rows": other})
        assert opened.call("intake.load", **given)["added"] == 2


def test_a_rehearsal_that_failed_opens_nothing(tmp_path: Path, locked: Path):
    pack = gather([workbook(tmp_path / "客户.xlsx", S=ROWS)])
    with erp_core.open(locked) as opened:
        failed = Proof(ties=[{"account": "1001", "party": "", "difference": "1.00"}])
        sign_pack(opened, pack, files_in(pack), failed)
        with pytest.raises(RehearsalMissing):
            load_pack(opened, pack)
        with pytest.raises(BatchNotNamed):
            opened.call("intake.rehearsal.release", batches=[{"target": "customers"}])


def test_who_overrides_and_why_is_audited(tmp_path: Path, locked: Path):
    pack = gather([workbook(tmp_path / "客户.xlsx", S=ROWS)])
    with erp_core.open(locked) as opened:
        release_pack(opened, pack, "王会计", "月底前必须启用")
        assert load_pack(opened, pack)[0].added == 2
        acts = opened.sql("select verb, reason, result from rpt.act where verb = 'intake.rehearsal.release'").rows()
        assert acts[0][1] == "月底前必须启用"
        assert "王会计" in acts[0][2]


OPENING = {
    "科目余额": [
        ["科目编码", "科目名称", "方向", "期初余额"], ["1001", "库存现金", "借", 500], ["1122", "应收账款", "借", 300], ["1405", "库存商品", "借", 1000],
        ["3001", "实收资本", "贷", 1800],
    ],
    "应收明细": [["客户编码", "发票号", "开票日期", "余额"], ["C01", "F1", date(2025, 12, 1), 120], ["C02", "F2", date(2025, 11, 1), 180]],
    "期初库存": [["仓库编码", "存货编码", "数量", "金额"], ["W1", "A", 10, 400], ["W2", "B", 5, 600]],
}  # fmt: skip


def opening(tmp_path: Path, **other: list) -> Path:
    return workbook(tmp_path / "期初.xlsx", **{**OPENING, **other})


def residuals_of(pack: Pack) -> list[tuple[str, str, str, str]]:
    """Kind, account, difference and cause of what disagrees between the files."""
    found = examined(pack, roles_of(None)).residuals
    return [(one["kind"], one["account"], one["difference"], one["cause"]) for one in found]


def test_files_that_disagree_say_by_how_much_and_which_row_explains_it(tmp_path: Path):
    items, stock = OPENING["应收明细"], OPENING["期初库存"]
    assert residuals_of(gather([opening(tmp_path)])) == []
    extra = gather([opening(tmp_path, 应收明细=[*items, ["C01", "F9", date(2025, 12, 9), 55]])])
    assert residuals_of(extra) == [("items", "1122", "-55.00", "extra_row")]
    assert "C01 F9 55.00" in examined(extra, roles_of(None)).residuals[0]["rows"][0]
    unread = gather([opening(tmp_path, 应收明细=[items[0], items[1], ["C02", "F2", "上月", 180]])])
    assert residuals_of(unread) == [("items", "1122", "180.00", "rejected")]
    turned = gather([opening(tmp_path, 应收明细=[items[0], items[1], ["C02", "F2", date(2025, 11, 1), -180]])])
    assert residuals_of(turned) == [("items", "1122", "360.00", "wrong_side")]
    cents = gather([opening(tmp_path, 期初库存=[stock[0], stock[1], ["W2", "B", 5, "599.99"]])])
    assert residuals_of(cents) == [("stock", "14xx", "0.01", "rounding")]
    swapped = gather([opening(tmp_path, 期初库存=[stock[0], ["W1", "A", 10, 490], stock[2]])])
    assert residuals_of(swapped) == [("stock", "14xx", "-90.00", "digits")]
    uneven = gather([opening(tmp_path, 科目余额=[*OPENING["科目余额"], ["1002", "银行存款", "借", 77]])])
    assert residuals_of(uneven) == [("balance", "", "-77.00", "extra_row")]


def test_stock_is_tied_out_by_warehouse_and_item(tmp_path: Path, books: erp_core.Books):
    pack = gather([opening(tmp_path)])
    before = proven(books, pack)
    assert not before.passed
    assert [(one["item"], one["quantity_difference"], one["difference"]) for one in before.stock] == [
        ("A", "-10.000000", "-400.00"), ("B", "-5.000000", "-600.00"),
    ]  # fmt: skip
    load_pack(books, pack)
    after = proven(books, pack)
    assert after.passed
    assert {one["difference"] for one in [*after.stock, *after.ties]} == {"0.00"}


def test_rehearsals_are_compared_from_the_signed_acts(tmp_path: Path, books: erp_core.Books):
    pack = gather([opening(tmp_path)])
    assert last_signed(books) == {}
    first = proven(books, pack)
    sign_pack(books, pack, files_in(pack), first)
    before = last_signed(books)
    assert (before["rehearsal"][0], before["by"]) == ("T", "owner")
    assert changes(first, before) == []
    load_pack(books, pack)
    again = gather([opening(tmp_path, 客户=ROWS)])
    told = {(one["part"], one["what"], one["measure"]): one["verdict"] for one in changes(proven(books, again), before)}
    assert told["ties", "1122 C01", "difference"] == "better"
    assert told["stock", "W1 A", "quantity_difference"] == "better"
    assert told["files", "期初.xlsx", "sha256"] == "other"
    listed = books.report("intake_rehearsals")
    assert listed.select("passed", "batches", "residuals").rows() == [("false", 2, 0)]
    assert listed["differences"][0] > 0


def test_the_report_draws_where_the_amounts_went(tmp_path: Path):
    pack = gather([opening(tmp_path, 应收明细=[*OPENING["应收明细"], ["C01", "F9", "上月", 55]])])
    proof = examined(pack, roles_of(None))
    write_proof(proof, tmp_path / "out", "en")
    page = (tmp_path / "out" / "reconcile.html").read_text("utf-8")
    assert "<svg" in page and "355.00" in page and "-55.00" in page and "300.00" in page
    book = openpyxl.load_workbook(tmp_path / "out" / "reconcile.xlsx")
    assert len(book["Where the amounts went"]._charts) == 1
    assert book["Rows"].max_row == 4


def test_check_shows_the_residuals_and_fails(tmp_path: Path):
    app = typer.Typer()
    commands.register(app)
    wrong = opening(tmp_path, 应收明细=OPENING["应收明细"][:2])
    result = CliRunner().invoke(
        app, ["migrate", "check", str(wrong), "--out", str(tmp_path / "out")], env={"COLUMNS": "200"}
    )
    assert result.exit_code == 1
    assert "文件间差异" in result.output and "180.00" in result.output
    assert (tmp_path / "out" / "reconcile.html").is_file()
