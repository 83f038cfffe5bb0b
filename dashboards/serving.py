"""A host in this process and the front as its child: started together, the front again when it dies, ended together."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console

from dashboards import i18n
from erp_core.access import settings
from erp_core.books import Books
from erp_core.foundation.session import business_today
from erp_core.gateway.serving import Host
from erp_core.masters import company
from erp_core.operations import schedule

FRONT = Path(__file__).with_name("front.py")
START_SECONDS, STOP_SECONDS = 90, 10
# A front that lived this long was well: the next fall begins with a short pause again.
WELL_SECONDS = 60
PAUSE_FIRST, PAUSE_MOST = 1.0, 30.0
FALLS_MOST = 8


def run(path: Path, port: int, *, address: str, browser: bool, headless: bool) -> int:
    """Serve books until the command is ended; returns the exit code. Refuses what opening the books refuses."""
    with _ended_by_signals() as ended, Host(path) as host:
        # Backups, samples and letters keep their own time for as long as the host runs.
        host.beside(schedule.start(host.books).stop)
        say("serve.host", "dim", address=host.address, path=path)
        if headless:
            say("serve.headless", "green")
            ended.wait()
            return 0
        front = Front(host, port, address, ended)
        return front.watch(browser=browser)


class Front:
    """The Streamlit front as a child process: a client of the host that holds no key of its own."""

    def __init__(self, host: Host, port: int, address: str, ended: Event) -> None:
        self.host, self.port, self.address, self.ended = host, port, address, ended
        self.child: subprocess.Popen | None = None

    @property
    def here(self) -> str:
        """Where a browser on this machine finds the screens."""
        return f"http://localhost:{self.port}"

    def watch(self, *, browser: bool) -> int:
        """Start the front and stay beside it; one that dies is started again after a pause, longer each time."""
        pause, falls, greeted = PAUSE_FIRST, 0, False
        try:
            while not self.ended.is_set():
                began = time.monotonic()
                self.start()
                if self._answers():
                    greeted = greeted or self._greet(browser)
                    self._stay()
                if self.ended.is_set():
                    break
                well = time.monotonic() - began > WELL_SECONDS
                pause, falls = (PAUSE_FIRST, 1) if well else (min(pause * 2, PAUSE_MOST), falls + 1)
                if falls >= FALLS_MOST or (falls > 1 and not greeted):
                    say("serve.failed", "red")
                    return 1
                say("serve.again", "yellow", code=self.child.poll(), seconds=f"{pause:.0f}")
                self.ended.wait(pause)
        finally:
            self.stop()
        return 0

    def start(self) -> None:
        """Start the child; it is told where the host answers and nothing that would open it."""
        command = [sys.executable, "-m", "streamlit", "run", str(FRONT)]
        command += ["--server.port", str(self.port), "--server.address", self.address]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ERP_") or name == "ERP_LOG"}
        kept |= {"ERP_HOST": self.host.address, "ERP_DEMO": json.dumps(demo_people(self.host.books))}
        # A group of its own: Ctrl+C reaches this command only, which then ends the child after the last answer.
        self.child = subprocess.Popen(command, env=kept, stdout=subprocess.DEVNULL, start_new_session=True)

    def stop(self) -> None:
        """End the child, politely first."""
        if self.child is None or self.child.poll() is not None:
            return
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def _stay(self) -> None:
        while not self.ended.is_set() and self.child.poll() is None:
            self.ended.wait(0.2)

    def _greet(self, browser: bool) -> bool:
        ticket = first_ticket(self.host.books)
        link = f"{self.here}/auth/enter?ticket={ticket}" if ticket else self.here
        say("serve.ready", "green", address=self.here)
        if self.address not in ("127.0.0.1", "localhost"):
            say("serve.network", "yellow", address=self.address, port=self.port)
        if ticket:
            say("serve.first", "green", link=link)
        if browser:
            webbrowser.open(link)
        return True

    def _answers(self) -> bool:
        end = time.monotonic() + START_SECONDS
        at = "127.0.0.1" if self.address == "0.0.0.0" else self.address  # noqa: S104 - a name for all of them
        while time.monotonic() < end and self.child.poll() is None and not self.ended.is_set():
            try:
                with urlopen(f"http://{at}:{self.port}/healthz", timeout=5) as answer:
                    return answer.status == 200
            except (URLError, OSError):
                self.ended.wait(0.2)
        return False


def demo_people(books: Books) -> list[dict]:
    """Return the users of a demo company, one button each on the sign-in page; nobody when the door is not open."""
    with books.database.read() as cursor:
        opened = settings.read(cursor, business_today()).values["access.open_door"]
    if opened != "demo":
        return []
    people = books.report("access_users").filter("active").select("login", "name", "roles").to_dicts()
    return sorted(people, key=lambda one: one["login"] != company.OWNER)


def first_ticket(books: Books) -> str:
    """Return a one-use ticket for the owner of books in which nobody has a password yet, else nothing."""
    if books.report("access_users")["password"].any() or demo_people(books):
        return ""
    return books.call("access.ticket.issue", login=company.OWNER)["ticket"]


def free(address: str, port: int) -> bool:
    """Tell whether a port can be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def say(key: str, style: str, **facts: object) -> None:
    """Say something at the terminal, in Chinese and beside it in English."""
    for language in i18n.LANGUAGES:
        Console().print(i18n.t(key, language, **facts), style=style, soft_wrap=True, highlight=False, markup=False)


@contextmanager
def _ended_by_signals() -> Iterator[Event]:
    ended = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, former in before.items():
            signal.signal(number, former)
