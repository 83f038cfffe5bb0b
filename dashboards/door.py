"""The routes of the door: each form is shown, checked for whose page sent it, and taken to the host."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboards import forms, i18n, outside
from dashboards.desk import Asker, Desk, HostAway, Refused
from dashboards.forms import Field, Page
from dashboards.gate import COOKIE, asker_of, is_secure, language_of, local_path

FORM_COOKIE = "erp_form"
FORM_BYTES = 16_384
HOME_NAMES = ("localhost", "127.0.0.1", "::1")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
LINKS = (("forgot_link", "/auth/forgot"), ("sign_up_link", "/auth/sign-up"))
BACK = (("back", "/sign-in"),)
Step = Callable[["Door", Request, Page, dict[str, str]], Awaitable[Response]]


class FormStrange(Exception):
    """A form came that no page of ours was asked for, or that is too large."""


class Door:
    """The forms of the door in front of one host; form tokens are good for the life of this process."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._secret = desk, secrets.token_bytes(32)

    def routes(self) -> list[Route]:
        """Return the routes by address."""
        return [Route(path, _stop(self, name), methods=["GET", "POST"]) for path, name in ADDRESSES.items()]

    async def answer(self, name: str, request: Request) -> Response:
        """Show a form, or do what it asks."""
        page = Page(name, request.url.path, language_of(request))
        nonce = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
        page = replace(page, form_token=self._sign(nonce), carried=_carried(request.query_params))
        try:
            given = await self._form(request) if request.method == "POST" else dict(request.query_params)
        except FormStrange:
            page = replace(page, problem=page.say("strange"), fix=page.say("strange_fix"))
            return self._dressed(await SHOWN[name](self, request, page, {}), request, nonce, 403)
        language = given.get("lang") if given.get("lang") in i18n.LANGUAGES else page.language
        page = replace(page, carried=_carried(given), language=language)
        try:
            step = SENT.get(name, SHOWN[name]) if request.method == "POST" else SHOWN[name]
            return self._dressed(await step(self, request, page, given), request, nonce)
        except HostAway:
            away = replace(page, name="away", action="/sign-in", problem="")
            return self._dressed(HTMLResponse(forms.notice(away, links=BACK), 503), request, nonce)

    async def _form(self, request: Request) -> dict[str, str]:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > FORM_BYTES:
                raise FormStrange
        try:
            given = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=40))
        except ValueError as problem:
            raise FormStrange from problem
        nonce = request.cookies.get(FORM_COOKIE, "")
        if not nonce or not hmac.compare_digest(self._sign(nonce).encode(), given.pop("form_token", "").encode()):
            raise FormStrange
        return given

    def _sign(self, nonce: str) -> str:
        return hmac.new(self._secret, nonce.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def _dressed(self, answer: Response, request: Request, nonce: str, status: int = 0) -> Response:
        answer.status_code = status or answer.status_code
        answer.headers["cache-control"] = "no-store"
        answer.headers["content-security-policy"] = POLICY
        if request.cookies.get(FORM_COOKIE) != nonce:
            answer.set_cookie(FORM_COOKIE, nonce, httponly=True, samesite="strict", secure=is_secure(request), path="/")
        return answer

    async def let_in(self, request: Request, page: Page, entered: dict, wanted: str) -> Response:
        """Hand over the new pass, give the old one back, and go where the visitor wanted to."""
        old = request.cookies.get(COOKIE, "")
        if old:
            self.desk.forget(old)
            await self.desk.ask("/sign-out", {}, asker_of(request.scope, old))
        wanted = local_path(wanted)
        if entered.get("must_change"):
            wanted = f"/auth/password?lang={page.language}"
        elif wanted == "/":
            me = await self.desk.visitor(asker_of(request.scope, entered["token"])) or {}
            wanted = local_path("/" + str(me.get("landing") or "").lstrip("/"))
            # Who has not said yet which language to use goes on in the one of the form.
            if not me.get("settled") and page.language != "zh" and "?" not in wanted:
                wanted += f"?lang={page.language}"
        answer = RedirectResponse(wanted, 303)
        answer.set_cookie(COOKIE, entered["token"], httponly=True, samesite="lax", secure=is_secure(request), path="/")
        return answer


def told(page: Page, refused: Refused) -> Page:
    """Return the page with what the host had to say."""
    text, fix = refused.text(page.language)
    return replace(page, problem=text or page.say("refused"), fix=fix)


async def _show_sign_in(door: Door, request: Request, page: Page, given: dict) -> Response:
    who = await door.desk.visitor(asker_of(request.scope), fresh=True)
    if who is not None and request.method == "GET":
        return RedirectResponse(local_path(given.get("next")), 303)
    fields = [
        Field("login", value=given.get("login", ""), complete="username"),
        Field("password", "password", complete="current-password", most=1024),
    ]
    if given.get("left") and not page.problem:
        page = replace(page, notice=page.say("sign_in_left"))
    people = _demo_people(request)
    status = 401 if page.problem else 200
    extra = forms.providers(page, await outside.links(door.desk, page)) + forms.entrances(page, people)
    return HTMLResponse(forms.form(page, fields, links=LINKS, extra=extra), status)


def _demo_people(request: Request) -> list[dict]:
    # A page of a stranger that had this machine's name bent to itself must not find an open door.
    at_home = urlsplit(f"//{request.headers.get('host', '')}").hostname in HOME_NAMES
    return json.loads(os.environ.get("ERP_DEMO") or "[]") if at_home else []


async def _sign_in(door: Door, request: Request, page: Page, given: dict) -> Response:
    body = {"login": given.get("login", "").strip(), "password": given.get("password", "")}
    entered = await door.desk.ask("/sign-in", body, _nobody(request))
    if isinstance(entered, Refused):
        return await _show_sign_in(door, request, told(page, entered), given)
    return await door.let_in(request, page, entered, given.get("next", ""))


async def _demo(door: Door, request: Request, page: Page, given: dict) -> Response:
    if not _demo_people(request):
        return RedirectResponse("/sign-in", 303)
    entered = await door.desk.ask("/enter-demo", {"login": given.get("login", "")}, _nobody(request))
    if isinstance(entered, Refused):
        return await _show_sign_in(door, request, replace(told(page, entered), name="sign_in", action="/sign-in"), {})
    return await door.let_in(request, page, entered, given.get("next", ""))


async def _set_out(door: Door, request: Request, page: Page, given: dict) -> Response:
    answer = await outside.set_out(door.desk, request, given)
    if isinstance(answer, Refused):
        return await _show_sign_in(door, request, replace(told(page, answer), name="sign_in", action="/sign-in"), {})
    return answer


async def _come_back(door: Door, request: Request, page: Page, given: dict) -> Response:
    entered, wanted = await outside.come_back(door.desk, request, given)
    if isinstance(entered, Refused):
        return await _show_sign_in(door, request, replace(told(page, entered), name="sign_in", action="/sign-in"), {})
    answer = await door.let_in(request, page, entered, wanted)
    answer.delete_cookie(outside.STATE_COOKIE, path=outside.BACK, httponly=True, samesite="lax")
    return answer


async def _show_enter(_door: Door, _request: Request, page: Page, given: dict) -> Response:
    # Entering waits for a click: programs that look at links before people do would use the ticket up.
    fields = [] if given.get("ticket") else [Field("ticket")]
    return HTMLResponse(forms.form(page, fields, links=BACK), 401 if page.problem else 200)


async def _enter(door: Door, request: Request, page: Page, given: dict) -> Response:
    body = {"ticket": given.get("ticket", "").strip()}
    entered = await door.desk.ask("/enter", body, _nobody(request))
    if isinstance(entered, Refused):
        return await _show_enter(door, request, replace(told(page, entered), carried=()), {})
    return await door.let_in(request, page, entered, given.get("next", ""))


async def _show_sign_up(_door: Door, _request: Request, page: Page, given: dict) -> Response:
    fields = [
        Field("login", value=given.get("login", ""), complete="username", hint="login_hint", most=32),
        Field("name", value=given.get("name", ""), complete="name"),
        Field("contact", value=given.get("contact", ""), complete="email", hint="contact_hint"),
        Field("department", value=given.get("department", ""), optional=True),
        Field("wanted_role", optional=True, value=given.get("wanted_role", "")),
    ]
    return HTMLResponse(forms.form(page, fields, links=BACK), 422 if page.problem else 200)


async def _sign_up(door: Door, request: Request, page: Page, given: dict) -> Response:
    body = {name: given.get(name, "") for name in ("login", "name", "contact", "department", "wanted_role")}
    asked = await door.desk.ask("/sign-up", body, _nobody(request))
    if isinstance(asked, Refused):
        return await _show_sign_up(door, request, told(page, asked), given)
    done = replace(page, notice=page.say("sign_up_done"))
    return HTMLResponse(forms.notice(done, links=BACK))


async def _show_forgot(_door: Door, _request: Request, page: Page, given: dict) -> Response:
    fields = [Field("login", value=given.get("login", ""), complete="username")]
    links = (("have_token", "/auth/reset"), *BACK)
    return HTMLResponse(forms.form(page, fields, links=links), 422 if page.problem else 200)


async def _forgot(door: Door, request: Request, page: Page, given: dict) -> Response:
    asked = await door.desk.ask("/reset/ask", {"login": given.get("login", "").strip()}, _nobody(request))
    if isinstance(asked, Refused):
        return await _show_forgot(door, request, told(page, asked), given)
    done = replace(page, notice=page.say("forgot_done"))
    return HTMLResponse(forms.notice(done, links=(("have_token", "/auth/reset"), *BACK)))


async def _show_reset(_door: Door, _request: Request, page: Page, given: dict) -> Response:
    token = given.get("token", "")
    return HTMLResponse(
        forms.form(page, [*([] if token else [Field("token")]), *_new_password()], links=BACK),
        422 if page.problem else 200,
    )


async def _reset(door: Door, request: Request, page: Page, given: dict) -> Response:
    if given.get("new_password") != given.get("again"):
        return await _show_reset(door, request, replace(page, problem=page.say("differ")), given)
    body = {"token": given.get("token", "").strip(), "new_password": given.get("new_password", "")}
    done = await door.desk.ask("/reset", body, _nobody(request))
    if isinstance(done, Refused):
        return await _show_reset(door, request, told(page, done), given)
    page = replace(page, name="sign_in", action="/sign-in", carried=(), notice=page.say("reset_done"))
    return await _show_sign_in(door, request, page, {"login": str(done.get("login", ""))})


async def _show_password(door: Door, request: Request, page: Page, _given: dict) -> Response:
    who = await door.desk.visitor(asker_of(request.scope), fresh=True)
    if who is None:
        return RedirectResponse("/sign-in", 303)
    if who.get("must_change") and not page.problem:
        page = replace(page, notice=page.say("password_must"))
    # Who has no password yet, as after a ticket, leaves the old one empty.
    old = Field("old_password", "password", complete="current-password", optional=True, hint="old_hint", most=1024)
    links = () if who.get("must_change") else (("to_screens", "/"),)
    return HTMLResponse(forms.form(page, [old, *_new_password()], links=links), 422 if page.problem else 200)


async def _password(door: Door, request: Request, page: Page, given: dict) -> Response:
    who = await door.desk.visitor(asker_of(request.scope), fresh=True)
    if who is None:
        return RedirectResponse("/sign-in", 303)
    new = given.get("new_password", "")
    if new != given.get("again"):
        return await _show_password(door, request, replace(page, problem=page.say("differ")), given)
    body = {"old_password": given.get("old_password", ""), "new_password": new}
    done = await door.desk.ask("/verbs/access.password.set", body, asker_of(request.scope))
    if isinstance(done, Refused):
        return await _show_password(door, request, told(page, done), given)
    # The new password ends every pass, this one too: a new one is asked for with it.
    entered = await door.desk.ask("/sign-in", {"login": who["login"], "password": new}, _nobody(request))
    if isinstance(entered, Refused):
        return RedirectResponse("/sign-in", 303)
    return await door.let_in(request, page, entered, "/")


async def _show_sign_out(door: Door, request: Request, page: Page, given: dict) -> Response:
    # The link of our own screens says so itself; from anywhere else a person confirms.
    if request.headers.get("sec-fetch-site") == "same-origin":
        return await _sign_out(door, request, page, given)
    return HTMLResponse(forms.form(page, [], links=(("to_screens", "/"),)))


async def _sign_out(door: Door, request: Request, page: Page, _given: dict) -> Response:
    token = request.cookies.get(COOKIE, "")
    if token:
        door.desk.forget(token)
        await door.desk.ask("/sign-out", {}, asker_of(request.scope))
    answer = RedirectResponse(f"/sign-in?{urlencode({'lang': page.language, 'left': '1'})}", 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=is_secure(request))
    return answer


async def _show_away(_door: Door, _request: Request, page: Page, _given: dict) -> Response:
    return HTMLResponse(forms.notice(page, links=(("try_again", "/"),)), 503)


def _new_password() -> list[Field]:
    return [
        Field("new_password", "password", complete="new-password", hint="password_hint", most=1024),
        Field("again", "password", complete="new-password", most=1024),
    ]


def _stop(door: Door, name: str) -> Callable[[Request], Awaitable[Response]]:
    async def stop(request: Request) -> Response:
        return await door.answer(name, request)

    return stop


def _carried(given: object) -> tuple[tuple[str, str], ...]:
    pairs = {name: str(given.get(name, ""))[:2000] for name in ("next", "ticket", "token")}
    pairs["next"] = local_path(pairs["next"]) if pairs["next"] else ""
    return tuple((name, value) for name, value in pairs.items() if value)


def _nobody(request: Request) -> Asker:
    # Who signs in shows no pass, whatever the browser still holds.
    return asker_of(request.scope, "")


ADDRESSES = {
    "/sign-in": "sign_in",
    "/auth/demo": "demo",
    "/auth/outside": "outside",
    outside.BACK: "outside_back",
    "/auth/enter": "enter",
    "/auth/sign-up": "sign_up",
    "/auth/forgot": "forgot",
    "/auth/reset": "reset",
    "/auth/password": "password",
    "/auth/sign-out": "sign_out",
    "/auth/away": "away",
}
SHOWN: dict[str, Step] = {
    "sign_in": _show_sign_in,
    "demo": _show_sign_in,
    "outside": _set_out,
    "outside_back": _come_back,
    "enter": _show_enter,
    "sign_up": _show_sign_up,
    "forgot": _show_forgot,
    "reset": _show_reset,
    "password": _show_password,
    "sign_out": _show_sign_out,
    "away": _show_away,
}
SENT: dict[str, Step] = {
    "sign_in": _sign_in,
    "demo": _demo,
    "enter": _enter,
    "sign_up": _sign_up,
    "forgot": _forgot,
    "reset": _reset,
    "password": _password,
    "sign_out": _sign_out,
}
