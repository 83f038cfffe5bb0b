"""The acts of connectors: save, run, take a batch, end a run, try dead letters again, resolve them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from erp_core.connectors import definition
from erp_core.connectors.refusals import ConnectorNotRehearsed, ConnectorUnknown, LetterUnknown, RowTakenAlready
from erp_core.foundation.errors import NotPermitted
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import VERBS, Verb, verb
from erp_core.masters import saving
from erp_core.operations.clock import instant

TABLE = saving.Table(
    name="connector",
    keys=("name",),
    required=("direction", "kind", "target", "place"),
    choices={"direction": ("in", "out")},
)
OWN = ("watermark", "failures", "next_run_at")
# A dead letter is tried again after 1, 2, 4 … minutes, at most a day apart, and after so many tries waits for a person.
TRIES_MAX, MINUTES_MAX = 10, 24 * 60


def later(now: datetime, failures: int) -> datetime:
    """When to try again after so many failures in a row: twice as long each time, at most a day."""
    return now + timedelta(minutes=min(2 ** max(failures - 1, 0), MINUTES_MAX))


@verb("connector.save")
def save(session: Session, *, connectors: saving.Given) -> dict[str, Any]:
    """Add or change connectors by name: direction, kind, target, mapping, place, secret_env, every_minutes, active.

    mapping is JSON. In: external_id, arguments {argument: {our field: their field | {from, type, default} | {value}}},
    and for addresses rows, lines, since, watermark, next. Out: parameters of the report, or patterns of acts.
    """
    rows = connectors.to_dicts() if isinstance(connectors, pl.DataFrame) else connectors
    rows = [rows] if isinstance(rows, dict) else list(rows)
    plain = [
        {k: definition.as_text(v) if k == "mapping" else v for k, v in row.items() if k not in OWN} for row in rows
    ]
    frame = saving.complete(session, TABLE, plain)
    checked = [definition.check(row) for row in frame.iter_rows(named=True)]
    return saving.write(session, TABLE, frame.with_columns(mapping=pl.Series("mapping", checked, pl.String)))


@verb("connector.take")
def take(session: Session, *, name: str, units: list[dict[str, str]], arguments: dict[str, Any]) -> dict[str, Any]:
    """Do the act of an inbound connector for a batch, as one act: all of it or nothing; the outside keys are kept.

    units: external_id, row_hash. Who runs a connector needs the right to the act itself too.
    """
    connector = _active(session, name)
    if connector.direction != "in":
        raise ConnectorUnknown(name=name)
    if not session.actor.may(connector.target):
        raise NotPermitted(actor=session.actor.login, verb=connector.target)
    keys = [unit["external_id"] for unit in units]
    known = session.rows(
        "select external_id, row_hash from core.connector_row"
        " where connector = $name and list_contains($keys, external_id)",
        name=name,
        keys=keys,
    )
    hashes = {unit["external_id"]: unit["row_hash"] for unit in units}
    for key, row_hash in known:
        if not connector.again or hashes[key] == row_hash:
            raise RowTakenAlready(external_id=key, connector=name)
    result = VERBS[connector.target].function(session, **arguments)
    numbers = result.get("numbers", {})
    taken = pl.DataFrame(
        {
            "connector": name,
            "external_id": keys,
            "row_hash": [hashes[key] for key in keys],
            "our_key": [str(numbers.get(key, key)) for key in keys],
            "taken_at": session.now,
            "act_id": session.act_id,
        }
    )
    session.upsert("connector_row", taken, ("connector", "external_id"))
    session.execute(
        "update core.dead_letter set resolved_at = $now, resolved_by = $who, resolution = 'taken', next_try_at = null"
        " where connector = $name and resolved_at is null and list_contains($keys, external_id)",
        now=session.now,
        who=session.actor.login,
        name=name,
        keys=keys,
    )
    return {"taken": len(keys), "numbers": numbers}


@verb("connector.finish")
def finish(
    session: Session, *, name: str, run: dict[str, Any], letters: list[dict[str, Any]], ended: bool = True
) -> dict[str, Any]:
    """End a run: what it did, the mark it reached, what it could not take; the next run is later after each failure.

    run: started_at, rows_in, rows_taken, rows_known, rows_rejected, rows_out, watermark, outcome, problem.
    letters: external_id, row_hash, payload, field, problem. ended=False only keeps letters (a retry reads nothing).
    """
    connector = _active(session, name)
    _keep_letters(session, name, letters)
    if not ended:
        return {"letters": len(letters)}
    failed = run["outcome"] == "failed"
    failures = connector.failures + 1 if failed else 0
    every = connector.every_minutes
    following = later(session.now, failures) if failed else session.now + timedelta(minutes=every) if every else None
    first = session.take_ids("connector_run", "run_id", 1)
    counts = {field: run[field] for field in ("rows_in", "rows_taken", "rows_known", "rows_rejected", "rows_out")}
    row = {
        "run_id": first, "connector": name, "started_at": datetime.fromisoformat(run["started_at"]),
        "ended_at": session.now, **counts, "watermark_before": connector.watermark, "watermark_after": run["watermark"],
        "outcome": run["outcome"], "problem": run["problem"], "act_id": session.act_id,
    }  # fmt: skip
    session.insert("connector_run", pl.DataFrame([row]))
    session.execute(
        "update core.connector set watermark = $mark, failures = $failures, next_run_at = $next where name = $name",
        mark=run["watermark"],
        failures=failures,
        next=following,
        name=name,
    )
    return {"run": first, "outcome": run["outcome"], **counts}


def _keep_letters(session: Session, name: str, letters: list[dict[str, Any]]) -> None:
    held = session.rows(
        "select external_id, letter_id, tries, first_at from core.dead_letter"
        " where connector = $name and resolved_at is null",
        name=name,
    )
    before = {key: (letter, tries, first_at) for key, letter, tries, first_at in held}
    fresh = [letter for letter in letters if letter["external_id"] not in before]
    first = session.take_ids("dead_letter", "letter_id", len(fresh)) if fresh else 0
    rows = []
    for letter in letters:
        known = before.get(letter["external_id"])
        letter_id, tries, first_at = known or (first, 0, session.now)
        first += known is None
        waits = later(session.now, tries + 1) if tries + 1 < TRIES_MAX else None
        rows.append(
            {"letter_id": letter_id, "connector": name, **letter, "tries": tries + 1, "first_at": first_at,
             "last_at": session.now, "next_try_at": waits}
        )  # fmt: skip
    if rows:
        schema = {"tries": pl.Int32, "next_try_at": pl.Datetime("us")}
        session.upsert("dead_letter", pl.DataFrame(rows, schema_overrides=schema), ("letter_id",))


@verb("connector.resolve", reason=True)
def resolve(session: Session, *, letters: list[int] | int, reason: str) -> dict[str, Any]:
    """Lay dead letters aside with a reason: they are not tried again; the row comes back only if it changes outside."""
    wanted = [letters] if isinstance(letters, int) else list(letters)
    open_now = "select letter_id from core.dead_letter where resolved_at is null and list_contains($wanted, letter_id)"
    found = {row[0] for row in session.rows(open_now, wanted=wanted)}
    for letter in wanted:
        if letter not in found:
            raise LetterUnknown(letter=letter)
    session.execute(
        "update core.dead_letter set resolved_at = $now, resolved_by = $who, resolution = $reason, next_try_at = null"
        " where list_contains($wanted, letter_id)",
        now=session.now,
        who=session.actor.login,
        reason=reason,
        wanted=wanted,
    )
    return {"resolved": len(wanted)}


def _active(session: Session, name: str) -> definition.Connector:
    frame = session.frame("select * from core.connector where name = $name and active", name=name)
    if frame.is_empty():
        raise ConnectorUnknown(name=name)
    return definition.read(frame.row(0, named=True))


def _reader(name: str, summary: str, parameters: tuple[str, ...], work: Callable[..., dict[str, Any]]) -> None:
    """Register an act that reads files and addresses first and writes through acts of its own, batch by batch.

    It holds no lock while it reads; whoever may not do it is refused by the audited act of the same name.
    """

    def run(session: Session, *, key: str | None = None, reason: str = "", **arguments: Any) -> dict[str, Any]:
        from erp_core.books import Books

        if session.cursor is not None:
            raise ConnectorNotRehearsed(verb=name)
        if not session.actor.may(name):
            with session.act(name, arguments):
                raise AssertionError("an act that is not permitted does not begin")
        return work(Books(session.database, session.actor), **arguments)

    run.__signature__ = _signature(work)  # type: ignore[attr-defined]
    VERBS[name] = Verb(name, run, summary, parameters)


def _signature(work: Callable[..., Any]) -> Any:
    import inspect

    return inspect.signature(work)


def _run(books: Any, *, name: str) -> dict[str, Any]:
    from erp_core.connectors import running

    return running.run(books, name)


def _run_due(books: Any) -> dict[str, Any]:
    from erp_core.connectors import running

    return {"outcomes": running.run_due(books, instant())}


def _retry(books: Any, *, letters: list[int] | int | None = None) -> dict[str, Any]:
    from erp_core.connectors import running

    return running.retry(books, [letters] if isinstance(letters, int) else letters)


_reader("connector.run", "Run a connector now: read or tell, batch by batch; rows that do not fit become dead letters.",
        ("name",), _run)  # fmt: skip
_reader("connector.run_due", "Run every connector whose time has come, and try due dead letters again.", (), _run_due)
_reader("connector.retry", "Try dead letters again: those named, or all that are due.", ("letters",), _retry)
