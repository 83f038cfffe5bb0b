"""Entering by an identity kept elsewhere: to the provider and back, tied to the browser that set out."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.desk import Desk, Refused
from dashboards.forms import Page
from dashboards.gate import asker_of, is_secure, local_path

STATE_COOKIE = "erp_outside"
SECONDS = 600
BACK = "/auth/outside/back"
Show = Callable[..., Awaitable[Response]]


async def providers(desk: Desk) -> list[str]:
    """Return the issuers by which one may enter."""
    told = await desk.ask("/outside")
    return [] if isinstance(told, Refused) else [str(one) for one in told.get("providers", [])]


async def links(desk: Desk, page: Page) -> list[tuple[str, str]]:
    """Return the links of the sign-in page: (name of the provider, address)."""
    wanted = dict(page.carried).get("next", "")
    return [
        (issuer.partition("://")[2].rstrip("/"), f"/auth/outside?{urlencode({'issuer': issuer, 'next': wanted})}")
        for issuer in await providers(desk)
    ]


async def set_out(desk: Desk, request: Request, given: dict) -> Response | Refused:
    """Send the browser to the provider; it carries the state it has to come back with."""
    back = str(request.url.replace(path=BACK, query="", fragment=""))
    told = await desk.ask(
        "/outside/begin", {"issuer": given.get("issuer", ""), "back": back}, asker_of(request.scope, "")
    )
    if isinstance(told, Refused):
        return told
    answer = RedirectResponse(told["address"], 303)
    # The provider sends the browser back from its own site, so the cookie has to be lax.
    kept = f"{told['state']} {local_path(given.get('next'))}"
    keeping = {"max_age": SECONDS, "path": BACK, "secure": is_secure(request), "httponly": True, "samesite": "lax"}
    answer.set_cookie(STATE_COOKIE, kept, **keeping)
    return answer


async def come_back(desk: Desk, request: Request, given: dict) -> tuple[dict[str, Any] | Refused, str]:
    """Return the pass of who comes back, and where he wanted to go; another browser's return is refused."""
    state, _, wanted = request.cookies.get(STATE_COOKIE, "").partition(" ")
    same = bool(state) and hmac.compare_digest(state.encode(), given.get("state", "").encode())
    body = {"state": given.get("state", "") if same else "-", "code": given.get("code", "") or "-"}
    return await desk.ask("/outside/finish", body, asker_of(request.scope, "")), wanted
