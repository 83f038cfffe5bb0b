"""Running connectors over books: read first, then one act per batch; what cannot be taken is found by halving."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from erp_core.connectors import definition, mapping, outbound, places, reading
from erp_core.connectors.definition import Connector
from erp_core.connectors.mapping import Unit
from erp_core.connectors.refusals import (
    ConnectorUnknown,
    LetterUnknown,
    RowChangedOutside,
    RowTakenAlready,
    RowUnfit,
)
from erp_core.foundation.errors import (
    BooksBusy,
    BooksDamaged,
    BooksFrozen,
    DiskFull,
    KeyReused,
    NotPermitted,
    Refusal,
    UnknownArgument,
    UnknownVerb,
)
from erp_core.operations.clock import instant

BATCH = 500
# These say nothing about a row: the run ends, and nothing becomes a dead letter.
NOT_THE_ROWS = (BooksBusy, BooksDamaged, BooksFrozen, DiskFull, KeyReused, NotPermitted, UnknownVerb, UnknownArgument)
# Facts of a refusal that name a field, in the order in which they are believed.
_FIELD_FACTS = ("field", "column", "what", "parameter")


@dataclass
class Done:
    """What a run did so far: counts, and letters for what it could not take."""

    rows_in: int = 0
    rows_taken: int = 0
    rows_known: int = 0
    rows_rejected: int = 0
    rows_out: int = 0
    letters: list[dict[str, Any]] = field(default_factory=list)


def find(books: Any, name: str) -> Connector:
    """The active connector of that name."""
    rows = books.sql("select * from rpt.connector where name = $name and active", name=name)
    if rows.is_empty():
        raise ConnectorUnknown(name=name)
    return definition.read(rows.row(0, named=True))


def due(books: Any, now: datetime) -> list[str]:
    """The connectors whose time has come: scheduled ones, and those that failed and waited long enough."""
    rows = books.sql(
        "select name from rpt.connector where active and every_minutes > 0"
        " and (next_run_at is null or next_run_at <= $now) order by name",
        now=now,
    )
    return rows["name"].to_list()


def run_due(books: Any, now: datetime) -> dict[str, str]:
    """Run what is due and try due letters again; one that fails does not stop the others. Outcome by name."""
    outcomes = {}
    for name in due(books, now):
        try:
            outcomes[name] = run(books, name)["outcome"]
        except Refusal as refusal:
            outcomes[name] = refusal.code
    retry(books, None)
    return outcomes


def run(books: Any, name: str) -> dict[str, Any]:
    """Run one connector: counts, mark and outcome are kept whatever happens; what failed is raised afterwards."""
    connector, started, done = find(books, name), instant(), Done()
    try:
        limit = places.limits(books)
        if connector.direction == "in":
            read = reading.rows_of(connector, limit)
            mark = read.watermark
            _take_all(books, connector, read.rows, done)
        else:
            mark, done.rows_out = outbound.send(books, connector, limit, now=started)
    except (Refusal, OSError, duckdb.Error) as problem:
        text = f"{type(problem).__name__}: {getattr(problem, 'english', problem)}"
        _finish(books, connector, started, done, outcome="failed", mark=connector.watermark, problem=text)
        raise
    moved = done.rows_taken or done.rows_out or mark != connector.watermark
    outcome = "partial" if done.rows_rejected else "done" if moved else "unchanged"
    return _finish(books, connector, started, done, outcome=outcome, mark=mark)


def retry(books: Any, letters: list[int] | None) -> dict[str, Any]:
    """Try dead letters again, those named or all that are due; how many were taken and how many stay."""
    rows = books.sql("select * from rpt.dead_letter where resolved_at is null order by letter_id")
    if letters is None:
        now = instant()
        wanted = [row for row in rows.to_dicts() if row["next_try_at"] and row["next_try_at"] <= now]
    else:
        held = {row["letter_id"]: row for row in rows.to_dicts()}
        for letter in letters:
            if letter not in held:
                raise LetterUnknown(letter=letter)
        wanted = [held[letter] for letter in letters]
    total = {"tried": len(wanted), "taken": 0}
    for name in dict.fromkeys(row["connector"] for row in wanted):
        connector, done = find(books, name), Done()
        found = [_again(connector, row) for row in wanted if row["connector"] == name]
        _take_units(books, connector, found, done)
        if done.letters:
            books.call("connector.finish", name=name, run={}, letters=done.letters, ended=False)
        total["taken"] += done.rows_taken
    return total | {"left": total["tried"] - total["taken"]}


def _again(connector: Connector, row: dict[str, Any]) -> Unit:
    """A letter as a unit: rows that could not be read are mapped anew, since the mapping may have been put right."""
    kept = json.loads(row["payload"])
    if "_rows" in kept:
        return mapping.units(connector, kept["_rows"])[0]
    return Unit(row["external_id"], row["row_hash"], kept)


def _take_all(books: Any, connector: Connector, rows: list[dict[str, Any]], done: Done) -> None:
    found = mapping.units(connector, rows)
    done.rows_in = len(found)
    taken = dict(
        books.sql(
            "select external_id, row_hash from rpt.connector_row where connector = $name", name=connector.name
        ).rows()
    )
    lying = dict(
        books.sql(
            "select external_id, max_by(row_hash, letter_id) from rpt.dead_letter where connector = $name"
            " group by external_id",
            name=connector.name,
        ).rows()
    )
    # A letter that lies there, or was laid aside, is not tried by a run unless the row has changed since.
    fresh = [unit for unit in found if unit.row_hash not in (taken.get(unit.external_id), lying.get(unit.external_id))]
    done.rows_known = len(found) - len(fresh)
    changed = [unit for unit in fresh if unit.external_id in taken and not connector.again]
    for unit in changed:
        _reject(done, unit, RowChangedOutside(external_id=unit.external_id, target=connector.target))
    _take_units(books, connector, [unit for unit in fresh if unit not in changed], done)


def _take_units(books: Any, connector: Connector, found: list[Unit], done: Done) -> None:
    for unit in found:
        if unit.problem:
            _reject(done, unit, unit.problem)
    good = [unit for unit in found if not unit.problem]
    for at in range(0, len(good), BATCH):
        _take(books, connector, good[at : at + BATCH], done)


def _take(books: Any, connector: Connector, batch: list[Unit], done: Done) -> None:
    """One act for the batch; if it is refused, each half on its own, down to the row that does not fit."""
    try:
        books.call("connector.take", **_arguments(connector, batch))
    except NOT_THE_ROWS:
        raise
    except Refusal as refusal:
        if len(batch) > 1:
            middle = len(batch) // 2
            _take(books, connector, batch[:middle], done)
            _take(books, connector, batch[middle:], done)
        elif isinstance(refusal, RowTakenAlready):
            done.rows_known += 1
        else:
            _reject(done, batch[0], refusal)
        return
    done.rows_taken += len(batch)


def _arguments(connector: Connector, batch: list[Unit]) -> dict[str, Any]:
    arguments = {
        name: [row for unit in batch for row in unit.arguments[name]] for name in connector.mapping["arguments"]
    }
    return {
        "name": connector.name,
        "units": [{"external_id": unit.external_id, "row_hash": unit.row_hash} for unit in batch],
        "arguments": arguments,
    }


def _reject(done: Done, unit: Unit, refusal: Refusal) -> None:
    facts = refusal.facts
    named = (
        facts.get("field")
        if isinstance(refusal, RowUnfit)
        else next((facts[n] for n in _FIELD_FACTS if n in facts), "")
    )
    done.rows_rejected += 1
    done.letters.append(
        {
            "external_id": unit.external_id,
            "row_hash": unit.row_hash,
            "payload": json.dumps(unit.arguments, ensure_ascii=False, default=str),
            "field": str(named or ""),
            "problem": f"{refusal.code}: {refusal.english}",
        }
    )


def _finish(
    books: Any, connector: Connector, started: datetime, done: Done, *, outcome: str, mark: str, problem: str = ""
) -> dict[str, Any]:
    counts = {
        name: getattr(done, name) for name in ("rows_in", "rows_taken", "rows_known", "rows_rejected", "rows_out")
    }
    run = {"started_at": started.isoformat(), **counts, "watermark": mark, "outcome": outcome, "problem": problem}
    return books.call("connector.finish", name=connector.name, run=run, letters=done.letters)
