"""What the host sends back: values as asked for, refusals in both languages, faults by number."""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any

import polars as pl
from starlette.requests import Request
from starlette.responses import Response

from erp_core.access import refusals as door
from erp_core.foundation import errors
from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import LANGUAGES, refusal_text
from erp_core.gateway import refusals, wire
from erp_core.reports import catalog

JSON, ARROW = "application/json", "application/vnd.apache.arrow.stream"
_STATUS: dict[type[Refusal], int] = {
    door.PassStale: 401,
    door.SignInWrong: 401,
    door.TicketStale: 401,
    refusals.KeyWrong: 401,
    refusals.ProviderUnproved: 401,
    door.AddressClosed: 403,
    errors.NotPermitted: 403,
    catalog.ReportClosed: 403,
    refusals.OriginForeign: 403,
    refusals.PasswordDue: 403,
    refusals.AnotherUser: 403,
    refusals.DemoClosed: 403,
    errors.UnknownVerb: 404,
    errors.UnknownUser: 404,
    catalog.UnknownReport: 404,
    refusals.PlaceUnknown: 404,
    refusals.BranchUnknown: 404,
    errors.BooksBusy: 409,
    errors.KeyReused: 409,
    errors.BooksFrozen: 409,
    refusals.BodyTooLarge: 413,
    refusals.BodyUnreadable: 400,
    door.SignInLocked: 429,
    door.TooManyRequests: 429,
    refusals.BranchesFull: 429,
    refusals.HostFailed: 500,
    refusals.HostStopping: 503,
    errors.DiskFull: 507,
}
_log = logging.getLogger("erp.host")


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal; what is wrong with the contents is 422."""
    return _STATUS.get(type(refusal), 422)


def refused(refusal: Refusal) -> Response:
    """A refusal with its facts and its words in both languages."""
    told = {"code": refusal.code, "module": type(refusal).__module__, "facts": _facts(refusal)}
    for language in LANGUAGES:
        text, fix = refusal_text(refusal, language)
        told[language] = {"text": text, "fix": fix}
    headers = {"WWW-Authenticate": "Bearer"} if status_of(refusal) == 401 else {}
    return _json({"refusal": told}, status_of(refusal), headers)


def failed(problem: Exception, request: Request) -> Response:
    """A fault of ours: the log holds what happened, the caller gets its number."""
    return refused(refusals.HostFailed(number=note(problem, request)))


def note(problem: Exception, request: Request) -> str:
    """Write down in the log what happened and where, and return the number it stands under."""
    number = secrets.token_hex(4)
    _log.error("fault %s at %s %s", number, request.method, request.url.path, exc_info=problem)
    return number


def reply(value: Any, request: Request) -> Response:
    """A value as the caller wants it: our own parts, an Arrow stream where it is a frame, else JSON."""
    if isinstance(value, Response):
        return value
    wanted = request.headers.get("accept", "")
    if wire.PARTS in wanted:
        return Response(wire.pack(value), media_type=wire.PARTS)
    if ARROW in wanted and isinstance(value, pl.DataFrame):
        return Response(wire.arrow_stream(value), media_type=ARROW)
    if isinstance(value, pl.DataFrame):
        columns = {name: str(kind) for name, kind in value.schema.items()}
        return _json({"columns": columns, "rows": wire.plain(value)})
    return _json(wire.plain(value))


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=str).encode("utf-8", "replace")
    return Response(text, status, headers, JSON)


def _facts(refusal: Refusal) -> Any:
    try:
        return wire.tagged(refusal.facts)
    except refusals.ValueNotCarried:
        return {name: str(value) for name, value in refusal.facts.items()}
