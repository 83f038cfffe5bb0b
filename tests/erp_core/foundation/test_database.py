"""Opening the one file: created once, never overwritten, never opened damaged without a word."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import erp_core
from erp_core.foundation.database import Database
from erp_core.foundation.errors import (
    BooksBehindMark,
    BooksDamaged,
    BooksExist,
    BooksInUse,
    BooksMissing,
    SchemaChanged,
)

ROOT = Path(__file__).parents[3]


def make(path: Path) -> None:
    erp_core.create(path, company="甲公司", standard="sbe", start="2026-01").close()


def test_books_are_made_once_and_found_again(tmp_path):
    path = tmp_path / "a" / "books.duckdb"
    make(path)
    with pytest.raises(BooksExist):
        make(path)
    with erp_core.open(path) as books:
        assert books.user == "owner"


def test_missing_books_are_not_created_by_opening(tmp_path):
    with pytest.raises(BooksMissing):
        erp_core.open(tmp_path / "none.duckdb")
    assert not (tmp_path / "none.duckdb").exists()


def test_a_text_file_is_not_books(tmp_path):
    path = tmp_path / "books.duckdb"
    path.write_text("这不是账套" * 1000, encoding="utf-8")
    with pytest.raises(BooksDamaged):
        erp_core.open(path)


def test_a_refused_company_leaves_no_file(tmp_path):
    with pytest.raises(erp_core.Refusal):
        erp_core.create(tmp_path / "b.duckdb", company="甲", standard="sbe", start="2026-13")
    assert not (tmp_path / "b.duckdb").exists()


def test_books_held_by_another_program_are_named(tmp_path):
    path = tmp_path / "books.duckdb"
    make(path)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import erp_core,sys; b=erp_core.open({str(path)!r}); print('held', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(BooksInUse):
            erp_core.open(path)
    finally:
        holder.communicate(b"")


def test_lost_acts_are_noticed_by_the_mark_beside_the_file(tmp_path):
    path = tmp_path / "books.duckdb"
    make(path)
    mark = Path(str(path) + ".mark")
    assert json.loads(mark.read_text())["last_act"] >= 1
    mark.write_text(json.dumps({"last_act": 999}))
    with pytest.raises(BooksBehindMark):
        erp_core.open(path)


def test_a_changed_schema_file_is_refused(tmp_path):
    path = tmp_path / "books.duckdb"
    make(path)
    database = Database(path)
    database.root.execute("update main.schema_file set sha256 = 'x' where number = 2")
    database.close()
    with pytest.raises(SchemaChanged):
        erp_core.open(path)


def test_a_killed_program_leaves_whole_acts_only(tmp_path):
    path = tmp_path / "books.duckdb"
    make(path)
    code = f"""
import erp_core, os, signal
b = erp_core.open({str(path)!r})
for n in range(50):
    b.call("masters.department.save", departments=[dict(code=f"D{{n}}", name="部门")], key=f"k{{n}}")
    if n == 20: print(n, flush=True); os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == b"20"
    with erp_core.open(path) as books, books.database.read() as cursor:
        assert cursor.execute("select count(*) from core.department").fetchall() == [(21,)]
        assert cursor.execute("select count(*) from core.act where idempotency_key is not null").fetchall() == [(21,)]
