"""Files of reports through the front: the address names a report of the catalogue and a kind, never a path."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from dashboards import catalogue, i18n
from dashboards.desk import Desk, HostAway, Refused
from dashboards.gate import asker_of
from dashboards.scope import typed

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}


def fetched(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Return the route that streams a report from the host as a file, as the visitor of the cookie may see it."""

    async def download(request: Request) -> Response:
        report, kind = request.path_params["report"], request.path_params["kind"]
        if kind not in KINDS or catalogue.definition(report) is None:
            return Response(status_code=404)
        language = request.query_params.get("lang", "zh")
        language = language if language in i18n.LANGUAGES else "zh"
        asker = asker_of(request.scope)
        parameters = _parameters(report, request)
        query = {"format": kind, "language": language}
        try:
            head, body = await desk.file(f"/reports/{report}", parameters, asker, query)
        except HostAway:
            return RedirectResponse("/auth/away", 303)
        if isinstance(head, Refused):
            return PlainTextResponse("\n".join(part for part in head.text(language) if part), head.status)
        named = _name(report, language, parameters, kind)
        return StreamingResponse(body, media_type=KINDS[kind], headers={"content-disposition": named})

    return download


def _parameters(report: str, request: Request) -> dict[str, object]:
    known, query = catalogue.parameters(report), request.query_params
    given = {name: typed(query[name], kind) for name, kind in known.items() if query.get(name, "") != ""}
    return {name: i18n.day(value) if known[name] == "date" else value for name, value in given.items()}


def _name(report: str, language: str, parameters: dict[str, object], kind: str) -> str:
    name = "-".join([catalogue.title(report, language), *(str(value)[:40] for value in parameters.values())])
    name = "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name)
    return f"attachment; filename={report}.{kind}; filename*=UTF-8''{quote(f'{name}.{kind}', safe='')}"
