"""The daily look at everything: books, backups, machine, jobs, alerts, as one plain object."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from erp_core.books import Books
from erp_core.operations import samples
from erp_core.reports import health

_ALERTS = """
    select a.threshold, t.severity, a.raised_at, a.worst, a.acknowledged_by
    from core.alert a join core.threshold t on t.name = a.threshold where a.cleared_at is null order by a.alert_id
"""
_JOBS = """
    select name, max(started_at) as last_run, arg_max(outcome, started_at) as outcome, max(took_ms) as slowest_ms
    from core.job group by name order by name
"""


def daily(books: Books, *, now: datetime) -> dict[str, Any]:
    """Everything `erp health` tells, and the machine as it is now, the open alerts, and the last run of every job.

    state: 'good', 'attention' (an alert is open or a job failed) or 'bad' (an invariant is broken, an alert critical).
    """
    facts = health.facts(books)
    machine = samples.measure(books.database, now=now)
    alerts, jobs = _rows(books, _ALERTS), _rows(books, _JOBS)
    critical = any(alert["severity"] == "critical" and not alert["acknowledged_by"] for alert in alerts)
    failed = [job["name"] for job in jobs if job["outcome"] != "done"]
    state = "bad" if critical or not facts["healthy"] else "attention" if alerts or failed else "good"
    return {
        **facts,
        "state": state,
        "machine": {name: str(value) for name, value in machine.items()},
        "alerts": alerts,
        "jobs": jobs,
    }


def _rows(books: Books, query: str) -> list[dict[str, Any]]:
    with books.database.read() as cursor:
        answer = cursor.execute(query)
        names = [column[0] for column in answer.description]
        return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in answer.fetchall()]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool) or value is None else str(value)
