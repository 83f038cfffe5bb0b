"""Upgrades: books of an earlier version are refused, rehearsed, raised, proved, noted; a failing one leaves no trace."""

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import erp_core
from erp_core.foundation.database import Database, schema_files
from erp_core.foundation.errors import (
    BooksDamaged,
    BooksInUse,
    BooksMissing,
    BooksNeedUpgrade,
    BooksTooNew,
    SchemaChanged,
)
from erp_core.operations.refusals import UpgradeFailed
from erp_core.operations.upgrade import look, upgrade

NOW = datetime(2026, 3, 1, 12)  # noqa: DTZ001


def with_files(folder: Path, **files: str) -> Path:
    """A folder of schema files: those of this version and some that a later one might bring."""
    folder.mkdir()
    for name, text in [*schema_files(), *((f"{name}.sql", text) for name, text in files.items())]:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def later(tmp_path) -> Path:
    """The schema of a later version: one more table, one more column."""
    return with_files(
        tmp_path / "schema",
        n9001_colour="-- One row per colour.\ncreate table core.colour (code text primary key);",
        n9002_shade="alter table core.item add column shade text default '';",
    )


@pytest.fixture
def later_numbered(later) -> Path:
    for place in later.glob("n*.sql"):
        place.rename(later / place.name.removeprefix("n"))
    return later


@pytest.fixture
def old(template, tmp_path) -> Path:
    """Books of this version, which are old for a later one."""
    path = tmp_path / "old.duckdb"
    shutil.copy(template, path)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_older_books_are_refused_and_the_way_is_named(old, later_numbered):
    with pytest.raises(BooksNeedUpgrade) as refused:
        Database(old, schema=later_numbered)
    assert refused.value.facts == {"path": str(old), "count": 2, "first": "9001_colour.sql"}


def test_a_rehearsal_proves_and_changes_nothing(old, later_numbered):
    before = digest(old)
    told = upgrade(old, rehearse=True, schema=later_numbered, now=NOW)
    assert told["rehearsed"] and not told["done"] and told["checks"] >= 24
    assert told["files"] == ["9001_colour.sql", "9002_shade.sql"]
    assert digest(old) == before and not list(old.parent.glob(".rehearsal*"))


def test_an_upgrade_saves_raises_proves_and_is_noted(old, later_numbered, tmp_path):
    before, acts = digest(old), look(old).totals["last_act"]
    told = upgrade(old, folder=tmp_path / "kept", schema=later_numbered, now=NOW)
    assert told["done"] and digest(Path(told["saved"])) == before
    database = Database(old, schema=later_numbered)
    with database.read() as cursor:
        row = cursor.execute("select from_file, to_file, files, backup, checks from core.upgrade").fetchall()
        assert cursor.execute("select shade from core.item").fetchall()[0] == ("",)
        verb, number = cursor.execute("select verb, act_id from core.act order by act_id desc").fetchall()[0]
    database.close()
    assert row == [(schema_files()[-1][0], "9002_shade.sql", 2, told["saved"], told["checks"])]
    assert (verb, number) == ("operations.upgrade.run", acts + 1)


def test_books_that_are_up_to_date_are_left_alone(old):
    before = digest(old)
    told = upgrade(old, now=NOW)
    assert not told["done"] and told["files"] == [] and digest(old) == before


def test_an_upgrade_that_fails_in_the_middle_is_taken_back(old, tmp_path):
    schema = with_files(tmp_path / "schema")
    (schema / "9001_good.sql").write_text("create table core.good (a text)")
    (schema / "9002_bad.sql").write_text("create table core.bad (a text); select * from core.nowhere")
    before = digest(old)
    with pytest.raises(UpgradeFailed, match="rehearsal"):
        upgrade(old, schema=schema, now=NOW)
    assert digest(old) == before
    erp_core.open(old).close()


def test_an_upgrade_that_changes_what_was_done_is_taken_back(old, tmp_path):
    schema = with_files(tmp_path / "schema")
    (schema / "9001_loss.sql").write_text("delete from core.department")
    with pytest.raises(UpgradeFailed, match="department: 1 → 0"):
        upgrade(old, schema=schema, now=NOW)
    erp_core.open(old).close()


def test_a_failure_after_the_rehearsal_brings_the_saved_file_back(old, later_numbered, tmp_path, monkeypatch):
    # The disk fails while the real file is raised: the note of the upgrade cannot be written.
    before = digest(old)

    def torn(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("erp_core.operations.upgrade._note", torn)
    with pytest.raises(OSError, match="Input/output"):
        upgrade(old, schema=later_numbered, now=NOW)
    assert digest(old) == before


def test_books_of_a_later_version_are_refused(old, later_numbered):
    upgrade(old, schema=later_numbered, now=NOW)
    with pytest.raises(BooksTooNew, match="9002_shade"):
        erp_core.open(old)
    with pytest.raises(BooksTooNew):
        upgrade(old, now=NOW)


def test_a_schema_file_that_was_changed_after_release_is_refused(old, later_numbered):
    (later_numbered / "0001_foundation.sql").write_text("-- rewritten")
    with pytest.raises(SchemaChanged):
        upgrade(old, schema=later_numbered, now=NOW)


def test_missing_held_and_foreign_files_are_refused(old, tmp_path):
    with pytest.raises(BooksMissing):
        upgrade(tmp_path / "nowhere.duckdb", now=NOW)
    (tmp_path / "text.duckdb").write_text("not a database" * 4000)
    with pytest.raises(BooksDamaged):
        upgrade(tmp_path / "text.duckdb", now=NOW)
    program = "import erp_core, sys; b = erp_core.open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(old)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        with pytest.raises(BooksInUse):
            upgrade(old, now=NOW)
        holder.stdin.close()


@pytest.mark.parametrize("last", range(9, len(schema_files())))
def test_books_of_every_earlier_schema_can_be_raised(tmp_path, last):
    """No version is released yet, so old books are made from the first files of today's schema, with rows in them."""
    schema = tmp_path / "schema"
    schema.mkdir()
    for name, text in schema_files()[:last]:
        (schema / name).write_text(text, encoding="utf-8")
    path = tmp_path / "old.duckdb"
    database = Database(path, create=True, schema=schema)
    with database.write() as cursor:
        cursor.execute(
            "insert into core.company values ('甲', '', '', 'general', 'sbe', 'CNY', '2026-01', 'zh', now()::timestamp)"
        )
        cursor.execute("insert into core.app_user (login, name) values ('owner', '账套主管')")
        cursor.execute("insert into core.user_role values ('owner', 'owner')")
        cursor.execute("insert into core.role_permission values ('owner', '*')")
    database.close()
    told = upgrade(path, now=NOW)
    assert told["done"] and len(told["files"]) == len(schema_files()) - last
    with erp_core.open(path) as books:
        assert books.report("upgrades")["to_file"].to_list() == [schema_files()[-1][0]]
        assert json.dumps(books.me())
