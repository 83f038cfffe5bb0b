"""A served company and a real browser: the system's Chromium, no host but this one."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from dashboards import commands
from tests.dashboards.small_company import make

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of dashboards over a small company in a file; the log must end without a traceback."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("served")
    make(folder / "company.duckdb").close()
    port, log = free_port(), folder / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", str(commands.FRONT), "--server.port", str(port)]
    environment = {**os.environ, "ERP_BOOKS": str(folder / "company.duckdb")}
    with log.open("w") as out:
        child = subprocess.Popen([*command, "--server.address", "127.0.0.1"], env=environment, stdout=out, stderr=out)
    try:
        wait_for(child, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(20)
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One browser for all journeys."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as engine:
        opened = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(served: str, browser) -> Iterator[object]:
    """A fresh page; it may ask no other host and throw no script error."""
    context = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(60_000)
    tab, outside, broken = context.new_page(), [], []
    tab.on(
        "request",
        lambda request: None if request.url.startswith((served, "data:", "blob:")) else outside.append(request.url),
    )
    tab.on("pageerror", lambda error: broken.append(str(error)))
    yield tab
    context.close()
    assert not outside
    assert not broken


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(child: subprocess.Popen, address: str, seconds: float = 120) -> None:
    """Wait until the served books answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert child.poll() is None, "the server ended"
        try:
            with urlopen(f"{address}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    raise AssertionError("the server does not answer")
