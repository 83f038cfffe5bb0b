"""What the front asks the host on behalf of a visitor: every call carries the visitor's own token, none of ours."""

import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

# How long a good pass is believed for the many small files of one page; screens and websockets ask anew.
BELIEVED_SECONDS = 3.0
BELIEVED_MOST = 1000


class HostAway(Exception):
    """The host does not answer: it is being started again, or it has ended."""


@dataclass(frozen=True)
class Refused:
    """The host said no: a status and the refusal in both languages."""

    status: int
    code: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    def text(self, language: str) -> tuple[str, str]:
        """What to tell the visitor: (sentence, what to do about it)."""
        said = self.words.get(language) or self.words.get("zh") or {}
        return said.get("text", ""), said.get("fix", "")


@dataclass(frozen=True)
class Asker:
    """For whom the front asks: the token, from where, with what browser."""

    token: str = field(default="", repr=False)
    address: str = ""
    client: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What the host is told of the asker."""
        told = {"x-erp-address": self.address, "x-erp-client": self.client}
        told |= {"authorization": f"Bearer {self.token}"} if self.token else {}
        return {name: value.encode("latin-1", "replace").decode("latin-1") for name, value in told.items() if value}


NOBODY = Asker()


class Desk:
    """The host as the doorkeeper of the front knows it."""

    def __init__(self, address: str = "", transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.address = address or address_of_host()
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._believed: dict[str, tuple[float, dict[str, Any]]] = {}

    async def ask(self, path: str, body: dict | None = None, asker: Asker = NOBODY) -> dict | Refused:
        """Send one question; a dict when it is answered, Refused when it is not. Raises HostAway."""
        headers = {**asker.headers, "accept": "application/json"}
        try:
            if body is None:
                answer = await self._http().get(path, headers=headers)
            else:
                answer = await self._http().post(path, json=body, headers=headers)
        except httpx.HTTPError as problem:
            raise HostAway(type(problem).__name__) from problem
        return _read(answer)

    async def visitor(self, asker: Asker, *, fresh: bool = False) -> dict[str, Any] | None:
        """Who holds this token, or None when it opens nothing (any more)."""
        token = asker.token
        if not token:
            return None
        known = self._believed.get(token)
        if known and not fresh and known[0] > time.monotonic():
            return known[1]
        found = await self.ask("/me", asker=asker)
        if isinstance(found, Refused):
            self._believed.pop(token, None)
            return None
        if len(self._believed) >= BELIEVED_MOST:
            self._believed.clear()
        self._believed[token] = (time.monotonic() + BELIEVED_SECONDS, found)
        return found

    def forget(self, token: str) -> None:
        """Believe a pass no longer: it was given back or its holder changed something about it."""
        self._believed.pop(token, None)

    async def file(self, path: str, body: dict, asker: Asker, query: dict) -> tuple[Any, AsyncIterator]:
        """Open a download: (the answer's head, its bytes); the head is a Refused when there is nothing to send."""
        request = self._http().build_request("POST", path, json=body, params=query, headers=asker.headers, timeout=300)
        try:
            answer = await self._http().send(request, stream=True)
            if answer.is_error:
                await answer.aread()
        except httpx.HTTPError as problem:
            raise HostAway(type(problem).__name__) from problem
        return (_read(answer) if answer.is_error else answer), _bytes(answer)

    async def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                base_url=self.address, transport=self._transport, timeout=30, trust_env=False
            )
        return self._client


def address_of_host() -> str:
    """Return where the host of the books answers; `erp serve` says so to the front it starts."""
    return os.environ.get("ERP_HOST", "http://127.0.0.1:8500")


async def _bytes(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_bytes():
            yield part
    finally:
        await answer.aclose()


def _read(answer: httpx.Response) -> dict | Refused:
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if answer.is_success:
        return said if isinstance(said, dict) else {"answer": said}
    refusal = said.get("refusal", {}) if isinstance(said, dict) else {}
    words = {language: refusal[language] for language in ("zh", "en") if isinstance(refusal.get(language), dict)}
    return Refused(answer.status_code, str(refusal.get("code", "")), words)
