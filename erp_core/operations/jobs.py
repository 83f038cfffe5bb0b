"""Jobs: run, timed and noted with their outcome, so that what failed at night is seen in the morning."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import duckdb

from erp_core.foundation.database import Database
from erp_core.foundation.errors import Refusal
from erp_core.operations.clock import instant

LOG = logging.getLogger("erp.jobs")


def run(database: Database, name: str, work: Callable[[], Any], *, quiet: bool = False) -> str:
    """Do one job and note it: 'done', 'refused' (with the sentence) or 'failed' (the log has the traceback).

    quiet: a job of every minute is noted only when it did not go well.
    """
    begun, clock = instant(), time.perf_counter()
    outcome, detail = "done", ""
    try:
        answer = work()
        detail = "" if answer is None else str(answer)
    except Refusal as refusal:
        outcome, detail = "refused", f"{refusal.code}: {refusal.english}"
        LOG.warning("%s refused: %s", name, detail)
    except Exception as problem:
        outcome, detail = "failed", f"{type(problem).__name__}: {problem}"
        LOG.exception("%s failed", name)
    took = round((time.perf_counter() - clock) * 1000)
    if outcome != "done" or not quiet:
        # A full disk or a busy writer must not stop the schedule too; the log has it.
        with suppress(Refusal, duckdb.Error):
            note(database, name, begun, took, outcome, detail)
    return outcome


def note(database: Database, name: str, begun: datetime, took: int, outcome: str, detail: str) -> None:
    """Keep one run of a job."""
    with database.write(counted=False) as cursor:
        number = database.take_ids(cursor, "job", "job_id", 1)
        cursor.execute(
            "insert into core.job values ($id, $name, $begun, $took, $outcome, $detail)",
            {
                "id": number,
                "name": name,
                "begun": begun,
                "took": took,
                "outcome": outcome,
                "detail": detail[:1000],
            },
        ).fetchall()
