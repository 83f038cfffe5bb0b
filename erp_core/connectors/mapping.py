"""From their rows to our arguments: one unit per outside key, each value read as its type or refused by field."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from erp_core.connectors.definition import Connector
from erp_core.connectors.reading import PART, Row
from erp_core.connectors.refusals import RowUnfit

_YES, _NO = ("true", "yes", "1", "是", "y"), ("false", "no", "0", "否", "n", "")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")


@dataclass(frozen=True)
class Unit:
    """What one outside key brings: the arguments for our act, or why it cannot be read."""

    external_id: str
    row_hash: str
    arguments: dict[str, list[dict[str, Any]]]
    problem: RowUnfit | None = None


def units(connector: Connector, rows: list[Row]) -> list[Unit]:
    """The rows gathered by outside key, in the order in which the keys first come.

    The first argument of the mapping takes one row per key (a card, a head), the others every row (lines); both are
    given the outside key as `key` where the first argument is called documents. A key that comes again in another file
    or document is the last one that came: exports overlap, and nobody's lines may be counted twice.
    """
    gathered: dict[str, list[Row]] = {}
    parts: dict[str, Any] = {}
    for row in rows:
        key = str(row.get(connector.mapping["external_id"], "")).strip()
        if key in gathered and parts[key] != row.get(PART):
            gathered[key] = []
        parts[key] = row.get(PART)
        gathered.setdefault(key, []).append({name: value for name, value in row.items() if name != PART})
    return [_unit(connector, key, found) for key, found in gathered.items()]


def _unit(connector: Connector, key: str, rows: list[Row]) -> Unit:
    digest = hashlib.sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
    problem = None
    arguments: dict[str, list[dict[str, Any]]] = {}
    try:
        if not key:
            raise RowUnfit(external_id="-", field=connector.mapping["external_id"], problem="empty")  # noqa: TRY301
        names = list(connector.mapping["arguments"])
        for name, fields in connector.mapping["arguments"].items():
            used = rows[-1:] if name == names[0] else rows
            arguments[name] = [_mapped(key, fields, row) for row in used]
            if names[0] == "documents":
                arguments[name] = [{"key": key, **row} for row in arguments[name]]
    except RowUnfit as unfit:
        # What cannot be read is kept as it came, so that a person sees it.
        problem, arguments = unfit, {"_rows": rows}
    return Unit(key or f"-{digest[:12]}", digest, arguments, problem)


def _mapped(key: str, fields: dict[str, Any], row: Row) -> dict[str, Any]:
    values = {}
    for ours, source in fields.items():
        value = _value(key, source if isinstance(source, dict) else {"from": source}, row)
        if value is not None:
            values[ours] = value
    return values


def _value(key: str, source: dict[str, Any], row: Row) -> Any:
    if "value" in source:
        return source["value"]
    field = source["from"]
    if field not in row and "default" not in source:
        raise RowUnfit(external_id=key, field=field, problem="missing")
    text = row.get(field, "")
    if isinstance(text, dict | list):
        raise RowUnfit(external_id=key, field=field, problem="nested")
    if text == "":
        return source.get("default")
    return _read(key, field, str(text), source.get("type", "text"))


def _read(key: str, field: str, text: str, kind: str) -> Any:
    """The value as plain text that every act understands: numbers and days in one form."""
    try:
        if kind == "number":
            number = Decimal(text.replace(",", "").replace("，", "").replace(" ", ""))
            if not number.is_finite():
                raise ValueError("not finite")  # noqa: TRY301
            return f"{number:f}"
        if kind == "date":
            found = _DAY.fullmatch(text)
            return date(*map(int, found.groups())).isoformat() if found else date.fromisoformat(text).isoformat()
        if kind == "boolean":
            if text.lower() not in _YES + _NO:
                raise ValueError("neither yes nor no")  # noqa: TRY301
            return text.lower() in _YES
    except (ValueError, InvalidOperation) as problem:
        raise RowUnfit(external_id=key, field=field, problem=f"{text[:60]} ({kind})") from problem
    return text
