"""Retention: which backups stay, and that no block of theirs is ever removed; the second place proved by hash."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import erp_core
from erp_core.operations import manifests, retention
from erp_core.operations.backup import Wish, make
from erp_core.operations.refusals import BackupFolderUnfit
from erp_core.operations.restore import Bringing, restore
from erp_core.operations.retention import Keep, kept
from erp_core.operations.second import carry
from tests.erp_core.operations.conftest import FIRST, SECOND, spend

START = datetime(2026, 1, 1, 18)  # noqa: DTZ001


def daily(saved, days: int, *, ok: bool = True) -> list[manifests.Manifest]:
    one = replace(saved.manifest("full"), verified={"ok": ok})
    made = []
    for day in range(days):
        at = START + timedelta(days=day)
        made.append(replace(one, name=f"books-{at:%Y%m%dT%H%M%S}Z-full", made_at=at.isoformat()))
    return made


def test_the_latest_of_days_weeks_and_months_stay(saved_once):
    found = daily(saved_once, 100)
    names = kept(found, Keep(daily=3, weekly=2, monthly=2))
    # 18:00 UTC is the next day in the books: the last backup is of 2026-04-11, a Saturday.
    days = sorted(name[6:14] for name in names)
    assert days == ["20260330", "20260404", "20260408", "20260409", "20260410"]


def test_the_very_latest_stays_whatever_is_asked(saved_once):
    found = daily(saved_once, 5)
    assert kept(found, Keep(0, 0, 0)) == {found[-1].name}


def test_a_proved_backup_is_preferred_to_a_later_one_of_the_day(saved_once):
    good = daily(saved_once, 1)[0]
    later = replace(good, name="books-20260101T190000Z-full", made_at="2026-01-01T19:00:00", verified={"ok": False})
    next_day = replace(good, name="books-20260103T190000Z-full", made_at="2026-01-03T19:00:00")
    assert kept([good, later, next_day], Keep(2, 0, 0)) == {good.name, next_day.name}


def test_backups_of_other_books_are_counted_apart(saved_once):
    mine = daily(saved_once, 2)
    theirs = [replace(manifest, books="1" * 64, name=f"x{manifest.name}") for manifest in mine]
    assert kept([*mine, *theirs], Keep(1, 0, 0)) == {mine[-1].name, theirs[-1].name}


def test_sweeping_removes_what_nothing_names_and_nothing_else(saved):
    stored = len(list(saved.folder.glob("blocks/*/*/*")))
    gone = retention.sweep(saved.folder, Keep(1, 0, 0))
    assert gone == [saved.full["name"]]
    left = {place.name for place in saved.folder.glob("blocks/*/*/*")}
    assert left == {block.holds for block in saved.manifest("incremental").blocks} and len(left) < stored
    assert restore(Bringing(saved.folder, saved.folder / "x", dry_run=True), now=SECOND)["checks"] >= 24


def test_an_unreadable_manifest_keeps_every_block(saved):
    (saved.folder / "backups" / "books-20200101T000000Z-full.json").write_text("{")
    stored = len(list(saved.folder.glob("blocks/*/*/*")))
    retention.sweep(saved.folder, Keep(1, 0, 0))
    assert len(list(saved.folder.glob("blocks/*/*/*"))) == stored


def test_a_backup_sweeps_when_asked_to(saved):
    with erp_core.open(saved.books) as books:
        spend(books, "D8")
        wish = Wish(saved.folder, incremental=True, keep=Keep(1, 0, 0))
        done = make(books.database, books.actor, wish, now=SECOND + timedelta(days=1))
    assert done["removed"] == [saved.full["name"], saved.incremental["name"]]
    assert [manifest.name for manifest in manifests.every(saved.folder)] == [done["name"]]


def test_the_second_place_gets_only_what_it_lacks_and_mends_what_is_spoilt(saved, tmp_path):
    second = tmp_path / "second"
    carry(saved.folder, second, saved.manifest("full"))
    block = saved.manifest("full").blocks[4]
    place = manifests.block_place(second, "plain", block.holds)
    place.write_bytes(b"spoilt")
    untouched = manifests.block_place(second, "plain", saved.manifest("full").blocks[5].holds).stat().st_mtime_ns
    carry(saved.folder, second, saved.manifest("incremental"))
    carry(saved.folder, second, saved.manifest("full"))
    assert (
        manifests.block_place(second, "plain", saved.manifest("full").blocks[5].holds).stat().st_mtime_ns == untouched
    )
    assert restore(Bringing(second, tmp_path / "y.duckdb", at=FIRST), now=SECOND)["restored"]


def test_the_second_place_is_another_place(saved):
    with pytest.raises(BackupFolderUnfit):
        carry(saved.folder, saved.folder, saved.manifest("full"))
