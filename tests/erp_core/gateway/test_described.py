"""The description of the host: every verb and report is in it, and whatever fits it is answered without a fault."""

from __future__ import annotations

import inspect
import time

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from erp_core.foundation.verbs import VERBS
from erp_core.gateway import described
from erp_core.reports.definition import definitions

SECONDS = 30
# Schemathesis asks these too, but they would end or copy the books under test, or take a minute each.
LEFT_OUT = {"/sign-out", "/operations/backup", "/branches", "/branches/{branch}", "/check", "/rehearse/"}


def test_every_verb_and_report_is_described(books):
    paths = described.describe()["paths"]
    for name, verb in VERBS.items():
        operation = paths[f"/verbs/{name}"]["post"]
        assert operation["summary"] == verb.summary
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        assert set(verb.parameters) <= body["properties"].keys()
        assert f"/rehearse/{name}" in paths
    for name, definition in definitions().items():
        operation = paths[f"/reports/{name}"]["post"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        assert body["properties"].keys() == {one.name for one in definition.parameters}
        assert body["required"] == [one.name for one in definition.parameters if one.required]


def test_arguments_are_described_as_they_are_annotated():
    assert described.schema_of("str | None") == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert described.schema_of("list[str] | str") == {
        "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]
    }
    assert described.schema_of("list[dict[str, Any]]")["items"] == {"type": "object"}
    for verb in VERBS.values():
        for one in list(inspect.signature(inspect.unwrap(verb.function)).parameters.values())[1:]:
            assert described.schema_of(str(one.annotation)), f"{verb.name}: {one.annotation} has no description"


@pytest.mark.slow
def test_whatever_fits_the_description_is_no_fault(host):
    """Values made up from the description, for every operation: answered or refused, never a fault."""
    schema = schemathesis.openapi.from_url(f"{host.address}/openapi.json")
    faults: list[str] = []
    asked = set()
    began = time.monotonic()
    line = httpx.Client(trust_env=False, timeout=60, headers={"X-ERP-Key": host.place.key, "X-ERP-User": "owner"})
    operations = [result.ok() for result in schema.get_all_operations()]
    operations = [one for one in operations if not any(one.path.startswith(left) for left in LEFT_OUT)]
    for operation in operations:
        try_out(operation, host, line, faults, asked)
        if time.monotonic() - began > SECONDS:
            break
    line.close()
    assert not faults, "\n" + "\n".join(faults)
    assert len(asked) > 40
    assert host.books.check()["ok"].all()


def try_out(operation, host, line: httpx.Client, faults: list[str], asked: set[str]) -> None:
    @settings(
        max_examples=6,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def once(case) -> None:
        asked.add(case.path)
        body = case.body if isinstance(case.body, dict | list) else {}
        query = {name: str(value) for name, value in (case.query or {}).items()}
        answer = line.request(
            case.method, f"{host.address}{case.path}", json=body if case.method == "POST" else None, params=query
        )
        if answer.status_code >= 500:
            faults.append(f"{answer.status_code} {case.method} {case.path} {str(body)[:300]} {answer.text[:80]}")
        else:
            answer.json() if "json" in answer.headers["content-type"] else answer.content

    once()
