"""erp backup, restore and upgrade at the terminal: beside the books, through the host, and in both languages."""

import json
import os
import shutil
import subprocess
import sys

import polars as pl
import pytest

ERP = "from erp_core.commands import main; main()"


def erp(*arguments: object, **surroundings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ERP, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200", **surroundings},
    )


@pytest.fixture
def path(template, tmp_path):
    shutil.copy(template, tmp_path / "books.duckdb")
    return tmp_path / "books.duckdb"


def test_back_up_restore_and_read(path, tmp_path):
    done = erp("backup", tmp_path / "b", "--books", path, "--second", tmp_path / "second", "--keep", "--parquet")
    assert done.returncode == 0 and "已验证" in done.stdout, done.stderr
    again = erp("backup", tmp_path / "b", "--books", path, "--incremental", "--lang", "en")
    assert again.returncode == 0 and "incremental" in again.stdout
    back = erp("restore", tmp_path / "b", "--books", tmp_path / "y.duckdb", "--lang", "en")
    assert back.returncode == 0 and "Restored" in back.stdout and "This backup ends with act" in back.stdout
    assert erp("verify", "--books", tmp_path / "y.duckdb").returncode == 0
    told = json.loads(erp("health", "--books", path, "--format", "json").stdout)
    assert told["acts_since_backup"] == 1 and told["restore_ms"] > 0 and told["next_period_to_close"] == "2026-01"


def test_the_parquet_files_hold_every_row_and_no_passwords(path, tmp_path):
    assert erp("backup", tmp_path / "b", "--books", path, "--parquet").returncode == 0
    home = next((tmp_path / "b" / "parquet").iterdir())
    listed = {row["table"]: row["rows"] for row in json.loads((home / "tables.json").read_text())["tables"]}
    assert listed["account"] == pl.read_parquet(home / "account.parquet").height > 50
    assert not {"credential", "pass", "former_credential"} & listed.keys()


def test_a_restore_over_books_is_refused_with_its_remedy(path, tmp_path):
    assert erp("backup", tmp_path / "b", "--books", path).returncode == 0
    refused = erp("restore", tmp_path / "b", "--books", path)
    assert refused.returncode == 1 and "RestoreTargetExists" in refused.stderr and "--replace" in refused.stderr
    assert erp("restore", tmp_path / "b", "--books", path, "--dry-run").returncode == 0
    assert erp("restore", tmp_path / "b", "--books", path, "--replace").returncode == 0


def test_the_passphrase_comes_from_the_environment_only(path, tmp_path):
    assert erp("backup", tmp_path / "b", "--books", path, "--passphrase-env", "NOT_SET").returncode == 1
    sealed = erp("backup", tmp_path / "b", "--books", path, "--passphrase-env", "PP", PP="correct horse")
    assert sealed.returncode == 0 and "correct horse" not in sealed.stdout + sealed.stderr
    assert erp("restore", tmp_path / "b", "--books", tmp_path / "y.duckdb").returncode == 1
    opened = erp(
        "restore", tmp_path / "b", "--books", tmp_path / "y.duckdb", "--passphrase-env", "PP", PP="correct horse"
    )
    assert opened.returncode == 0


def test_an_unreadable_instant_is_refused(path, tmp_path):
    refused = erp("restore", tmp_path, "--books", tmp_path / "y.duckdb", "--at", "yesterday")
    assert refused.returncode == 1 and "InstantUnreadable" in refused.stderr


def test_an_upgrade_with_nothing_to_do(path):
    done = erp("upgrade", "--books", path, "--rehearse")
    assert done.returncode == 0 and "已是最新" in done.stdout
