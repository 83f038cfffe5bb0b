"""What goes out: a report as a file or a message, acts as events; only what is new since the mark is told."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import polars as pl

from erp_core.connectors import addresses, places
from erp_core.connectors.definition import ACTS, FILES, Connector
from erp_core.connectors.places import Limits
from erp_core.foundation.session import BOOKS_ZONE
from erp_core.reports import export

EVENTS_MAX = 100
ROUNDS_MAX = 100
# What is never told: acts of connectors would tell of themselves for ever, acts of access are nobody else's business.
NEVER = ("connector.*", "access.*", "operations.*")
_ACTS = """
    select act_id, verb, actor, happened_at, reason, result from rpt.act
    where act_id > $after and outcome = 'done' order by act_id limit $many
"""


def send(books: Any, connector: Connector, limit: Limits, *, now: datetime) -> tuple[str, int]:
    """Tell what is new: the new mark, and how many rows went out; nothing new, nothing sent."""
    if connector.target == ACTS:
        return _events(books, connector, limit, now)
    asked = {name: _value(value, now) for name, value in connector.mapping.get("parameters", {}).items()}
    frame = books.report(connector.target, **asked)
    mark = hashlib.sha256(export.json(frame) + json.dumps(asked, default=str).encode()).hexdigest()
    if mark == connector.watermark:
        return mark, 0
    if connector.kind in FILES:
        language = connector.mapping.get("language", "zh")
        company = books.sql("select name from rpt.company")["name"][0]
        body = export.to_bytes(connector.kind, connector.target, frame, asked, language, company)
        places.put(limit, connector.place, body)
        return mark, frame.height
    rows = json.loads(export.json(_safe(frame)))
    message = {"connector": connector.name, "report": connector.target, "parameters": asked, "rows": rows}
    _post(connector, limit, message, key=f"{connector.name}/{mark[:32]}", now=now)
    return mark, frame.height


def _safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet at the other end would take for a formula get a quote, as in every export."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(pl.col(name).map_elements(export.plain_text, return_dtype=pl.String) for name in texts)


def _events(books: Any, connector: Connector, limit: Limits, now: datetime) -> tuple[str, int]:
    """Tell of acts that match, at least once and in order; the first run begins with what comes from now on."""
    last = books.sql("select coalesce(max(act_id), 0) as last from rpt.act")["last"][0]
    if not connector.watermark:
        return str(last), 0
    after, told = int(connector.watermark), 0
    patterns = connector.mapping.get("patterns", ["*"])
    for _ in range(ROUNDS_MAX):
        acts = books.sql(_ACTS, after=after, many=EVENTS_MAX)
        if acts.is_empty():
            break
        events = [_event(row) for row in acts.iter_rows(named=True) if _wanted(row["verb"], patterns)]
        through = acts["act_id"][-1]
        if events:
            message = {"connector": connector.name, "events": events}
            _post(connector, limit, message, key=f"{connector.name}/{after}-{through}", now=now)
            told += len(events)
        after = through
    # Acts of our own alone are no news: the mark stays, so that a run that told nothing changes nothing.
    return (str(after) if told else connector.watermark), told


def _wanted(verb: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(verb, one) for one in patterns) and not any(fnmatchcase(verb, one) for one in NEVER)


def _event(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["act_id"],
        "event": row["verb"],
        "actor": row["actor"],
        "at": row["happened_at"].isoformat() + "Z",
        "reason": row["reason"],
        "result": json.loads(row["result"] or "{}"),
    }


def _post(connector: Connector, limit: Limits, message: dict[str, Any], *, key: str, now: datetime) -> None:
    token = addresses.secret(connector.secret_env)
    addresses.tell(connector.place, limit, message, key=key, token=token, stamp=f"{now.isoformat(timespec='seconds')}Z")


def _value(value: Any, now: datetime) -> Any:
    """A parameter as written, or one of the words that mean a day: today, yesterday, month_start, this_month."""
    today = (now + BOOKS_ZONE.utcoffset(None)).date()
    words = {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "month_start": today.replace(day=1),
        "this_month": f"{today:%Y-%m}",
    }
    return words.get(value, value) if isinstance(value, str) else value
