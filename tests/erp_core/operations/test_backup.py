"""Backups: consistent while the books are written to, stored once, proved, sealed, noted; and what they refuse."""

import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import polars as pl
import pyrage
import pytest

import erp_core
from erp_core.foundation.copying import BooksInMemory
from erp_core.foundation.errors import NotPermitted
from erp_core.operations import manifests
from erp_core.operations.backup import Wish, make
from erp_core.operations.refusals import (
    BackupFolderUnfit,
    BackupUnderWay,
    PassphraseWrong,
    SealKeyInvalid,
)
from erp_core.operations.restore import Bringing, restore
from tests.erp_core.operations.conftest import FIRST, SECOND, spend


def test_an_incremental_backup_stores_only_what_is_new(saved):
    assert saved.full["kind"] == "full" and saved.full["new_blocks"] == saved.full["blocks"] > 40
    assert saved.incremental["kind"] == "incremental"
    assert 0 < saved.incremental["new_blocks"] < saved.incremental["blocks"] // 3


def test_every_backup_is_proved_by_restoring_it(saved):
    for kind in ("full", "incremental"):
        verified = saved.manifest(kind).verified
        assert verified["ok"] and verified["checks"] >= 24 and verified["restore_ms"] > 0


def test_backups_are_noted_in_the_books_and_beside_them(saved):
    with erp_core.open(saved.books) as books:
        told = books.report("backups")
        acts = books.sql("select verb, arguments from rpt.act where starts_with(verb, 'operations.') order by act_id")
    assert told["verified"].to_list() == [True, True] and set(told["kind"]) == {"full", "incremental"}
    assert acts["verb"].to_list() == ["operations.backup.make"] * 2
    beside = json.loads(Path(f"{saved.books}.backups").read_text())
    assert beside[-1]["backup"].endswith(f"{saved.incremental['name']}.json")


def test_the_first_backup_of_a_folder_is_full_whatever_was_asked(books, tmp_path):
    assert make(books.database, books.actor, Wish(tmp_path / "b", incremental=True), now=FIRST)["kind"] == "full"


def test_writers_go_on_while_the_file_is_copied_and_the_copy_is_of_one_moment(books, tmp_path):
    stop, written = threading.Event(), []

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            spend(books, f"X{number}")
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = make(books.database, books.actor, Wish(tmp_path / "b"), now=FIRST)
    finally:
        stop.set()
        writer.join()
    assert done["verified"] and len(written) > 5
    back = restore(Bringing(tmp_path / "b", tmp_path / "back.duckdb"), now=SECOND)
    with erp_core.open(tmp_path / "back.duckdb") as found:
        count = found.sql("select count(*) as n from rpt.department where starts_with(code, 'X')")["n"][0]
        last = found.sql("select max(act_id) as n from rpt.act")["n"][0]
    assert count < len(written) and last == back["last_act"]


def test_a_full_backup_mends_a_block_that_was_damaged(saved):
    block = saved.manifest("full").blocks[3]
    place = manifests.block_place(saved.folder, "plain", block.holds)
    place.write_bytes(b"spoilt")
    with erp_core.open(saved.books) as books:
        done = make(books.database, books.actor, Wish(saved.folder), now=SECOND + timedelta(days=1))
    assert done["mended"] == 1 and done["verified"]
    assert restore(Bringing(saved.folder, saved.folder / "x", at=FIRST, dry_run=True), now=SECOND)["checks"] >= 24


def test_the_second_place_can_be_restored_from_alone(saved_once, tmp_path):
    done = restore(Bringing(saved_once.folder.parent / "second", tmp_path / "back.duckdb"), now=SECOND)
    assert done["restored"] and done["backup"] == saved_once.incremental["name"]


def test_a_sealed_backup_shows_nothing_and_opens_with_the_passphrase_only(books, tmp_path):
    folder = tmp_path / "b"
    done = make(books.database, books.actor, Wish(folder, passphrase="correct horse"), now=FIRST)
    everything = b"".join(place.read_bytes() for place in folder.rglob("*") if place.is_file())
    for word in ("长沙测试五金", "correct horse", "AGE-SECRET"):
        assert word.encode() not in everything
    with pytest.raises(PassphraseWrong):
        restore(Bringing(folder, tmp_path / "y.duckdb", passphrase="wrong horse"), now=SECOND)
    assert not (tmp_path / "y.duckdb").exists()
    back = restore(Bringing(folder, tmp_path / "y.duckdb", passphrase="correct horse"), now=SECOND)
    assert back["backup"] == done["name"]
    with books.database.read() as cursor:
        arguments = cursor.execute("select string_agg(arguments || result) from core.act").fetchall()[0][0]
    assert "correct horse" not in arguments


def test_a_backup_for_a_recipient_needs_no_secret_to_be_made_and_proved(books, tmp_path):
    identity = pyrage.x25519.Identity.generate()
    wish = Wish(tmp_path / "b", recipient=str(identity.to_public()))
    assert make(books.database, books.actor, wish, now=FIRST)["verified"]
    assert not list((tmp_path / "b").glob(".twin*"))
    back = restore(Bringing(tmp_path / "b", tmp_path / "y.duckdb", identity=str(identity)), now=SECOND)
    assert back["restored"]


def test_what_is_no_key_is_refused(books, tmp_path):
    with pytest.raises(SealKeyInvalid):
        make(books.database, books.actor, Wish(tmp_path / "b", recipient="age1nonsense"), now=FIRST)


def test_only_who_may_back_up_can(books, tmp_path):
    clerk = books.as_user("clerk")
    with pytest.raises(NotPermitted):
        make(clerk.database, clerk.actor, Wish(tmp_path / "b"), now=FIRST)
    assert not (tmp_path / "b").exists()


def test_two_backups_into_one_folder_wait_for_each_other(books, tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / ".busy").write_text(str(os.getppid()))
    with pytest.raises(BackupUnderWay):
        make(books.database, books.actor, Wish(tmp_path / "b"), now=FIRST)


def test_a_backup_that_was_killed_does_not_bar_the_next(books, tmp_path):
    (tmp_path / "b" / ".scratch-old").mkdir(parents=True)
    (tmp_path / "b" / ".busy").write_text("4194303")
    assert make(books.database, books.actor, Wish(tmp_path / "b"), now=FIRST)["verified"]
    assert not list((tmp_path / "b").glob(".scratch*"))


def test_a_place_that_is_no_folder_is_refused(books, tmp_path):
    (tmp_path / "b").write_text("a file")
    with pytest.raises(BackupFolderUnfit):
        make(books.database, books.actor, Wish(tmp_path / "b"), now=FIRST)


def test_books_in_memory_have_nothing_to_copy(tmp_path):
    with (
        erp_core.create(":memory:", company="甲", standard="sbe", start="2026-01") as books,
        pytest.raises(BooksInMemory),
    ):
        make(books.database, books.actor, Wish(tmp_path), now=FIRST)


def test_after_a_backup_the_log_is_written_down_again_as_before(books, tmp_path):
    make(books.database, books.actor, Wish(tmp_path / "b"), now=FIRST)
    with books.database.read() as cursor:
        assert cursor.execute("select current_setting('wal_autocheckpoint')").fetchall() == [("16.0 MiB",)]
    assert isinstance(books.check(), pl.DataFrame)
