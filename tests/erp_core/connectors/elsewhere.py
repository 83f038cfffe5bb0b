"""Another system on this machine: a real HTTP server that answers in JSON, takes messages, and can be down."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Elsewhere:
    """What the other side has, what it was told, and how it behaves."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = []
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}


@contextmanager
def running() -> Iterator[Elsewhere]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            other.asked.append((parts.path, parse_qs(parts.query), dict(self.headers)))
            page = other.pages.get(parts.path)
            body = page if isinstance(page, bytes) else json.dumps(page).encode()
            self.answer(other.status if page is not None else 404, body)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            other.told.append((dict(self.headers), body))
            self.answer(other.status, b"{}")

        def answer(self, status, body):
            self.send_response(status)
            for name, value in other.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    other = Elsewhere(f"http://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield other
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
