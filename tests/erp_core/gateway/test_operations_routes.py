"""Operations over the wire: backups while people work, folders nobody afar may choose, health, figures, timings."""

import os
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import httpx
import pytest

from erp_core.foundation.errors import NotPermitted
from erp_core.gateway.client import RemoteBooks
from erp_core.gateway.refusals import BodyUnreadable
from erp_core.operations.clock import instant
from erp_core.operations.refusals import BackupFolderClosed
from erp_core.operations.restore import Bringing, restore
from erp_core.operations.timings import TIMINGS


@pytest.fixture
def near(host):
    """A program on the machine of the host, as the owner."""
    with RemoteBooks(host.address, key=host.place.key, user="owner") as books:
        yield books


@pytest.fixture
def afar(near, host):
    """The owner with a token, from anywhere."""
    token = near.call("access.token.issue", name="monitor", days=1)["token"]
    with RemoteBooks(host.address, token=token) as books:
        yield books


def test_erp_backup_works_beside_the_host(host, near, tmp_path):
    command = [sys.executable, "-c", "from erp_core.commands import main; main()", "backup", str(tmp_path / "b")]
    done = subprocess.run(
        [*command, "--books", str(host.path), "--parquet"], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    assert near.report("backups")["verified"].to_list() == [True]
    assert restore(Bringing(tmp_path / "b", tmp_path / "y.duckdb"), now=instant())["restored"]
    assert len(list((tmp_path / "b" / "parquet").glob("*/account.parquet"))) == 1


def test_people_work_on_while_the_host_backs_up(near, tmp_path):
    done = {}
    work = threading.Thread(target=lambda: done.update(near.operate("backup", {"folder": str(tmp_path / "b")})))
    work.start()
    posted = 0
    while work.is_alive():
        posted += 1
        near.call("masters.department.save", departments=[{"code": f"X{posted}", "name": "部"}])
    assert done["verified"] and posted > 3


def test_nobody_afar_writes_where_he_likes(afar, near, tmp_path):
    for folder in (str(tmp_path / "b"), "../../etc", "/etc/cron.d"):
        with pytest.raises(BackupFolderClosed):
            afar.operate("backup", {"folder": folder})
        with pytest.raises(BackupFolderClosed):
            afar.operate("parquet", {"folder": folder})
    asked = {"parameter": "operations.backup_folder", "value": str(tmp_path / "set"), "valid_from": date(2026, 1, 1)}
    near.call("company.parameter.set", **asked, reason="test")
    with pytest.raises(BackupFolderClosed):
        afar.operate("backup", {"folder": str(tmp_path / "set" / ".." / "b")})
    assert Path(afar.operate("backup", {})["manifest"]).is_relative_to(tmp_path / "set")
    assert sorted(place.name for place in tmp_path.iterdir() if place.is_dir()) == ["set"]


def test_who_may_not_is_refused(near, tmp_path):
    clerk = near.as_user("clerk")
    with pytest.raises(NotPermitted):
        clerk.operate("backup", {"folder": str(tmp_path / "b")})
    for wrong in ({"folder": 7}, {"anything": "else"}, {"incremental": "yes"}):
        with pytest.raises(BodyUnreadable):
            near.operate("backup", wrong)
    assert not (tmp_path / "b").exists()


def test_health_and_figures_ask_for_the_area(line, host, near, afar):
    token = afar._credentials["token"]
    assert line.get("/metrics").status_code == line.get("/health").status_code == 401
    mine = {"Authorization": f"Bearer {token}"}
    assert "erp_last_act" in line.get("/metrics", headers=mine).text
    found = line.get("/health", headers=mine).json()
    assert found["healthy"] is True and found["next_period_to_close"] == "2026-01" and "machine" in found
    key = {"X-ERP-Key": host.place.key, "X-ERP-User": "clerk"}
    assert line.get("/metrics", headers=key).status_code == line.get("/health", headers=key).status_code == 403
    causes = line.get("/diagnosis", headers=key).json()
    assert {row["check"] for row in causes["rows"]} >= {"file", "disk", "writer", "rights"}


def test_questions_are_counted_and_names_that_do_not_exist_are_not_kept(near):
    TIMINGS.drain()
    near.report("company_card")
    near.sql("select 1 as one from rpt.company")
    with pytest.raises(Exception, match="no report named"):
        near.report("no_such_report")
    counted = TIMINGS.drain()
    assert counted["report", "company_card"][0] == 1 and counted["sql", ""][0] == 1
    assert all(name != "no_such_report" for _, name in counted)


def test_a_token_that_ended_reads_no_figures(line, host, near):
    issued = near.call("access.token.issue", name="old", days=1)
    near.call("access.token.revoke", pass_id=issued["pass_id"])
    answer = line.get("/metrics", headers={"Authorization": f"Bearer {issued['token']}"})
    assert isinstance(answer, httpx.Response) and answer.status_code == 401
