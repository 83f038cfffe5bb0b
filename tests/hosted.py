"""Books behind a host for tests: one server for the whole run, every set of books under a path of its own."""

from __future__ import annotations

import itertools
import secrets
import socket
import threading
import time
from typing import Any

import httpx
import uvicorn

from erp_core.foundation.database import Database
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import load_actor
from erp_core.gateway.client import RemoteBooks
from erp_core.gateway.host import make_app


class HostedBooks(RemoteBooks):
    """What a client has, and the file behind it, since tests look inside."""

    database: Database

    @property
    def actor(self) -> Actor:
        return load_actor(self.database, self.user)

    def as_user(self, login: str) -> HostedBooks:
        other = super().as_user(login)
        other.__class__ = HostedBooks
        other.database = self.database
        return other

    def close(self) -> None:
        super().close()


class Switchboard:
    """One server; the first part of a path says which books are meant."""

    def __init__(self) -> None:
        self._apps: dict[str, Any] = {}
        self._numbers = itertools.count(1)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self._app, log_config=None, access_log=False, ws="none", lifespan="off", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        self.line = httpx.Client(trust_env=False)
        while not self._server.started:
            time.sleep(0.005)

    async def _app(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        number, _, rest = scope["path"].lstrip("/").partition("/")
        await self._apps[number]({**scope, "path": "/" + rest, "raw_path": b"/" + rest.encode()}, receive, send)

    def serve(self, database: Database, user: str = "owner") -> HostedBooks:
        """Books behind the host, as this user."""
        number, key = f"b{next(self._numbers)}", secrets.token_hex(8)
        self._apps[number] = make_app(database, local_key=key)
        books = HostedBooks(
            f"{self.address}/{number}", key=key, user=user, path=database.path, line=self.line
        ).greeted()
        books.database = database
        books.number = number
        return books

    def drop(self, books: HostedBooks) -> None:
        """End the books behind one path."""
        self._apps.pop(books.number).state.desk.close()

    def stop(self) -> None:
        """End the server."""
        self.line.close()
        self._server.should_exit = True
        self._thread.join(10)
