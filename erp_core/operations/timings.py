"""How long questions and acts take: counted in memory where they are answered, added up by the hour in the books."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from erp_core.foundation.database import Database

SLOW_MS = 1000
_KEEP = """
    insert into core.timing (hour_at, kind, name, calls, total_ms, slowest_ms, slow)
    values (date_trunc('hour', $now), $kind, $name, $calls, $total, $slowest, $slow)
    on conflict (hour_at, kind, name) do update set calls = calls + excluded.calls,
        total_ms = total_ms + excluded.total_ms, slowest_ms = greatest(slowest_ms, excluded.slowest_ms),
        slow = slow + excluded.slow
"""


class Timings:
    """Counts per kind (report, verb, sql) and name since the last drain; cheap enough for every question."""

    def __init__(self, slow_ms: int = SLOW_MS) -> None:
        self.slow_ms = slow_ms
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], list[int]] = {}

    def note(self, kind: str, name: str, took_ms: int) -> None:
        """Count one question."""
        with self._lock:
            count = self._counts.setdefault((kind, name), [0, 0, 0, 0])
            count[0] += 1
            count[1] += took_ms
            count[2] = max(count[2], took_ms)
            count[3] += took_ms >= self.slow_ms

    @contextmanager
    def timed(self, kind: str, name: str) -> Iterator[None]:
        """Count what happens inside, refused or not."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.note(kind, name, round((time.perf_counter() - begun) * 1000))

    def drain(self) -> dict[tuple[str, str], list[int]]:
        """Hand over what was counted and begin anew."""
        with self._lock:
            counted, self._counts = self._counts, {}
        return counted


TIMINGS = Timings()


def keep(database: Database, timings: Timings, *, now: datetime) -> int:
    """Add what was counted to the hour's rows; returns how many kinds of question there were."""
    counted = timings.drain()
    if counted:
        with database.write(counted=False) as cursor:
            for (kind, name), (calls, total, slowest, slow) in counted.items():
                values = {"calls": calls, "total": total, "slowest": slowest, "slow": slow}
                cursor.execute(_KEEP, {"now": now, "kind": kind, "name": name[:200], **values}).fetchall()
    return len(counted)
