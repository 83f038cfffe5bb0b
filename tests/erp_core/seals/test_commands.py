"""erp seal: exit 0 when proved, 1 when broken, in both languages and as JSON."""

import json

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from erp_core import commands


@pytest.fixture
def run():
    app = typer.Typer()
    commands.register(app)
    return lambda *arguments: CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"}, catch_exceptions=False)


def test_a_sound_file(run, sealed):
    done = run("seal", "verify", str(sealed), "--format", "json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["sound"], told["breaks"]) == (0, True, [])
    assert "封印链完好" in run("seal", "verify", str(sealed)).stdout
    code = told["codes"]["2026-01"]
    assert run("seal", "verify", str(sealed), "--code", f"2026-01={code}").exit_code == 0
    assert code in run("seal", "codes", "--books", str(sealed)).stdout


def test_a_broken_file(run, sealed):
    with duckdb.connect(str(sealed)) as connection:
        connection.execute("drop trigger voucher_line_no_update on core.voucher_line")
        connection.execute("update core.voucher_line set debit = debit + 100 where voucher_id = 7 and debit > 0")
    zh, en = run("seal", "verify", str(sealed)), run("seal", "verify", str(sealed), "--lang", "en")
    assert zh.exit_code == en.exit_code == 1
    assert "内容被改动：凭证分录" in zh.stdout
    assert "Changed: voucher line" in en.stdout
