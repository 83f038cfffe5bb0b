"""Books at the other end of a line: the same methods as in process, the same frames, the same refusals."""

from __future__ import annotations

import importlib
import ipaddress
import pkgutil
import secrets
import uuid
from datetime import date, datetime
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx
import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.gateway import place, wire
from erp_core.gateway.refusals import BodyUnreadable, HostGone, RefusedElsewhere
from erp_core.rehearsal import Rehearsal

CONNECT_SECONDS, READ_SECONDS, ACT_SECONDS = 5, 900, 7200
OURS = ("erp_core", "pipelines")


class RemoteBooks:
    """Books through their host: with a token as its owner, with the key of this machine as any user.

    visitor: the address of the person for whom a program on the host's machine asks.
    """

    def __init__(
        self,
        address: str,
        *,
        token: str | None = None,
        key: str | None = None,
        user: str | None = None,
        path: str | None = None,
        visitor: str = "",
        line: httpx.Client | None = None,
        prefix: str = "",
    ) -> None:
        self.address = address.rstrip("/")
        self.path = path or self.address
        self._login = user
        self._prefix = prefix
        self._closed = False
        self._credentials = {"token": token, "key": key, "visitor": visitor}
        self._line = line or _line(self.address)
        self._owns_line = line is None
        self._headers = _headers(token, key, user, visitor)

    @property
    def user(self) -> str:
        """Who acts."""
        if self._login is None:
            self._login = self.me()["login"]
        return self._login

    def greeted(self) -> Self:
        """These books once the host has said who we are; refuses an unknown user or a stale token at once."""
        try:
            self._login = self.me()["login"]
        except BaseException:
            self._line.close()
            raise
        return self

    def as_user(self, login: str) -> RemoteBooks:
        """The same books in the hands of another user."""
        other = RemoteBooks(
            self.address, **self._credentials, user=login, path=self.path, line=self._line, prefix=self._prefix
        )
        other._login = other.me()["login"]
        return other

    def me(self) -> dict[str, Any]:
        """Who is reading, and how far: login, name, roles, permissions, areas, masks, scope, sight, profile."""
        return self._ask("GET", "/me")

    def version(self) -> int:
        """A number that rises with every commit: the key of caches."""
        return self._ask("GET", "/version")["version"]

    def versions(self) -> dict[str, int]:
        """A number per report that rises when its answer may have changed; '' for the books, 'me' for one's rights."""
        return self._ask("GET", "/versions")

    def call(self, verb: str, /, **arguments: Any) -> dict[str, Any]:
        """Do one act; key= makes it happen once only, reason= says why. Raises a Refusal, and then nothing changed.

        HostGone leaves open whether it was done: repeated with the same key it is done once.
        """
        if arguments.get("key") is None:
            arguments["key"] = f"auto-{uuid.uuid4().hex}"
        return self._ask("POST", f"/verbs/{quote(verb, safe='')}", arguments, seconds=ACT_SECONDS)

    def rehearse(self, verb: str, /, **arguments: Any) -> Rehearsal:
        """See what an act would do (result, voucher lines, stock values, impact on earlier moves) without doing it."""
        return self._ask("POST", f"/rehearse/{quote(verb, safe='')}", arguments, seconds=ACT_SECONDS)

    def verbs(self) -> pl.DataFrame:
        """What can be done here: name, summary, parameters, and whether this user may."""
        return self._ask("GET", "/verbs")

    def report(self, name: str, /, **parameters: Any) -> pl.DataFrame:
        """Run a named report; amounts come as Decimal. books.reports() lists names, parameters and columns."""
        return self._ask("POST", f"/reports/{quote(name, safe='')}", parameters)

    def reports(self) -> pl.DataFrame:
        """The catalogue: every report with its grain, parameters and columns in Chinese and English."""
        return self._ask("GET", "/reports")

    def sql(self, query: str, /, **parameters: Any) -> pl.DataFrame:
        """Read with SQL of one's own: one SELECT over the published views of schema rpt, $name for parameters."""
        return self._ask("POST", "/sql", {"query": query, "parameters": parameters})

    def branch(self) -> RemoteBooks:
        """A writable throw-away copy: post, close, compare; closing it throws it away. Everything may be done there.

        The eyes stay the same: areas, rows and columns are those of the reader. Refuses who lacks books.branch.
        """
        return self._branched(None)

    def as_of(self, when: date | datetime | int) -> RemoteBooks:
        """The books as they were known: by the end of a day, at an instant, or after an act. Read-only, until closed.

        Reports of the copy take their own dates, so both questions can be asked: known when, and about when.
        """
        return self._branched(when)

    def _branched(self, when: date | datetime | int | None) -> RemoteBooks:
        made = self._ask("POST", "/branches", {"as_of": when}, seconds=ACT_SECONDS)
        prefix = f"/branches/{made['branch']}"
        return RemoteBooks(
            self.address, **self._credentials, user=self._login, path=self.path, line=self._line, prefix=prefix
        )

    def check(self) -> pl.DataFrame:
        """Every invariant of the books: check, ok, first offender, detail. It sees everything: it asks read.audit."""
        return self._ask("POST", "/check", {}, seconds=ACT_SECONDS)

    def operate(self, task: str, wish: dict[str, Any]) -> dict[str, Any]:
        """Have the host do a task of operations, such as a backup; it takes as long as it takes."""
        return self._ask("POST", f"/operations/{quote(task, safe='')}", wish, seconds=ACT_SECONDS)

    def close(self) -> None:
        """Write everything down and let the file go; a branch is thrown away."""
        if self._prefix and not self._closed:
            self._ask("DELETE", "")
        self._closed = True
        if self._owns_line:
            self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, route: str, given: Any = None, *, seconds: int = READ_SECONDS) -> Any:
        content = None if given is None else wire.pack(given)
        request = self._line.build_request(
            method,
            self.address + self._prefix + route,
            content=content,
            headers={**self._headers, **({"Content-Type": wire.PARTS} if content is not None else {})},
            timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
        )
        answer = self._sent(request)
        if answer.headers.get("content-type", "").startswith(wire.PARTS):
            return wire.unpack(answer.content)
        raise read_refusal(answer)

    def _sent(self, request: httpx.Request) -> httpx.Response:
        # Every question is either free of effect or carries a key, so that asking once more can do no harm.
        try:
            return self._line.send(request)
        except httpx.ReadTimeout as problem:
            raise HostGone(address=self.address, detail="timeout") from problem
        except httpx.TransportError:
            try:
                return self._line.send(request)
            except httpx.TransportError as problem:
                raise HostGone(address=self.address, detail=type(problem).__name__) from problem
        except RuntimeError as problem:
            raise HostGone(address=self.address, detail=str(problem)) from problem


