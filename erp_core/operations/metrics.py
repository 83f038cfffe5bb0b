"""The state of books and machine as text for Prometheus: names erp_*, no names of people or companies."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from erp_core.foundation.database import Database
from erp_core.operations import samples

_COUNTS = """
    select (select count(*) from core.voucher) as vouchers, (select count(*) from core.document) as documents,
           (select coalesce(max(act_id), 0) from core.act) as last_act,
           (select count(*) from core.act where outcome = 'denied') as denied_acts,
           (select count(*) from core.alert where cleared_at is null) as open_alerts,
           (select count(*) from core.backup where verified) as verified_backups,
           (select coalesce(max(restore_ms), 0) from core.backup
            where backup_id = (select max(backup_id) from core.backup where verified)) as restore_ms
"""
_HOUR = """
    select kind, name, sum(calls), sum(total_ms), max(slowest_ms) from core.timing
    where hour_at >= $now - interval 1 hour group by kind, name order by kind, name
"""


def metrics_text(database: Database, *, now: datetime) -> str:
    """Everything as Prometheus' text format."""
    registry = CollectorRegistry()
    for name, value in samples.measure(database, now=now).items():
        Gauge(f"erp_{name}", name.replace("_", " "), registry=registry).set(value)
    with database.read() as cursor:
        answer = cursor.execute(_COUNTS)
        names = [column[0] for column in answer.description]
        counts = dict(zip(names, answer.fetchall()[0], strict=True))
        hour = cursor.execute(_HOUR, {"now": now}).fetchall()
    for name, value in counts.items():
        Gauge(f"erp_{name}", name.replace("_", " "), registry=registry).set(value)
    for at, (name, words) in enumerate((("calls", "calls"), ("ms_total", "milliseconds"), ("ms_slowest", "slowest"))):
        gauge = Gauge(f"erp_question_{name}", f"{words} in the last hours", ["kind", "name"], registry=registry)
        for row in hour:
            gauge.labels(row[0], row[1]).set(row[2 + at])
    return generate_latest(registry).decode()
