"""The evidence of a closed month: the same bytes twice, checked from the pack alone, and any change in it is found."""

import ast
import io
import json
import shutil
import zipfile
from pathlib import Path

import nbformat
import polars as pl
import pytest
import typer
from nbclient import NotebookClient
from typer.testing import CliRunner

import erp_core
from pipelines.evidence import commands, pack, recompute
from pipelines.evidence.pack import PackExists, PeriodNotSealed
from tests.erp_core.seals.conftest import trade


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    path = tmp_path_factory.mktemp("evidence") / "books.duckdb"
    trade(path)
    with erp_core.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def parts(books):
    return pack.gather(books, "2026-01")


@pytest.fixture
def folder(parts, tmp_path) -> Path:
    return pack.write(parts, tmp_path / "pack")


def test_twice_is_the_same_bytes(books, parts):
    again = pack.gather(books, "2026-01")
    assert again == parts
    assert pack.zipped(again) == pack.zipped(parts)


def test_everything_an_auditor_asks_for_is_there(parts):
    folders = {name.partition("/")[0] for name in parts if "/" in name}
    assert folders == {
        "statements", "ledgers", "reconciliations", "gates", "approvals", "lineage", "seals", "posted", "charts", "exchange",
    }  # fmt: skip
    gates = json.loads(parts["gates/gates.json"])
    assert gates
    assert "failed" not in json.dumps(gates)
    assert pl.read_parquet(io.BytesIO(parts["approvals/approvals.parquet"]))["action"].to_list() == [
        "requested",
        "approved",
    ]
    assert "一致" in parts["reconciliations/ledger.txt"].decode()


def test_the_pack_proves_itself(folder):
    assert recompute.changed_parts(folder) == []
    assert recompute.root(folder) == recompute.manifest(folder)["root"]
    assert recompute.differences(folder) == []
    statements = recompute.statements(folder)
    assert all(frame.height for frame in statements.values())
    assert statements["income_statement"].filter(pl.col("line_no") == 1)["month"][0] > 0


def test_an_amount_changed_in_the_pack_is_found_thrice(folder):
    place = folder / "posted" / "voucher_line.parquet"
    lines = pl.read_parquet(place)
    spoilt = lines.with_columns(
        debit=pl.when((pl.col("account").str.starts_with("1002")) & (pl.col("debit") > 0))
        .then(pl.col("debit") + 1)
        .otherwise("debit")
    )
    spoilt.cast(lines.schema).write_parquet(place)
    assert recompute.changed_parts(folder) == ["posted/voucher_line.parquet"]
    assert recompute.root(folder) != recompute.manifest(folder)["root"]
    assert recompute.differences(folder)


def test_a_part_taken_out_or_put_in_is_found(folder):
    (folder / "ledgers" / "journal.csv").unlink()
    (folder / "note.txt").write_text("x", encoding="utf-8")
    assert recompute.changed_parts(folder) == ["ledgers/journal.csv", "note.txt"]


def test_the_check_needs_polars_and_nothing_of_ours(folder):
    tree = ast.parse((folder / "recompute.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names == {"__future__", "hashlib", "io", "json", "pathlib", "polars"}


def test_the_notebook_runs_where_there_are_no_books(folder, tmp_path):
    alone = Path(shutil.move(folder, tmp_path / "elsewhere"))
    book = nbformat.read(alone / "recompute.ipynb", as_version=4)
    nbformat.validate(book)
    book.cells.append(nbformat.v4.new_code_cell("assert not {'erp_core', 'duckdb', 'pipelines'} & set(sys.modules)"))
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(alone)}}).execute()


def test_exchange_files_say_every_line_and_every_element(books, parts):
    rows = json.loads(parts["exchange/accounting_information.json"])
    lines = pl.read_parquet(io.BytesIO(parts["posted/voucher_line.parquet"]))
    assert len(rows) == lines.height
    assert {row["DebitOrCredit"] for row in rows} == {"借", "贷"}
    assert rows[0]["NameOfAccountingEntity"] == "长沙测试五金有限公司"
    book = json.loads(parts["exchange/gbt24589_style.json"])
    assert set(book) == {"电子账簿", "基础档案", "总账", "财务报告", "应收应付"}
    mapping = parts["exchange/MAPPING.md"].decode()
    assert all(f"| {name} |" in mapping for row in book["总账"]["记账凭证分录"][:1] for name in row)
    assert all(f"| {name} |" in mapping for name in rows[0])


def test_a_zip_opens_to_the_same_parts_and_nothing_is_written_over(parts, tmp_path):
    place = pack.write(parts, tmp_path / "2026-01.zip")
    with zipfile.ZipFile(place) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == parts
    with pytest.raises(PackExists):
        pack.write(parts, place)
    with pytest.raises(PackExists):
        pack.write(parts, tmp_path)


def test_an_open_month_has_no_evidence(books):
    for period in ("2026-02", "2031-01", "x"):
        with pytest.raises(PeriodNotSealed):
            pack.gather(books, period)


def test_the_command(books, tmp_path):
    app = typer.Typer()
    commands.register(app)
    app.callback()(lambda: None)
    path = shutil.copy(books.path, tmp_path / "copy.duckdb")
    done = CliRunner().invoke(app, ["evidence", "2026-01", "--out", str(tmp_path / "p.zip"), "--books", str(path)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "p.zip").stat().st_size > 10_000
