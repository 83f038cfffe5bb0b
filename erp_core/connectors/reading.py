"""Rows from outside as text: from comma separated files, workbooks, and addresses that answer in JSON."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import python_calamine

from erp_core.connectors import addresses, places
from erp_core.connectors.definition import FILES, Connector
from erp_core.connectors.places import Limits
from erp_core.connectors.refusals import FieldsMissing, FileNotAsSaid, OtherSideFailed

PAGES_MAX = 1000
# Where a row came from: a file, or a document with its lines; a key that comes again from elsewhere replaces the first.
PART = "\x00part"
_ENCODINGS = ("utf-8-sig", "gb18030")
Row = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """What was found: rows, and the mark up to which they were read; known when the mark says nothing is new."""

    rows: list[Row]
    watermark: str
    unchanged: bool = False


def rows_of(connector: Connector, limit: Limits) -> Read:
    """Read what lies there now. Files: all of them unless none changed; addresses: what is newer than the mark."""
    return _files(connector, limit) if connector.kind in FILES else _address(connector, limit)


def _files(connector: Connector, limit: Limits) -> Read:
    total = hashlib.sha256()
    bodies = []
    for path in places.dropped(limit, connector.place, connector.kind):
        body = places.content(path, connector.kind, limit)
        total.update(path.name.encode() + b"\x00" + hashlib.sha256(body).digest())
        bodies.append((path.name, body))
    mark = total.hexdigest() if bodies else connector.watermark
    if mark == connector.watermark:
        return Read([], mark, unchanged=True)
    rows = []
    for name, body in bodies:
        table = _csv(name, body) if connector.kind == "csv" else _xlsx(name, body, connector.mapping.get("sheet", ""))
        rows += _named(name, table, connector)
    return Read(rows, mark)


def _csv(name: str, body: bytes) -> list[list[Any]]:
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as problem:
            raise FileNotAsSaid(file=name, problem=str(problem)) from problem
    raise FileNotAsSaid(file=name, problem="neither UTF-8 nor GB18030")


def _xlsx(name: str, body: bytes, sheet: str) -> list[list[Any]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        return book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=True)
    except (python_calamine.CalamineError, IndexError, OSError, ValueError) as problem:
        raise FileNotAsSaid(file=name, problem=str(problem) or "no sheet") from problem


def _named(name: str, table: list[list[Any]], connector: Connector) -> list[Row]:
    """Rows by the names in the first line; a field of the mapping that the file lacks is refused by name."""
    filled = [row for row in table if any(str(cell).strip() for cell in row)]
    head = [str(cell).strip() for cell in filled[0]] if filled else []
    for field in wanted_fields(connector):
        if field not in head:
            raise FieldsMissing(file=name, field=field, known=", ".join(head) or "-")
    width = len(head)
    return [
        {PART: name} | {head[at]: _text(row[at]) if at < len(row) else "" for at in range(width) if head[at]}
        for row in filled[1:]
    ]


def wanted_fields(connector: Connector) -> list[str]:
    """The fields of theirs that the mapping needs: those without a default."""
    fields = [connector.mapping["external_id"]]
    for mapped in connector.mapping["arguments"].values():
        for source in mapped.values():
            if isinstance(source, str):
                fields.append(source)
            elif "from" in source and "default" not in source:
                fields.append(source["from"])
    return list(dict.fromkeys(fields))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return str(value.date() if value.time() == datetime.min.time() else value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):  # not money: a cell of a workbook is one, its shortest form is what was typed
        return str(int(value)) if value.is_integer() else str(Decimal(repr(value)))
    return "" if value is None else str(value).strip()


def _address(connector: Connector, limit: Limits) -> Read:
    mapping, token = connector.mapping, addresses.secret(connector.secret_env)
    since = mapping.get("since", "")
    asked = {since: connector.watermark} if since and connector.watermark else {}
    rows: list[Row] = []
    url, mark = connector.place, connector.watermark
    for _ in range(PAGES_MAX):
        page = addresses.fetch(url, limit, parameters=asked, token=token)
        found = _at(page, mapping.get("rows", ""))
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise FieldsMissing(file=connector.place, field=mapping.get("rows", "[…]"), known=_keys(page))
        rows += found
        following = _at(page, mapping["next"]) if mapping.get("next") else None
        if not following:
            break
        url, asked = _same_host(connector.place, urljoin(url, str(following))), {}
    if mapping.get("watermark"):
        marks = [str(_at(row, mapping["watermark"]) or "") for row in rows]
        mark = max([mark, *marks])
    return Read(_flat(rows, connector), mark)


def _same_host(first: str, following: str) -> str:
    """A next page lies where the first lay: the token goes nowhere else."""
    if urljoin(first, "/") != urljoin(following, "/"):
        raise OtherSideFailed(host=first, problem=f"next page elsewhere: {following}")
    return following


def _flat(rows: list[Row], connector: Connector) -> list[Row]:
    """One row per line where a document brings its lines along, each with the fields of its document."""
    inner = connector.mapping.get("lines", "")
    if not inner:
        return [_plain(row) for row in rows]
    flat = []
    for number, row in enumerate(rows):
        head = {PART: str(number)} | {name: value for name, value in row.items() if name != inner}
        lines = row.get(inner)
        flat += [
            _plain(head | {f"{inner}.{name}": value for name, value in line.items()})
            for line in (lines if isinstance(lines, list) and lines else [{}])
        ]
    return flat


def _plain(row: Row) -> Row:
    return {name: _text(value) if not isinstance(value, dict | list) else value for name, value in row.items()}


def _at(value: Any, path: str) -> Any:
    """What lies at a path such as data.items; nothing when it is not there."""
    for part in [part for part in path.split(".") if part]:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _keys(page: Any) -> str:
    return ", ".join(map(str, page)) if isinstance(page, dict) else type(page).__name__
