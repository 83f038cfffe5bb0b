"""The command that serves: it starts a dead front again, says who serves already, and lets the file go at its end."""

import os
import signal
import subprocess
import sys
import time
from urllib.request import urlopen

import psutil
import pytest

import erp_core
from tests.journeys.conftest import serve, wait_for

pytestmark = pytest.mark.browser
ERP = [sys.executable, "-c", "from erp_core.commands import main; main()"]


def fronts(command: subprocess.Popen) -> list[psutil.Process]:
    """The children of the command that run screens."""
    return [child for child in psutil.Process(command.pid).children() if "streamlit" in " ".join(child.cmdline())]


@pytest.fixture(scope="module")
def new_books(tmp_path_factory):
    path = tmp_path_factory.mktemp("new") / "books.duckdb"
    erp_core.create(path, company="甲", start="2026-01").close()
    return path


def test_a_killed_front_is_started_again_and_the_books_never_noticed(new_books, tmp_path):
    with serve(new_books, tmp_path / "log.txt") as running:
        host = erp_core.open(new_books)
        acts = "select count(*) as n from rpt.act"
        before = host.sql(acts)["n"][0]
        (front,) = fronts(running.command)
        os.kill(front.pid, signal.SIGKILL)
        front.wait(10)
        # Not the version: the clock of the host may take a sample meanwhile.
        assert host.sql(acts)["n"][0] == before, "the host answers while the screens are away"
        end = time.monotonic() + 60
        while not fronts(running.command) and time.monotonic() < end:
            time.sleep(0.2)
        wait_for(running.command, running.address)
        assert fronts(running.command)[0].pid != front.pid
        host.close()
        assert "重新启动" in running.log.read_text()


def test_nobody_has_a_password_yet_so_the_owner_gets_a_link_and_a_second_serve_says_where(new_books, tmp_path):
    with serve(new_books, tmp_path / "log.txt") as running:
        end = time.monotonic() + 30
        while "ticket=" not in running.log.read_text() and time.monotonic() < end:
            time.sleep(0.1)
        assert "/auth/enter?ticket=" in running.log.read_text()
        again = subprocess.run(
            [*ERP, "serve", "--no-browser", "--books", str(new_books)],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert again.returncode != 0
        assert "127.0.0.1" in again.stdout + again.stderr
        assert str(running.command.pid) in again.stdout + again.stderr


def test_the_end_of_the_command_ends_the_front_and_lets_the_file_go(new_books, tmp_path):
    with serve(new_books, tmp_path / "log.txt") as running:
        (front,) = fronts(running.command)
        address = running.address
    assert running.command.returncode == 0
    assert not front.is_running()
    assert not new_books.with_name("books.duckdb.host").exists()
    with pytest.raises(OSError):
        urlopen(f"{address}/healthz", timeout=5)
    erp_core.open(new_books).close()
