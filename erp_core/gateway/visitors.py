"""Who stands behind a request: the owner of a token, or a program on this machine that knows the key."""

from __future__ import annotations

import ipaddress
import secrets
import threading
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from starlette.requests import Request

from erp_core.access import sign_in
from erp_core.access.refusals import PassStale
from erp_core.books import Books
from erp_core.foundation.database import Database
from erp_core.gateway.refusals import AnotherUser, KeyWrong, OriginForeign
from erp_core.masters import company
from erp_core.operations import clock

LOCAL = ("127.0.0.1", "::1")
REMEMBERED_MOST = 1000


@dataclass(frozen=True)
class Caller:
    """Who asks: login, how that was shown ('key' or 'token'), from where, and whether a new password is due."""

    login: str
    by: str
    address: str
    client: str
    must_change: bool = False
    token: str = field(default="", repr=False)
    pass_id: int = 0


def address_of(request: Request) -> str:
    """Where a request comes from; only a program on this machine may ask in the name of another address."""
    peer = request.client.host if request.client else ""
    named = request.headers.get("x-erp-address", "").strip()
    if named and peer in LOCAL:
        try:
            return str(ipaddress.ip_address(named))
        except ValueError:
            return peer
    return peer


def client_of(request: Request) -> str:
    """What program asks, in its own words."""
    return (request.headers.get("x-erp-client") or request.headers.get("user-agent", ""))[:200]


def refuse_foreign_origin(request: Request) -> None:
    """Refuse what a page of another site sends; programs name no origin."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise OriginForeign(origin=origin[:200])


def identify(request: Request, database: Database, local_key: str) -> Caller:
    """Who asks; refuses KeyWrong, PassStale, AddressClosed, AnotherUser."""
    address, client = address_of(request), client_of(request)
    key = request.headers.get("x-erp-key")
    named = unquote(request.headers.get("x-erp-user", ""))
    if key is not None:
        peer = request.client.host if request.client else ""
        if peer not in LOCAL or not local_key or not secrets.compare_digest(key.encode(), local_key.encode()):
            raise KeyWrong
        return Caller(named or company.OWNER, "key", address, client)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise PassStale
    visitor = sign_in.verify(database, token.strip(), address=address, now=clock.instant())
    if named and named != visitor.login:
        raise AnotherUser(login=named)
    return Caller(visitor.login, "token", address, client, visitor.must_change, token.strip(), visitor.pass_id)


class Readers:
    """The books in the hands of each user, made once per version of the books, since rights change with it only."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._version = -1
        self._known: dict[str, Books] = {}

    def books(self, login: str) -> Books:
        """The books as this user holds them now; refuses UnknownUser."""
        version = self.database.version
        with self._lock:
            if version != self._version or len(self._known) >= REMEMBERED_MOST:
                self._known, self._version = {}, version
            found = self._known.get(login)
        if found is None:
            found = Books(self.database, login)
            with self._lock:
                if version == self._version:
                    self._known[login] = found
        return found
