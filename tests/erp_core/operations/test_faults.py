"""Disk and file at fault: a full disk, a damaged header, a damaged or missing log are told in words with the way back."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import erp_core
from erp_core.foundation.errors import BooksBehindMark, BooksDamaged, DiskFull, Refusal
from erp_core.foundation.words import refusal_text
from erp_core.operations.backup import Wish, make
from erp_core.operations.refusals import BackupFolderUnfit
from erp_core.operations.restore import Bringing, restore
from tests.erp_core.operations.conftest import FIRST, SECOND, spend

MB = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 40 MB; mounting one is left to the administrator of the machine."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(place)]
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("needs the right to mount a tmpfs")
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, leave: int = 0) -> Path:
    place = disk / "filler"
    with place.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 65536)
            file.flush()
    if leave:
        os.truncate(place, place.stat().st_size - leave)
    return place


def many(count: int) -> list[dict]:
    return [{"code": f"F{n}", "name": f"部门{n}" + "长" * 200} for n in range(count)]


def test_a_full_disk_is_told_and_nothing_confirmed_is_lost(template, small_disk):
    path = small_disk / "books.duckdb"
    shutil.copy(template, path)
    with erp_core.open(path) as books:
        spend(books, "D2")
        filler = fill(small_disk, leave=256 * 1024)
        confirmed = 0
        with pytest.raises(DiskFull) as refused:
            for step in range(400):
                books.call("masters.department.save", departments=[{**row, "code": f"S{step}"} for row in many(1)])
                confirmed += 1
        assert "磁盘已满" in refusal_text(refused.value, "zh")[0]
        # The same open books read on, and write again as soon as there is room.
        seen = books.sql("select count(*) as n from rpt.department where starts_with(code, 'S')")["n"][0]
        assert seen == confirmed
        with pytest.raises(DiskFull):
            for step in range(400):
                books.call("masters.department.save", departments=[{**row, "code": f"T{step}"} for row in many(1)])
        filler.unlink()
        spend(books, "D3")
        assert books.check()["ok"].all()
    with erp_core.open(path) as books:
        codes = set(books.sql("select code from rpt.department")["code"])
    assert {"D2", "D3"} <= codes and sum(code.startswith("S") for code in codes) == confirmed


def test_a_backup_to_a_full_disk_is_refused_and_leaves_the_earlier_ones(books, small_disk):
    make(books.database, books.actor, Wish(small_disk / "b"), now=FIRST)
    filler = fill(small_disk)
    spend(books, "D2")
    with pytest.raises((DiskFull, BackupFolderUnfit)):
        make(books.database, books.actor, Wish(small_disk / "b"), now=SECOND)
    filler.unlink()
    assert restore(Bringing(small_disk / "b", small_disk / "back.duckdb", dry_run=True), now=SECOND)["checks"] >= 24


def test_a_restore_to_a_full_disk_is_refused_and_leaves_nothing(saved_once, small_disk):
    fill(small_disk, leave=2 * MB)
    with pytest.raises(DiskFull):
        restore(Bringing(saved_once.folder, small_disk / "y.duckdb"), now=SECOND)
    assert [place.name for place in small_disk.iterdir()] == ["filler"]


@pytest.mark.parametrize(
    ("what", "spoil"),
    [
        ("the sign of the engine", lambda content: content.__setitem__(slice(8, 12), b"NOPE")),
        ("both headers", lambda content: content.__setitem__(slice(4096, 12288), b"\xff" * 8192)),
        ("one byte of the first header", lambda content: content.__setitem__(4096 + 20, content[4096 + 20] ^ 1)),
        ("cut in half", lambda content: content.__delitem__(slice(len(content) // 2, len(content)))),
        ("empty", lambda content: content.__delitem__(slice(100, len(content)))),
    ],
)
def test_a_damaged_file_is_refused_with_the_way_to_restore(saved, what, spoil):
    # The backups noted beside the books are those of the shared folder; they are read, not written.
    content = bytearray(saved.books.read_bytes())
    spoil(content)
    saved.books.write_bytes(content)
    with pytest.raises(Refusal) as refused, erp_core.open(saved.books) as books:
        books.check()
    assert isinstance(refused.value, BooksDamaged), what
    backup = json.loads(Path(f"{saved.books}.backups").read_text())[-1]["backup"]
    for language in ("zh", "en"):
        _, fix = refusal_text(refused.value, language)
        assert f"erp restore {backup} --books {saved.books} --replace" in fix
    assert restore(Bringing(Path(backup), saved.books, replace=True), now=SECOND)["restored"]
    with erp_core.open(saved.books) as books:
        assert books.check()["ok"].all()


def test_a_block_damaged_in_the_middle_is_met_when_it_is_read(saved):
    content = bytearray(saved.books.read_bytes())
    for place in range(12288 + 100, len(content), 262144):
        content[place : place + 8] = b"\x55" * 8
    saved.books.write_bytes(content)
    with pytest.raises(BooksDamaged), erp_core.open(saved.books) as books:
        books.check()
        books.sql("select * from rpt.act")


KILLED = """
import os, sys, erp_core
books = erp_core.open(sys.argv[1])
for n in range(40):
    books.call("masters.department.save", departments=[{"code": f"K{n}", "name": "x" * 500}])
os._exit(9)
"""


@pytest.fixture
def killed(template, tmp_path) -> Path:
    """Books whose program died with forty acts in the log only."""
    path = tmp_path / "books.duckdb"
    shutil.copy(template, path)
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
    assert Path(f"{path}.wal").stat().st_size > 10_000
    return path


def test_an_undamaged_log_is_played_back(killed):
    with erp_core.open(killed) as books:
        assert books.sql("select count(*) as n from rpt.department where starts_with(code, 'K')")["n"][0] == 40


@pytest.mark.parametrize("where", [0.0, 0.02, 0.3, 0.6])
def test_a_flipped_byte_in_the_log_is_refused(killed, where):
    place = Path(f"{killed}.wal")
    content = bytearray(place.read_bytes())
    content[int(len(content) * where) + 9] ^= 0x40
    place.write_bytes(content)
    with pytest.raises((BooksDamaged, BooksBehindMark)) as refused:
        erp_core.open(killed)
    assert "erp restore" in refusal_text(refused.value, "en")[1]


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.9])
def test_a_log_that_is_cut_or_gone_does_not_pass_for_the_whole(killed, kept):
    place = Path(f"{killed}.wal")
    content = place.read_bytes()
    place.write_bytes(content[: int(len(content) * kept)])
    if not kept:
        place.unlink()
    with pytest.raises((BooksDamaged, BooksBehindMark)):
        erp_core.open(killed)