def answers(found: place.HostPlace) -> bool:
    """Whether the host of a place answers and is the one that wrote it; the key itself is not sent to find out."""
    question = secrets.token_hex(16)
    try:
        with _line(found.address) as line:
            answer = line.get(f"{found.address}/healthz", params={"question": question}, timeout=CONNECT_SECONDS)
        return answer.status_code == httpx.codes.OK and answer.json().get("proof") == place.proof(found.key, question)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError):
        return False


def read_refusal(answer: httpx.Response) -> Refusal:
    """The refusal that an answer of the host stands for, as the class that was raised there."""
    try:
        told = answer.json()["refusal"]
        facts = wire.untagged(told["facts"])
        kind = known_refusal(str(told["module"]), str(told["code"]))
        if kind is not None:
            return kind(**facts)
        return RefusedElsewhere(refusal=told["code"], text=told["en"]["text"])
    except (ValueError, LookupError, TypeError, BodyUnreadable):
        return HostGone(address=str(answer.url.host), detail=f"HTTP {answer.status_code}")


def known_refusal(module: str, code: str) -> type[Refusal] | None:
    """The class of that name in that module of ours; a module that is not among our own is never imported."""
    kind = _among(module, code)
    if kind is None and module in _own_modules():
        importlib.import_module(module)
        kind = _among(module, code)
    return kind


def _among(module: str, code: str) -> type[Refusal] | None:
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        if kind.__name__ == code and kind.__module__ == module and module.partition(".")[0] in OURS:
            return kind
        waiting += kind.__subclasses__()
    return None


def _own_modules() -> set[str]:
    found: set[str] = set()
    for package in OURS:
        root = importlib.import_module(package)
        for info in pkgutil.iter_modules(root.__path__, f"{package}."):
            found.add(info.name)
            if info.ispkg:
                inner = importlib.import_module(info.name)
                found |= {one.name for one in pkgutil.iter_modules(inner.__path__, f"{info.name}.")}
    return found


def _headers(token: str | None, key: str | None, user: str | None, visitor: str) -> dict[str, str]:
    headers = {"Accept": wire.PARTS}
    if token:
        headers["Authorization"] = f"Bearer {token}"
        if user:
            headers["X-ERP-User"] = quote(user)
    elif key:
        headers |= {"X-ERP-Key": key, "X-ERP-User": quote(user or "")}
    if visitor:
        headers["X-ERP-Address"] = visitor
    return headers


def _line(address: str) -> httpx.Client:
    # A proxy of the environment has no business between two programs on one machine.
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30)
    return httpx.Client(trust_env=not _on_this_machine(address), limits=limits)


def _on_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
