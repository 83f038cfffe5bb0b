"""The OpenAPI of the host: one route per verb and per report, made from their signatures and headers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from erp_core.foundation.verbs import VERBS, Verb
from erp_core.gateway import door_routes, operations_routes, outside, routes
from erp_core.gateway.fitting import alternatives, outer_and_inner
from erp_core.gateway.host import Desk, Route
from erp_core.reports.definition import Definition, Parameter, definitions

_TEXT = {"type": "string"}
_AMOUNT = {"type": "string", "description": 'a decimal number as text, such as "12.50"'}
_ROWS = {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}
_KINDS: dict[str, dict[str, Any]] = {
    "str": _TEXT,
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "Decimal": _AMOUNT,
    "dict": {"type": "object"},
    "None": {"type": "null"},
    "DataFrame": _ROWS,
    "Given": _ROWS,
    "Mapping": {"type": "object"},
    "Iterable": {"type": "array", "items": {"type": "object"}},
}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "period": {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "text": _TEXT,
    "choice": _TEXT,
}
_SECURITY = [{"token": []}]
_ERRORS = {
    "400": "the request cannot be read",
    "401": "not signed in, or no longer so",
    "403": "not permitted",
    "404": "no such thing",
    "409": "busy, frozen, or a key that stands for something else",
    "413": "too large",
    "422": "refused: code, facts and words in both languages",
    "429": "too often, or too many",
    "503": "the host is being shut down",
}
_BODIES: dict[str, dict[str, Any]] = {
    "/sign-in": {"login": _TEXT, "password": _TEXT},
    "/enter": {"ticket": _TEXT},
    "/enter-demo": {"login": _TEXT},
    "/sign-up": {"login": _TEXT, "name": _TEXT, "contact": _TEXT},
    "/reset/ask": {"login": _TEXT},
    "/reset": {"token": _TEXT, "new_password": _TEXT},
    "/outside/begin": {"issuer": _TEXT, "back": _TEXT},
    "/outside/finish": {"state": _TEXT, "code": _TEXT},
    "/sql": {"query": _TEXT},
    "/operations/backup": {},
}


def all_routes() -> tuple[Route, ...]:
    """Every way into the host, but those that lead to a branch by the same names."""
    return (*routes.ROUTES, *routes.BRANCH_ROUTES, *operations_routes.ROUTES, *door_routes.ROUTES, *outside.ROUTES)


def endpoint(desk: Desk) -> Callable[[Request], Any]:
    """The route that hands out the description; it tells nothing that is not in the source."""

    async def openapi(request: Request) -> Response:
        return Response(json.dumps(describe(), ensure_ascii=False), media_type="application/json")

    return openapi


def describe() -> dict[str, Any]:
    """The whole description as a dict."""
    paths: dict[str, Any] = {}
    for route in all_routes():
        if "{name}" not in route.path:
            paths.setdefault(route.path, {})[route.method.lower()] = _plain_route(route)
    for verb in sorted(VERBS.values(), key=lambda one: one.name):
        for way, said in (("verbs", verb.summary), ("rehearse", f"Rehearse: {verb.summary}")):
            paths[f"/{way}/{verb.name}"] = {"post": _operation(f"{way}.{verb.name}", said, way, _arguments(verb))}
    for definition in definitions().values():
        paths[f"/reports/{definition.name}"] = {"post": _report(definition)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Notebook ERP", "version": "1", "description": __doc__},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Refusal": _refusal_schema()},
        },
    }


def _plain_route(route: Route) -> dict[str, Any]:
    said = inspect.getdoc(route.work) or ""
    name = f"{route.method.lower()}{route.path.replace('/', '.').replace('{', '').replace('}', '')}"
    body = None
    if route.method == "POST":
        fields = _BODIES.get(route.path, {})
        body = {"type": "object", "properties": dict(fields), "required": list(fields)}
        if route.path == "/sql":
            body["properties"]["parameters"] = {"type": "object"}
        if route.path == "/branches":
            body["properties"]["as_of"] = {"oneOf": [{"type": "null"}, {"type": "string"}, {"type": "integer"}]}
    operation = _operation(name, said, "host", body)
    if route.door == "all":
        operation["security"] = []
    if "{branch}" in route.path:
        operation["parameters"] = [{"name": "branch", "in": "path", "required": True, "schema": _TEXT}]
    return operation


def _operation(name: str, said: str, tag: str, body: dict[str, Any] | None) -> dict[str, Any]:
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": said.split("\n", 1)[0],
        "tags": [tag],
        "security": _SECURITY,
        "responses": {
            "200": {"description": "done", "content": {"application/json": {"schema": {}}}},
            **{status: {"description": said, "content": refusal} for status, said in _ERRORS.items()},
        },
    }
    if body is not None:
        operation["requestBody"] = {
            "required": bool(body.get("required")),
            "content": {"application/json": {"schema": body}},
        }
    return operation


def _arguments(verb: Verb) -> dict[str, Any]:
    """The body of a verb: its arguments by name, and the key and the reason that every act takes."""
    signature = inspect.signature(inspect.unwrap(verb.function))
    taken = {name: one for name, one in signature.parameters.items() if name != "session"}
    properties = {name: schema_of(str(one.annotation)) for name, one in taken.items()}
    properties["key"] = {"type": "string", "description": "makes it happen once only"}
    properties.setdefault("reason", {"type": "string", "description": "why it is done"})
    required = [name for name, one in taken.items() if one.default is inspect.Parameter.empty]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def schema_of(annotation: str) -> dict[str, Any]:
    """The JSON schema of an annotation as it is written in the source."""
    choices = [_one_schema(part) for part in alternatives(annotation)]
    unlike = [choice for at, choice in enumerate(choices) if choice not in choices[:at]]
    return unlike[0] if len(unlike) == 1 else {"anyOf": unlike}


def _one_schema(kind: str) -> dict[str, Any]:
    outer, inner = outer_and_inner(kind)
    if outer == "list":
        return {"type": "array", "items": schema_of(inner) if inner else {"type": "object"}}
    return _KINDS.get(outer, {})


def _report(definition: Definition) -> dict[str, Any]:
    properties = {one.name: _parameter(one) for one in definition.parameters}
    required = [one.name for one in definition.parameters if one.required]
    body = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    said = f"{definition.title.zh} · {definition.title.en}"
    operation = _operation(f"reports.{definition.name}", said, "reports", body)
    columns = [f"{column.name} ({column.kind}): {column.title.zh} · {column.title.en}" for column in definition.columns]
    operation["description"] = "\n".join([definition.grain, "", *columns])
    formats = {"type": "string", "enum": ["csv", "json", "xlsx", "pdf", "parquet"]}
    operation["parameters"] = [
        {"name": "format", "in": "query", "required": False, "schema": formats},
        {"name": "language", "in": "query", "required": False, "schema": {"type": "string", "enum": ["zh", "en"]}},
    ]
    return operation


def _parameter(parameter: Parameter) -> dict[str, Any]:
    shape = dict(_PARAMETERS.get(parameter.kind, _TEXT))
    if parameter.kind == "choice":
        shape["enum"] = list(parameter.choices)
    return shape


def _refusal_schema() -> dict[str, Any]:
    words = {"type": "object", "properties": {"text": _TEXT, "fix": _TEXT}}
    told = {"code": _TEXT, "module": _TEXT, "facts": {"type": "object"}, "zh": words, "en": words}
    refusal = {"type": "object", "properties": told, "required": ["code", "facts", "zh", "en"]}
    return {"type": "object", "properties": {"refusal": refusal}, "required": ["refusal"]}
