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
from pipelines.intake.pack import gather
from pipelines.intake.proof import Proof, files_in, proven, write_proof

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
    assert nothing.ties[0]["rows"] == ["期初余额.xlsx [期初余额] 2"]
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
