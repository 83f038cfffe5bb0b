"""The gate before everything: without a good pass there is the sign-in page and nothing else, by http and websocket."""

from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from dashboards import i18n
from dashboards.desk import Asker, Desk, HostAway

COOKIE = "erp_sid"
OPEN = ("/auth/", "/ui/")
OPEN_EXACTLY = ("/sign-in", "/healthz", "/favicon.ico", "/robots.txt")
PASSWORD = "/auth/password"  # noqa: S105 - an address
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
POLICY = (b"content-security-policy", b"frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'")

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Gate:
    """Pure ASGI middleware; it sees websockets too, which middleware made of requests and answers does not."""

    def __init__(self, app: Callable[..., Awaitable[None]], desk: Desk) -> None:
        self.app, self.desk = app, desk

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let one request through, or not."""
        if scope["type"] == "http":
            await self._http(scope, receive, _guarded(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        answer = await self._stopped(scope)
        await (answer or self.app)(scope, receive, send)

    async def _stopped(self, scope: Message) -> Response | None:
        """Return the answer that stops a request, or None where it may pass."""
        if scope["method"] not in SAFE_METHODS and not same_origin(scope):
            return JSONResponse({"error": "foreign origin"}, status_code=403)
        path = scope["path"]
        if path in OPEN_EXACTLY or path.startswith(OPEN):
            return None
        try:
            who = await self.desk.visitor(asker_of(scope), fresh=is_page(scope))
        except HostAway:
            return RedirectResponse("/auth/away", 303) if is_page(scope) else Response(status_code=503)
        if who is None:
            return _sign_in(scope) if is_page(scope) else JSONResponse({"error": "not signed in"}, status_code=401)
        if who.get("must_change"):
            return RedirectResponse(PASSWORD, 303) if is_page(scope) else Response(status_code=403)
        return None

    async def _websocket(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            who = await self.desk.visitor(asker_of(scope), fresh=True) if same_origin(scope) else None
        except HostAway:
            who = None
        if who is None or who.get("must_change"):
            await receive()
            # A close before the handshake is answered by the server with 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.app(scope, receive, send)


def header(scope: Message, name: bytes) -> str:
    """Return a header of a request, empty when it is not there."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def cookie(scope: Message, name: str = COOKIE) -> str:
    """Return a cookie of a request, empty when it is not there or not readable."""
    try:
        found = SimpleCookie(header(scope, b"cookie")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def same_origin(scope: Message) -> bool:
    """Tell whether a request was made by a page of ours: its Origin names the host that is asked."""
    origin, host = urlsplit(header(scope, b"origin")), header(scope, b"host")
    return bool(host) and origin.scheme in ("http", "https") and origin.netloc == host


def is_page(scope: Message) -> bool:
    """Tell whether somebody looks at a page, rather than a page fetching its parts."""
    return scope["method"] in ("GET", "HEAD") and "text/html" in header(scope, b"accept")


def asker_of(scope: Message, token: str | None = None) -> Asker:
    """Return for whom this request asks: the token of its cookie unless another is given, from where, with what."""
    address = (scope.get("client") or ("",))[0]
    return Asker(cookie(scope) if token is None else token, address, header(scope, b"user-agent")[:200])


def local_path(path: str | None) -> str:
    """Return a path within this site, or / for everything that would lead elsewhere or back to the door."""
    path = path or "/"
    foreign = not path.startswith("/") or path.startswith("//") or "\\" in path or any(ord(c) < 33 for c in path)
    return "/" if foreign or len(path) > 2000 or path.startswith(("/auth/", "/sign-in")) else path


def language_of(request: Request) -> str:
    """Return the language to speak with a visitor: asked for, chosen before, or the one the browser prefers."""
    asked = request.query_params.get("lang") or request.cookies.get("erp_lang")
    if asked in i18n.LANGUAGES:
        return asked
    spoken = request.headers.get("accept-language", "zh").lower()
    return "zh" if spoken.startswith("zh") or "zh" in spoken[:12] or not spoken.startswith("en") else "en"


def is_secure(request: Request) -> bool:
    """Tell whether cookies may be kept for encrypted lines only."""
    return request.url.scheme == "https"


def _sign_in(scope: Message) -> Response:
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = local_path(scope["path"] + (f"?{query}" if query else ""))
    answer = RedirectResponse("/sign-in" + (f"?next={quote(wanted)}" if wanted != "/" else ""), 303)
    if cookie(scope):
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _guarded(send: Send) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            named = {key.lower() for key, _ in message["headers"]}
            more = [pair for pair in (*HEADERS, POLICY) if pair[0] not in named]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return add
