"""Restores: by time, beside or in place of what is there; a flipped byte, a missing block, a path outside are named."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import erp_core
from erp_core.foundation.errors import BooksInUse
from erp_core.operations import manifests
from erp_core.operations.refusals import (
    BackupDamaged,
    BackupMissing,
    BackupsOfMany,
    BackupTooNew,
    BackupUnsafe,
    BlockMissing,
    NoBackupBefore,
    RestoreTargetExists,
    RestoreUnproved,
)
from erp_core.operations.restore import Bringing, restore
from tests.erp_core.operations.conftest import FIRST, SECOND


def tampered(saved, **changes) -> Path:
    """The incremental manifest with other content and a hash of its own that fits, as somebody with intent would do it."""
    place = saved.folder / "backups" / f"{saved.incremental['name']}.json"
    content = {**json.loads(place.read_text()), **changes}
    content.pop("own")
    content["own"] = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    place.write_text(json.dumps(content, ensure_ascii=False))
    return place


def test_a_restored_copy_is_the_books_of_that_moment(saved, tmp_path):
    target = tmp_path / "new" / "back.duckdb"
    done = restore(Bringing(saved.folder, target), now=SECOND)
    assert done["restored"] and done["checks"] >= 24 and done["acts_lost"] is not None
    with erp_core.open(target) as books:
        codes = books.sql("select code from rpt.department order by code")["code"].to_list()
        assert codes == ["D1", "D2"] and books.check()["ok"].all()


def test_a_time_chooses_the_latest_backup_before_it_and_says_what_it_lacks(saved):
    done = restore(Bringing(saved.folder, saved.books, at=SECOND.replace(hour=17), dry_run=True), now=SECOND)
    assert done["backup"] == saved.full["name"] and not done["restored"]
    # D2, and the two acts of the backups themselves, and D3 came after.
    assert done["acts_lost"] == 4


def test_before_the_first_backup_there_is_nothing_to_restore(saved, tmp_path):
    with pytest.raises(NoBackupBefore):
        restore(Bringing(saved.folder, tmp_path / "y", at=FIRST.replace(year=2025)), now=SECOND)


def test_a_dry_run_touches_nothing(saved):
    before = saved.books.read_bytes()
    restore(Bringing(saved.folder, saved.books, dry_run=True), now=SECOND)
    assert saved.books.read_bytes() == before


def test_an_existing_file_is_kept(saved):
    with pytest.raises(RestoreTargetExists):
        restore(Bringing(saved.folder, saved.books), now=SECOND)


def test_replacing_moves_file_log_and_mark_aside(saved):
    Path(f"{saved.books}.wal").write_bytes(b"a log of other books")
    before = saved.books.read_bytes()
    done = restore(Bringing(saved.folder, saved.books, replace=True), now=SECOND)
    assert len(done["aside"]) == 3 and Path(done["aside"][0]).read_bytes() == before
    with erp_core.open(saved.books) as books:
        assert books.check()["ok"].all()


def test_books_that_somebody_holds_are_not_replaced(saved):
    program = "import erp_core, sys; b = erp_core.open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(saved.books)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        with pytest.raises(BooksInUse):
            restore(Bringing(saved.folder, saved.books, replace=True), now=SECOND)
        holder.stdin.close()


def test_a_flipped_byte_is_found_and_its_block_named(saved, tmp_path):
    block = saved.manifest("incremental").blocks[7]
    place = manifests.block_place(saved.folder, "plain", block.holds)
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    with pytest.raises(BackupDamaged, match=block.holds):
        restore(Bringing(saved.folder, tmp_path / "y.duckdb"), now=SECOND)
    assert not list(tmp_path.glob("y*")) and not list(tmp_path.glob(".restoring*"))


def test_a_flipped_byte_in_the_manifest_is_found(saved, tmp_path):
    place = saved.folder / "backups" / f"{saved.incremental['name']}.json"
    place.write_text(place.read_text().replace('"last_act": ', '"last_act": 1'))
    with pytest.raises(BackupDamaged, match="manifest"):
        restore(Bringing(place, tmp_path / "y.duckdb"), now=SECOND)


def test_a_missing_block_is_named(saved, tmp_path):
    block = saved.manifest("incremental").blocks[2]
    manifests.block_place(saved.folder, "plain", block.holds).unlink()
    with pytest.raises(BlockMissing, match=block.holds):
        restore(Bringing(saved.folder, tmp_path / "y.duckdb"), now=SECOND)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../../etc/cron"},
        {"name": "/tmp/x-20260302T180000Z-full"},
        {"store": "../.."},
        {"store": "/etc"},
        {"sha256": "../" * 20 + "etc/passwd"},
        {"blocks": [["../../../../etc/passwd", "0" * 64, 12288]]},
        {"blocks": [["0" * 64, "C:\\windows\\system.ini", 12288]]},
    ],
)
def test_a_manifest_that_names_something_outside_is_not_followed(saved, tmp_path, changes):
    with pytest.raises(BackupUnsafe):
        restore(Bringing(tampered(saved, **changes), tmp_path / "y.duckdb"), now=SECOND)
    assert not (tmp_path / "y.duckdb").exists()


def test_links_are_not_followed(saved, tmp_path):
    block = saved.manifest("incremental").blocks[1]
    place = manifests.block_place(saved.folder, "plain", block.holds)
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    with pytest.raises(BackupUnsafe, match=block.holds):
        restore(Bringing(saved.folder, tmp_path / "y.duckdb"), now=SECOND)


def test_a_folder_of_blocks_that_leads_elsewhere_is_refused(saved, tmp_path):
    (saved.folder / "blocks").rename(tmp_path / "elsewhere")
    (saved.folder / "blocks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BackupUnsafe):
        restore(Bringing(saved.folder, tmp_path / "y.duckdb"), now=SECOND)


def test_a_link_as_target_is_refused(saved, tmp_path):
    (tmp_path / "y.duckdb").symlink_to(tmp_path / "outside.duckdb")
    with pytest.raises(BackupUnsafe):
        restore(Bringing(saved.folder, tmp_path / "y.duckdb", replace=True), now=SECOND)


def test_totals_that_are_not_those_of_the_file_are_found(saved, tmp_path):
    facts = {**saved.manifest("incremental").facts, "debit": "1.00"}
    with pytest.raises(RestoreUnproved, match="debit"):
        restore(Bringing(tampered(saved, facts=facts), tmp_path / "y.duckdb"), now=SECOND)
    assert not (tmp_path / "y.duckdb").exists()


def test_a_backup_of_a_later_version_is_refused(saved, tmp_path):
    with pytest.raises(BackupTooNew):
        restore(Bringing(tampered(saved, schema="9999_later.sql"), tmp_path / "y.duckdb"), now=SECOND)


def test_a_folder_without_backups_says_so(tmp_path):
    with pytest.raises(BackupMissing):
        restore(Bringing(tmp_path, tmp_path / "y.duckdb"), now=SECOND)


def test_two_companies_in_one_folder_must_be_told_apart(saved, tmp_path):
    tampered(saved, books="0" * 64)
    with pytest.raises(BackupsOfMany):
        restore(Bringing(saved.folder, tmp_path / "y.duckdb"), now=SECOND)
