"""The host: one program holds the file and answers verbs, reports and guarded SQL to everybody else over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from erp_core.books import Books
from erp_core.foundation.database import Database
from erp_core.foundation.errors import Refusal
from erp_core.gateway import answers, visitors, wire
from erp_core.gateway.branches import Branches
from erp_core.gateway.refusals import BodyTooLarge, BodyUnreadable, HostStopping, PasswordDue, PlaceUnknown
from erp_core.gateway.visitors import Caller, Readers

MB = 1_048_576


@dataclass(frozen=True)
class Limits:
    """What one host bears at a time."""

    json_mb: int = 1
    parts_mb: int = 512
    readers: int = 8
    acts: int = 16
    branches: int = 4
    branch_idle_minutes: int = 30


@dataclass
class Desk:
    """What every route needs: the open file, the key of this machine, who is known, and whether work is still taken."""

    database: Database
    local_key: str
    limits: Limits
    readers: Readers
    branches: Branches
    closing: bool = False
    lanes: dict[str, ThreadPoolExecutor] = field(default_factory=dict)

    def lane(self, name: str) -> ThreadPoolExecutor:
        """The queue of a kind of work, so that acts waiting for the writer never keep readers from their answers."""
        if name not in self.lanes:
            sizes = {"read": self.limits.readers, "act": self.limits.acts}
            self.lanes[name] = ThreadPoolExecutor(sizes.get(name, 16), thread_name_prefix=f"erp-{name}")
        return self.lanes[name]

    def refuse_late(self) -> None:
        """Refuse work that comes after the end has begun."""
        if self.closing:
            raise HostStopping

    def close(self) -> None:
        """Throw the branches away and let the threads go."""
        self.branches.sweep(everything=True)
        for lane in self.lanes.values():
            lane.shutdown()


@dataclass(frozen=True)
class Asked:
    """One request with everything known about it: who asks, the books in that person's hands, what was sent."""

    desk: Desk
    request: Request
    given: Any
    caller: Caller | None = None
    books: Books | None = None

    @property
    def name(self) -> str:
        """The name in the path."""
        return self.request.path_params.get("name", "")

    @property
    def plain(self) -> bool:
        """Whether it came as plain JSON, in which dates and amounts are text."""
        return not self.request.headers.get("content-type", "").startswith(wire.PARTS)

    def fields(self) -> dict[str, Any]:
        """What was sent as named values; refuses anything else."""
        given = {} if self.given is None else self.given
        if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
            raise BodyUnreadable(problem="it holds no named values")
        return given


Work = Callable[[Asked], Any]


@dataclass(frozen=True)
class Route:
    """One way in: method, path, what is done, in which lane, who may: 'user', 'settled' (password chosen), 'all'."""

    method: str
    path: str
    work: Work
    lane: str = "read"
    door: str = "settled"


def make_app(database: Database, *, local_key: str, limits: Limits | None = None) -> FastAPI:
    """The app of one open file; app.state.desk is its state. Routes come from the modules beside this one."""
    from erp_core.gateway import described, routes

    limits = limits or Limits()
    app = FastAPI(title="Notebook ERP", docs_url=None, redoc_url=None, openapi_url=None)
    desk = Desk(database, local_key, limits, Readers(database), Branches(limits.branches, limits.branch_idle_minutes))
    app.state.desk = desk
    for route in described.all_routes():
        # Plain routes: body and refusals are read and worded here, so there is nothing for FastAPI to analyse.
        app.add_route(route.path, _endpoint(desk, route), methods=[route.method])
    for route in routes.ROUTES:
        if route.door != "all":
            path = "/branches/{branch}" + route.path
            app.add_route(path, _endpoint(desk, route), methods=[route.method])
    app.add_route("/openapi.json", described.endpoint(desk), methods=["GET"])
    app.add_exception_handler(404, _nowhere)
    app.add_exception_handler(405, _nowhere)
    return app


async def _nowhere(request: Request, _: Exception) -> Response:
    return answers.refused(PlaceUnknown(place=f"{request.method} {request.url.path[:200]}"))


def _endpoint(desk: Desk, route: Route) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            visitors.refuse_foreign_origin(request)
            desk.refuse_late()
            body = await _body(request, desk.limits)
            lane = desk.lane(route.lane)
            return await asyncio.get_running_loop().run_in_executor(lane, _answer, desk, route, request, body)
        except Refusal as refusal:
            return answers.refused(refusal)
        # The one place where a fault of ours becomes an answer; a panic of Polars is no Exception to Python.
        except (Exception, pl.exceptions.PanicException) as problem:  # noqa: BLE001
            return answers.failed(problem, request)

    return endpoint


def _answer(desk: Desk, route: Route, request: Request, body: bytes) -> Response:
    caller = books = None
    if route.door != "all":
        caller = visitors.identify(request, desk.database, desk.local_key)
        if caller.must_change and not _open_to_newcomers(route, request):
            raise PasswordDue(login=caller.login)
        branch = request.path_params.get("branch")
        books = desk.branches.find(branch, caller) if branch else desk.readers.books(caller.login)
    asked = Asked(desk, request, _decoded(request, body), caller, books)
    return answers.reply(route.work(asked), request)


def _open_to_newcomers(route: Route, request: Request) -> bool:
    own = ("access.password.set", "access.profile.save")
    return route.door == "user" or (route.path == "/verbs/{name}" and request.path_params.get("name") in own)


async def _body(request: Request, limits: Limits) -> bytes:
    most = limits.parts_mb if request.headers.get("content-type", "").startswith(wire.PARTS) else limits.json_mb
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most * MB:
        raise BodyTooLarge(limit=most)
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most * MB:
            raise BodyTooLarge(limit=most)
        pieces.append(piece)
    return b"".join(pieces)


def _decoded(request: Request, body: bytes) -> Any:
    if not body:
        return None
    if request.headers.get("content-type", "").startswith(wire.PARTS):
        return wire.unpack(body)
    return wire.read_json(body, parse_float=Decimal, parse_constant=_no_number)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
