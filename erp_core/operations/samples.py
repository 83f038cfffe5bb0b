"""What the machine and the file look like at an instant: measured each minute, kept for some months."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psutil

from erp_core.foundation.database import Database

MB = 1024 * 1024
# Hours since the last proved backup count from the first day of the books when there is none.
_FACTS = """
    select date_sub('hour', coalesce((select max(made_at) from core.backup where verified),
                                     (select created_at from core.company limit 1), $now), $now) as backup_age_hours,
           (select count(*) from core.act where outcome = 'done'
            and act_id > coalesce((select max(last_act) from core.backup where verified), 0)) as acts_since_backup,
           (select coalesce(sum(slow), 0) from core.timing where hour_at >= $now - interval 1 hour) as slow_questions,
           (select count(*) from core.job j where outcome <> 'done' and started_at >= $now - interval 1 day
            and not exists (select 1 from core.job l where l.name = j.name and l.outcome = 'done'
                            and l.started_at > j.started_at)) as failed_jobs,
           (select count(*) from core.outbox where sent_at is null and tries >= 3) as outbox_stuck,
           date_sub('hour', coalesce((select max(happened_at) from core.act), $now), $now) as last_act_hours
"""


def measure(database: Database, *, now: datetime) -> dict[str, Decimal]:
    """Every metric at this instant; the longest wait of writers is counted anew from here on."""
    place = Path("." if database.in_memory else database.path).absolute()
    disk, memory = shutil.disk_usage(place if place.is_dir() else place.parent), psutil.virtual_memory()
    _, longest = database.waits
    database.waits = (0, 0)
    found = {
        "cpu_percent": Decimal(str(psutil.cpu_percent())),
        "memory_percent": Decimal(str(memory.percent)),
        "program_mb": _mb(psutil.Process().memory_info().rss),
        "disk_free_mb": _mb(disk.free),
        "disk_free_percent": (Decimal(disk.free) * 100 / Decimal(disk.total)).quantize(Decimal("0.1")),
        "database_mb": _mb(_size(database.path)),
        "wal_mb": _mb(_size(database.path + ".wal")),
        "writer_wait_ms": Decimal(longest),
    }
    with database.read() as cursor:
        answer = cursor.execute(_FACTS, {"now": now})
        names = [column[0] for column in answer.description]
        found |= {name: Decimal(value) for name, value in zip(names, answer.fetchall()[0], strict=True)}
    return found


def note(database: Database, values: dict[str, Decimal], *, now: datetime) -> None:
    """Keep one sample of every metric; what the screens show does not change by it."""
    with database.write(counted=False) as cursor:
        for metric, value in values.items():
            cursor.execute(
                "insert into core.sample values ($now, $metric, $value) on conflict do nothing",
                {"now": now, "metric": metric, "value": value},
            ).fetchall()


def sweep(database: Database, *, now: datetime, days: int) -> None:
    """Let old samples, timings and jobs go; acts, alerts, backups and upgrades stay."""
    before = now - timedelta(days=days)
    with database.write(counted=False) as cursor:
        for table, column in (("sample", "sampled_at"), ("timing", "hour_at"), ("job", "started_at")):
            cursor.execute(f"delete from core.{table} where {column} < $before", {"before": before}).fetchall()


def latest(database: Database) -> dict[str, Decimal]:
    """The last value of every metric that was kept."""
    with database.read() as cursor:
        rows = cursor.execute("select metric, arg_max(value, sampled_at) from core.sample group by metric").fetchall()
    return dict(rows)


def _size(path: str) -> int:
    place = Path(path)
    return place.stat().st_size if place.is_file() else 0


def _mb(size: int) -> Decimal:
    return (Decimal(size) / MB).quantize(Decimal("0.001"))
