"""The routes of the books: verbs, rehearsals, reports, SQL, checks, branches, and how the host does."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import quote

import duckdb
import polars as pl
from starlette.responses import Response

from erp_core.books import Books
from erp_core.foundation.verbs import VERBS
from erp_core.gateway import answers, place
from erp_core.gateway.fitting import fit
from erp_core.gateway.host import Asked, Route
from erp_core.gateway.refusals import BodyUnreadable, ContentUnfit
from erp_core.operations.timings import TIMINGS
from erp_core.reports import export
from erp_core.reports.definition import definitions

_SENSELESS = (
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    pl.exceptions.PolarsError,
    duckdb.ConstraintException,
    duckdb.DataError,
    duckdb.InvalidInputException,
)
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet",
}


def healthz(asked: Asked) -> dict[str, Any]:
    """Whether the host lives; to a question it proves that it knows the key of this machine."""
    question = asked.request.query_params.get("question", "")
    proof = place.proof(asked.desk.local_key, question[:64]) if question and asked.desk.local_key else ""
    return {"status": "ok", "proof": proof}


def version(asked: Asked) -> dict[str, Any]:
    """The number that rises with every commit."""
    return {"version": asked.books.version()}


def versions(asked: Asked) -> dict[str, int]:
    """A number per report that rises when its answer may have changed."""
    return asked.books.versions()


def me(asked: Asked) -> dict[str, Any]:
    """Who is asking and how far that person may see."""
    return asked.books.me()


def verbs(asked: Asked) -> Any:
    """All verbs: name, summary, parameters, and whether the caller may."""
    return asked.books.verbs()


def call(asked: Asked) -> dict[str, Any]:
    """Do one act with the named arguments; key makes it happen once only, reason says why."""
    with _timed("verb", asked, VERBS), _sense(asked):
        return asked.books.call(asked.name, **_named(asked))


def rehearse(asked: Asked) -> Any:
    """Show what an act would do, and take it back."""
    with _timed("rehearse", asked, VERBS), _sense(asked):
        return asked.books.rehearse(asked.name, **_named(asked))


def reports(asked: Asked) -> Any:
    """The catalogue of reports, one row per column."""
    return asked.books.reports()


def report(asked: Asked) -> Any:
    """Run a report; ?format=csv|xlsx|pdf|parquet|json makes it a download, ?language=zh|en chooses its words."""
    query = asked.request.query_params
    with _timed("report", asked, definitions()):
        frame = asked.books.report(asked.name, **asked.fields())
    if "format" not in query:
        return frame
    language = "en" if query.get("language") == "en" else "zh"
    card = asked.books.report("company_card").row(0, named=True)
    company = card["name_en"] if language == "en" and card["name_en"] else card["name"]
    content = export.to_bytes(query["format"], asked.name, frame, asked.fields(), language, company)
    name = quote(f"{asked.name}.{query['format']}")
    return Response(
        content, media_type=_MEDIA[query["format"]], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def sql(asked: Asked) -> Any:
    """Run one guarded SELECT: query, and parameters by name."""
    given = asked.fields()
    query, parameters = given.get("query"), given.get("parameters") or {}
    if not isinstance(query, str) or not isinstance(parameters, dict) or given.keys() - {"query", "parameters"}:
        raise BodyUnreadable(problem="it takes query (text) and parameters (named values)")
    with TIMINGS.timed("sql", ""):
        return asked.books.sql(query, **parameters)


def check(asked: Asked) -> Any:
    """Every invariant of the books."""
    return asked.books.check()


def branch(asked: Asked) -> dict[str, Any]:
    """Make a throw-away copy, as of now or as known at a day, an instant or an act."""
    when = asked.fields().get("as_of")

    def copy() -> Books:
        return asked.books.branch() if when is None else asked.books.as_of(when)

    return {"branch": asked.desk.branches.make(asked.caller, copy)}


def drop_branch(asked: Asked) -> dict[str, Any]:
    """Throw a branch away."""
    asked.desk.branches.close(asked.request.path_params["branch"], asked.caller)
    return {"closed": asked.request.path_params["branch"]}


def _timed(kind: str, asked: Asked, known: Container[str]) -> AbstractContextManager[None]:
    # Names that callers make up are counted as one, or they would fill the memory.
    return TIMINGS.timed(kind, asked.name if asked.name in known else "?")


def _named(asked: Asked) -> dict[str, Any]:
    """The arguments of an act; a key or a reason that is no text is refused before anything else is looked at."""
    given = asked.fields()
    for name in ("key", "reason"):
        if not isinstance(given.get(name, ""), str | None):
            raise BodyUnreadable(problem=f"{name} has to be a text")
    if asked.plain:
        given = {name: value for name, value in given.items() if name != "key" or value}
        given = fit(VERBS[asked.name], given) if asked.name in VERBS else given
    return given


@contextmanager
def _sense(asked: Asked) -> Iterator[None]:
    # What a verb expects of every row cannot all be declared; rows in plain JSON that trip it up are refused, and the
    # log keeps where. The same from a typed client is a fault of ours and stays one.
    try:
        yield
    except _SENSELESS as problem:
        if not asked.plain:
            raise
        number = answers.note(problem, asked.request)
        raise ContentUnfit(verb=asked.name, problem=str(problem).strip()[:120], number=number) from problem


ROUTES = (
    Route("GET", "/healthz", healthz, "quick", "all"),
    Route("GET", "/version", version, "quick", "user"),
    Route("GET", "/versions", versions, "quick", "user"),
    Route("GET", "/me", me, "quick", "user"),
    Route("GET", "/verbs", verbs, "quick"),
    Route("POST", "/verbs/{name}", call, "act"),
    Route("POST", "/rehearse/{name}", rehearse, "act"),
    Route("GET", "/reports", reports, "quick"),
    Route("POST", "/reports/{name}", report),
    Route("POST", "/sql", sql),
    Route("POST", "/check", check),
    Route("POST", "/branches", branch, "act"),
)
BRANCH_ROUTES = (Route("DELETE", "/branches/{branch}", drop_branch, "act"),)
