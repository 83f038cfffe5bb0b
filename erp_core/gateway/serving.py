"""Running a host: the file opened once, the server in a thread, word left beside the books, a graceful end."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import uvicorn

from erp_core.books import Books, default_path
from erp_core.foundation.database import Database
from erp_core.foundation.errors import Refusal
from erp_core.gateway import place
from erp_core.gateway.host import Limits, make_app
from erp_core.gateway.place import HostPlace
from erp_core.masters import company

START_SECONDS, STOP_SECONDS = 30, 600
KEEP_ALIVE_SECONDS = 75


class HostPortTaken(Refusal):
    """Port {port} is in use by another program."""


class HostNotStarted(Refusal):
    """The host did not come up within {seconds} seconds."""


class Host:
    """A host while it runs: `with Host(path) as host: …`; host.address is where it answers, host.place the whole word.

    port 0 takes any free one. Refuses what opening the books refuses, and HostPortTaken.
    """

    def __init__(
        self,
        books_path: str | Path | None = None,
        port: int = 0,
        *,
        bind: str = "127.0.0.1",
        limits: Limits | None = None,
        database: Database | None = None,
    ) -> None:
        self.path = Path(books_path or os.environ.get("ERP_BOOKS") or default_path())
        self._port, self._bind, self._limits = port, bind, limits
        self._given = database
        self._jobs: list[Any] = []

    def start(self) -> Self:
        """Open the books, answer, and leave word beside the file."""
        self._socket = self._bound()
        try:
            self.database = self._given or Database(self.path)
            self.books = Books(self.database, company.OWNER)
        except BaseException:
            self._socket.close()
            raise
        address = f"http://{self._socket.getsockname()[0]}:{self._socket.getsockname()[1]}"
        self.place = HostPlace(address, secrets.token_urlsafe(32), os.getpid())
        self.app = make_app(self.database, local_key=self.place.key, limits=self._limits)
        config = uvicorn.Config(
            self.app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="erp-host", daemon=True)
        self._thread.start()
        self._await_start()
        if not self.database.in_memory:
            place.write(self.path, self.place)
        return self

    @property
    def address(self) -> str:
        """Where the host answers, http://…"""
        return self.place.address

    def beside(self, stop: Callable[[], object]) -> None:
        """Have something that works beside the host, such as a scheduler, stopped with it, before the file closes."""
        self._jobs.append(stop)

    def stop(self) -> None:
        """Take no new work, finish what is running, write everything down, let the file go, and take the word away."""
        self.app.state.desk.closing = True
        place.remove(self.path, self.place)
        for stop in reversed(self._jobs):
            stop()
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self.app.state.desk.close()
        if self._given is None:
            self.database.close()

    def wait(self) -> None:
        """Stay until the server ends."""
        while self._thread.is_alive():
            self._thread.join(1)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _bound(self) -> socket.socket:
        # Named as TCP, since only then asyncio sends small answers at once (otherwise 40 ms each).
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((self._bind, self._port))
        except OSError as problem:
            taken.close()
            raise HostPortTaken(port=self._port) from problem
        return taken

    def _await_start(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                with suppress(Refusal):
                    self.stop()
                raise HostNotStarted(seconds=START_SECONDS)
            time.sleep(0.01)  # not money
