"""Kills: of the host while clients post, and of a client in the middle of a migration."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from legacy_files import delimited

import erp_core
from tests.benches import kill_host

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_a_killed_host_loses_nothing_acknowledged(place):
    found = kill_host.run(place, rounds=3, seconds=30)
    assert found["wrong"] == []
    assert found["rounds"] >= 1
    assert found["acknowledged"] > 4


@pytest.mark.parametrize("patience", [0.6, 1.6, 2.6])
def test_a_migration_killed_on_its_way_changes_nothing_or_all_of_it(host, tmp_path, patience):
    """Erp migrate load through the host, killed early or late: no row of it is there, or every row is."""
    rows = [["订单编号", "订单日期", "数量", "单价"], *[[f"D{n}", "2025-01-02", n, "3.5"] for n in range(1, 20_001)]]
    orders = delimited(tmp_path / "订单.csv", rows)
    command = [sys.executable, "-m", "erp_core.commands", "migrate", "load", str(orders)]
    child = subprocess.Popen(
        [*command, "--layout", "orders", "--books", str(host.path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(patience)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with erp_core.open(host.path) as books:
        # What had arrived whole before the kill is finished by the host; ask once nothing is being written any more.
        with host.database.write(wait=60, counted=False):
            pass
        there = books.sql("select count(*) as n from rpt.sales_history")["n"][0]
        assert there in (0, 20_000)
        assert books.check()["ok"].all()
    done = subprocess.run(
        [*command, "--layout", "orders", "--books", str(host.path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        host.books.sql("select count(*) as n, count(distinct line) as l from rpt.sales_history").row(0) == (20_000,) * 2
    )
