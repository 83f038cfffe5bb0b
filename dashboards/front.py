"""The browser's door: Streamlit as an ASGI app with our style, our words and a page that never shows a traceback."""

import gc
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboards.desk import Desk, HostAway, Refused
from dashboards.door import Door
from dashboards.downloads import fetched
from dashboards.gate import Gate

HERE = Path(__file__).parent
ASSETS = {
    "erp.css": "text/css",
    "door.css": "text/css",
    "erp.js": "text/javascript",
    "zh.js": "text/javascript",
    "mark.png": "image/png",
}
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
log = logging.getLogger("dashboards")


def injected(page: bytes) -> bytes:
    """Add our style and scripts to the one HTML page that Streamlit serves, and say which language it opens in."""
    head = b'<link rel="stylesheet" href="/ui/erp.css"><script defer src="/ui/erp.js"></script>'
    head += b'<script defer src="/ui/zh.js"></script>'
    return page.replace(b'<html lang="en">', b'<html lang="zh-CN">', 1).replace(b"</head>", head + b"</head>", 1)


class Inject:
    """Pure ASGI middleware: rewrites HTML answers and passes everything else through untouched."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(("/_stcore/", "/static/", "/media/", "/ui/")):
            await self.app(scope, receive, send)
            return
        plain = [
            pair
            for pair in scope["headers"]
            if pair[0] not in (b"accept-encoding", b"if-none-match", b"if-modified-since")
        ]
        await self.app({**scope, "headers": plain}, receive, _Rewriter(send))


class _Rewriter:
    """Holds back an HTML answer until it is whole, then sends it with our head and its new length."""

    def __init__(self, send: Send) -> None:
        self.send, self.start, self.body = send, None, b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and b"text/html" in dict(message["headers"]).get(
            b"content-type", b""
        ):
            self.start = message
        elif message["type"] == "http.response.body" and self.start is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()
        else:
            await self.send(message)

    async def _finish(self) -> None:
        page = injected(self.body)
        kept = [pair for pair in self.start["headers"] if pair[0] not in (b"content-length", b"etag", b"last-modified")]
        length = (b"content-length", str(len(page)).encode())
        await self.send({**self.start, "headers": [*kept, length, (b"cache-control", b"no-cache")]})
        await self.send({"type": "http.response.body", "body": page})


async def asset(request: Request) -> Response:
    """Serve one of our few static files."""
    name = request.path_params["name"]
    if name not in ASSETS:
        return Response(status_code=404)
    return Response(
        (HERE / "assets" / name).read_bytes(), media_type=ASSETS[name], headers={"cache-control": "no-cache"}
    )


async def healthz(_: Request) -> Response:
    """Say whether the front answers and its host too; nothing about the books."""
    try:
        told = await DESK.ask("/healthz")
    except HostAway:
        told = Refused(503)
    well = not isinstance(told, Refused)
    return JSONResponse({"status": "ok" if well else "host away"}, 200 if well else 503)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Import what is heavy once and keep the garbage collector away from it."""
    from dashboards import app as pages

    # The first grid would import these while somebody waits.
    for heavy in ("pandas", "pyarrow"):
        import_module(heavy)
    gc.collect()
    gc.freeze()
    log.info("ready: %s", pages.__name__)
    yield {"ready": True}
    await DESK.close()


def apologise(error: BaseException) -> bool:
    """Show a sentence with a number to quote; the traceback goes to the log under the same number."""
    from dashboards import widgets

    mark = uuid.uuid4().hex[:8]
    log.error("screen failed [%s]", mark, exc_info=error)
    widgets.sorry(error, mark)
    return True


DESK = Desk()
app = st.App(
    HERE / "app.py",
    lifespan=lifespan,
    routes=[
        Route("/ui/{name}", asset),
        Route("/healthz", healthz),
        Route("/download/{report}.{kind}", fetched(DESK)),
        *Door(DESK).routes(),
    ],
    middleware=[Middleware(Gate, desk=DESK), Middleware(Inject)],
    on_script_error=apologise,
)
