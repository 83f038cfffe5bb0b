"""A front without screens over a real host: the gate, the door and downloads, with a page and a websocket behind them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient

from dashboards.desk import Desk
from dashboards.door import Door
from dashboards.downloads import fetched
from dashboards.gate import Gate

SITE = "http://testserver"
# Nobody may choose a password a second time.
PASSWORDS = (f"Zhang-San-{number}" for number in count(2026))


async def page(request) -> HTMLResponse:
    return HTMLResponse(f"<h1>inside {request.url.path}</h1>")


async def stream(websocket) -> None:
    await websocket.accept()
    await websocket.send_text("inside")
    await websocket.close()


def front(desk: Desk) -> Starlette:
    routes = [
        Route("/download/{report}.{kind}", fetched(desk)),
        *Door(desk).routes(),
        WebSocketRoute("/_stcore/stream", stream),
        Route("/{path:path}", page, methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Gate, desk=desk)])


@contextmanager
def visiting(address: str) -> Iterator[TestClient]:
    """A browser in front of the door: it accepts pages, follows no redirect, and says from which site it sends."""
    headers = {"accept": "text/html", "origin": SITE, "accept-language": "zh-CN"}
    with TestClient(front(Desk(address)), base_url=SITE, headers=headers, follow_redirects=False) as client:
        yield client


def send(client: TestClient, path: str, **fields: str):
    """Fill in a form as it was shown."""
    shown = client.get(path.partition("?")[0], params=fields if path.endswith("?") else None)
    token = re.search(r'name="form_token" value="(\w+)"', shown.text)
    data = {"form_token": token.group(1) if token else "", **fields}
    return client.post(path.partition("?")[0], data=data)


def enter(client: TestClient, host, login: str) -> str:
    """Enter by a one-use link, choose a password, and return it; the browser keeps it in mind too."""
    ticket = host.books.call("access.password.issue", login=login)["ticket"]
    assert send(client, "/auth/enter", ticket=ticket).headers["location"].startswith("/auth/password")
    client.password = next(PASSWORDS)
    chosen = send(client, "/auth/password", old_password="", new_password=client.password, again=client.password)
    assert chosen.status_code == 303, chosen.text
    return client.password
