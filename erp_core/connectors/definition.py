"""A connector as data: what may be connected to what, and how a field of theirs becomes one of ours."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from erp_core.connectors.refusals import ConnectorInvalid
from erp_core.foundation.verbs import VERBS
from erp_core.reports.definition import definitions

# Rows from outside never reach people, rights, rules of approval, operations or connectors themselves.
DEPARTMENTS = ("masters", "sales", "purchasing", "finance", "inventory", "ledger")
KINDS = {"in": ("csv", "xlsx", "json_api"), "out": ("csv", "xlsx", "json_api", "webhook")}
FILES = ("csv", "xlsx")
# Only variables meant for connectors may leave this machine in a header or a signature.
SECRET_PREFIX = "ERP_SECRET_"  # noqa: S105 - the name of a variable, no secret
ACTS = "acts"
TYPES = ("text", "number", "date", "boolean")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_IN_KEYS = {"external_id", "arguments", "rows", "lines", "since", "watermark", "next", "sheet"}
_OUT_KEYS = {"parameters", "patterns", "language"}


@dataclass(frozen=True)
class Connector:
    """One connector; the mapping is read, the secret is only named."""

    name: str
    direction: str
    kind: str
    target: str
    place: str
    mapping: dict[str, Any] = field(default_factory=dict)
    secret_env: str = ""
    every_minutes: int = 0
    watermark: str = ""
    failures: int = 0

    @property
    def again(self) -> bool:
        """Whether a row that was taken may come again changed: cards may, papers may not."""
        return self.target.endswith(".save")


def read(row: dict[str, Any]) -> Connector:
    """A row of rpt.connector as a connector."""
    names = Connector.__dataclass_fields__.keys() - {"mapping"}
    return Connector(**{name: row[name] for name in names}, mapping=json.loads(row["mapping"]))


def as_text(mapping: Any) -> str:
    """A mapping as it is kept: text that is given stays as it is."""
    return mapping if isinstance(mapping, str) else json.dumps(mapping, ensure_ascii=False)


def check(row: dict[str, Any]) -> str:
    """Refuse a definition that could not run, naming the field; the mapping as text that is kept."""
    name = str(row.get("name", ""))

    def wrong(field_name: str, value: Any, problem: str) -> ConnectorInvalid:
        return ConnectorInvalid(name=name, field=field_name, value=value, problem=problem)

    if not _NAME.fullmatch(name):
        raise wrong("name", name or "''", "a-z 0-9 _")
    if row["direction"] not in KINDS:
        raise wrong("direction", row["direction"], "in | out")
    if row["kind"] not in KINDS[row["direction"]]:
        raise wrong("kind", row["kind"], " | ".join(KINDS[row["direction"]]))
    if row["secret_env"] and not re.fullmatch(SECRET_PREFIX + r"[A-Z0-9_]+", row["secret_env"]):
        raise wrong("secret_env", row["secret_env"], f"{SECRET_PREFIX}…")
    if not 0 <= row["every_minutes"] <= 100_000:
        raise wrong("every_minutes", row["every_minutes"], "0 … 100000")
    _check_place(row, wrong)
    _check_target(row, wrong)
    return _checked_mapping(row, wrong)


def _check_place(row: dict[str, Any], wrong: Any) -> None:
    place = str(row["place"])
    if row["kind"] in FILES:
        parts = place.replace("\\", "/").split("/")
        if not place.strip() or place.startswith(("/", "\\")) or ".." in parts or ":" in place or "\x00" in place:
            raise wrong("place", place or "''", "a path inside the folder of connectors")
        return
    address = urlsplit(place)
    if address.scheme not in ("http", "https") or not address.hostname or address.username or address.password:
        raise wrong("place", place or "''", "http(s)://host/… without a password")


def _check_target(row: dict[str, Any], wrong: Any) -> None:
    target = row["target"]
    if row["direction"] == "in":
        if target not in VERBS or target.partition(".")[0] not in DEPARTMENTS:
            raise wrong("target", target or "''", "an act of " + " | ".join(DEPARTMENTS))
    elif target not in definitions() and not (target == ACTS and row["kind"] == "webhook"):
        raise wrong("target", target or "''", f"a report, or {ACTS} for a webhook")


def _checked_mapping(row: dict[str, Any], wrong: Any) -> str:
    given = row["mapping"]
    try:
        mapping = json.loads(given) if isinstance(given, str) else given
    except json.JSONDecodeError as problem:
        raise wrong("mapping", str(given)[:60], f"JSON: {problem}") from problem
    if not isinstance(mapping, dict):
        raise wrong("mapping", str(given)[:60], "an object of JSON")
    for key in mapping:
        if key not in (_IN_KEYS if row["direction"] == "in" else _OUT_KEYS):
            raise wrong(f"mapping.{key}", key, "not known")
    if row["direction"] == "in":
        _check_fields(row["target"], mapping, wrong)
    elif not isinstance(mapping.get("parameters", {}), dict) or not isinstance(mapping.get("patterns", []), list):
        raise wrong("mapping", str(mapping)[:60], "parameters: {…}, patterns: […]")
    return json.dumps(mapping, ensure_ascii=False, sort_keys=True)


def _check_fields(target: str, mapping: dict[str, Any], wrong: Any) -> None:
    if not isinstance(mapping.get("external_id"), str) or not mapping["external_id"]:
        raise wrong("mapping.external_id", mapping.get("external_id"), "the field that is their key")
    arguments = mapping.get("arguments")
    if not isinstance(arguments, dict) or not arguments:
        raise wrong("mapping.arguments", arguments, "{argument: {our field: their field}}")
    for argument, fields in arguments.items():
        if argument not in VERBS[target].parameters:
            raise wrong(f"mapping.arguments.{argument}", argument, " | ".join(VERBS[target].parameters))
        if not isinstance(fields, dict) or not fields:
            raise wrong(f"mapping.arguments.{argument}", fields, "{our field: their field}")
        for ours, source in fields.items():
            plain = isinstance(source, str)
            known = isinstance(source, dict) and source.keys() <= {"from", "value", "type", "default"}
            if not (plain or (known and ("from" in source or "value" in source))):
                raise wrong(
                    f"mapping.arguments.{argument}.{ours}", source, "a field, or {from, type, default} or {value}"
                )
            if known and source.get("type", "text") not in TYPES:
                raise wrong(f"mapping.arguments.{argument}.{ours}.type", source["type"], " | ".join(TYPES))
