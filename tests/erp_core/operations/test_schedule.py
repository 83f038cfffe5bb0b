"""The schedule: every job runs, is noted, and one that fails stops no other; backups go where the parameters say."""

from datetime import date
from pathlib import Path

import pytest

import erp_core
from erp_core.foundation.session import business_today
from erp_core.operations import desk, schedule, settings
from erp_core.operations.clock import instant
from erp_core.operations.refusals import BackupFolderClosed
from tests.erp_core.operations.conftest import FIRST


@pytest.fixture
def own(template, tmp_path):
    """Books that this process holds, as the host does."""
    import shutil

    path = tmp_path / "own.duckdb"
    shutil.copy(template, path)
    with erp_core.open(path) as books:
        yield books


def choose(books, **values: object) -> None:
    for name, value in values.items():
        asked = {"parameter": f"operations.{name}", "value": str(value), "valid_from": date(2026, 1, 1)}
        books.call("company.parameter.set", **asked, reason="test")


def test_the_schedule_starts_runs_and_stops(own, tmp_path):
    choose(own, backup_folder=tmp_path / "b", backup_hour=3)
    running = schedule.start(own)
    try:
        hours = {job.id: str(job.trigger) for job in running.scheduler.get_jobs()}
        assert "hour='3'" in hours["backup"] and hours["sample"] == "interval[0:01:00]"
        assert {running.run(name) for name in running.works} == {"done"}
    finally:
        running()
    told = own.report("jobs").sort("job_id")
    assert told["name"].to_list() == ["backup", "check", "sweep", "remind"]
    assert own.report("backups")["verified"].to_list() == [True]
    assert own.sql("select count(distinct metric) as n from rpt.sample")["n"][0] >= 12
    assert (Path(f"{own.path}.logs") / "erp.log").exists()


def test_a_backup_that_cannot_be_made_is_noted_and_the_rest_goes_on(own, tmp_path):
    (tmp_path / "b").write_text("no folder")
    choose(own, backup_folder=tmp_path / "b")
    running = schedule.start(own, log=False)
    try:
        assert running.run("backup") == "refused"
        assert running.run("sample") == "done"
    finally:
        running.stop()
    row = own.report("jobs").row(0, named=True)
    assert row["outcome"] == "refused" and row["detail"].startswith("BackupFolderUnfit")
    assert own.sql("select value from rpt.sample where metric = 'failed_jobs'")["value"][0] == 1


def test_no_folder_no_backup(own):
    running = schedule.start(own, log=False)
    try:
        assert running.run("backup") == "done"
    finally:
        running.stop()
    assert own.report("backups").is_empty()


def test_parameters_have_defaults_and_slips_stop_nothing(own):
    choose(own, keep_daily="many", backup_hour="4")
    chosen = settings.read(own.database, business_today())
    assert chosen.keep.daily == 14 and chosen.number("backup_hour") == 4 and chosen.folder("backup_folder") is None


def test_nobody_afar_says_where_backups_go(own, tmp_path):
    with pytest.raises(BackupFolderClosed):
        desk.backup_from_afar(own.database, own.actor, now=FIRST)
    choose(own, backup_folder=tmp_path / "b")
    with pytest.raises(BackupFolderClosed):
        desk.backup_from_afar(own.database, own.actor, folder=str(tmp_path / "b" / ".." / "etc"), now=FIRST)
    done = desk.backup_from_afar(own.database, own.actor, now=instant())
    assert done["verified"] and Path(done["manifest"]).is_relative_to(tmp_path / "b")
