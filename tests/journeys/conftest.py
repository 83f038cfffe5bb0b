"""A served company and a real browser: the system's Chromium, no host but this one."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

import erp_core
from tests.dashboards.small_company import make

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "Wu-Jin-Hang-2026"
PEOPLE = ("owner", "accountant", "clerk", "keeper", "administrator")
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


@dataclass(frozen=True)
class Served:
    """A company that is served: where its screens and its host answer, the command and what it says."""

    address: str
    path: Path
    command: subprocess.Popen
    log: Path


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small company in a file, people with passwords, served by the command; its log must end without a traceback."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("served")
    path, log = folder / "company.duckdb", folder / "log.txt"
    with make(path) as books:
        furnish(books)
    with serve(path, log) as running:
        yield running
    assert "Traceback" not in log.read_text()


@contextmanager
def serve(path: Path, log: Path) -> Iterator[Served]:
    """Run `erp serve` over books until the test is done with it."""
    port = free_port()
    command = [sys.executable, "-c", "from erp_core.commands import main; main()", "serve", "--no-browser"]
    with log.open("w") as out:
        child = subprocess.Popen([*command, "--books", str(path), "--port", str(port)], stdout=out, stderr=out)
    try:
        wait_for(child, f"http://127.0.0.1:{port}")
        yield Served(f"http://127.0.0.1:{port}", path, child, log)
    finally:
        child.terminate()
        child.wait(60)


def furnish(books: erp_core.Books) -> None:
    """Give people passwords, settle them in, and let the clerk see one customer only."""
    books.call("access.user.save", login="clerk", scopes=[{"kind": "party", "value": "C01"}])
    for login in PEOPLE:
        books.as_user(login).call("access.password.set", old_password="", new_password=PASSWORD)
        books.as_user(login).call("access.profile.save", language="zh")


@pytest.fixture(scope="session")
def served(serving: Served) -> str:
    """The address of the screens."""
    return serving.address


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


@pytest.fixture(scope="session")
def passes(served: str, browser: object) -> Callable[[str], dict]:
    """The cookies of a person who signed in once by the form."""
    kept: dict[str, dict] = {}

    def of(login: str) -> dict:
        if login not in kept:
            context = browser.new_context(base_url=served)
            tab = context.new_page()
            sign_in(tab, login)
            kept[login] = context.storage_state()
            context.close()
        return kept[login]

    return of


@pytest.fixture
def visit(served: str, browser: object) -> Iterator[Callable[..., object]]:
    """Open fresh tabs, with the cookies given; none may ask another host or throw a script error."""
    outside, broken, contexts = [], [], []

    def open_tab(cookies: dict | None = None, **options: object) -> object:
        options = {"viewport": {"width": 1440, "height": 900}, "accept_downloads": True, "locale": "zh-CN"} | options
        context = browser.new_context(base_url=served, storage_state=cookies, **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        context.on("page", watch)
        return context.new_page()

    def watch(tab: object) -> None:
        tab.on(
            "request",
            lambda request: None if request.url.startswith((served, "data:", "blob:")) else outside.append(request.url),
        )
        tab.on("pageerror", lambda error: broken.append(str(error)))

    yield open_tab
    for context in contexts:
        context.close()
    assert not outside
    assert not broken


@pytest.fixture
def page(visit: Callable, passes: Callable) -> object:
    """A fresh page of the owner."""
    return visit(passes("owner"))


def sign_in(tab: object, login: str, password: str = "") -> None:
    """Fill in the form of the door."""
    tab.goto("/sign-in")
    tab.fill("input[name=login]", login)
    tab.fill("input[name=password]", password or PASSWORD)
    tab.click("button.main")


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
