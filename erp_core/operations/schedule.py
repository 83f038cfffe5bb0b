"""What runs by itself while the host runs: samples each minute, letters, backups at the quiet hour, checks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from erp_core.access import outbox
from erp_core.books import Books
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import BOOKS_ZONE, business_today
from erp_core.foundation.verbs import VERBS
from erp_core.operations import alerts, jobs, logs, parquet, samples, sealing, timings
from erp_core.operations import settings as parameters
from erp_core.operations.backup import make
from erp_core.operations.clock import instant
from erp_core.operations.desk import configured

LOG = logging.getLogger("erp.schedule")
FULL_DAY = 6  # Sunday: every block is read again, and the Parquet files are written
ESCALATE = "approval.escalate"
CONNECT = "connector.run_due"


class ChecksBroken(Refusal):
    """Invariants of the books do not hold: {checks}."""


@dataclass
class Schedule:
    """What was started; stop() lets a running job end and starts no other."""

    books: Books
    scheduler: BackgroundScheduler
    log: logging.Handler | None
    works: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def run(self, name: str) -> str:
        """Run one job now, as the clock would; returns its outcome."""
        return jobs.run(self.books.database, name, self.works[name], quiet=name in QUIET)

    def __call__(self) -> None:
        """The same as stop(), for those who keep only a way to end it."""
        self.stop()

    def stop(self) -> None:
        """End the schedule and write down what was counted."""
        self.scheduler.shutdown(wait=True)
        jobs.run(self.books.database, "timings", self.works["timings"], quiet=True)
        if self.log:
            logs.stop(self.log)


QUIET = frozenset({"sample", "timings", "deliver", "escalate", "connect"})


def start(books: Books, settings: parameters.Settings | None = None, *, log: bool = True) -> Schedule:
    """Start the schedule over books that this process holds, in the hands of their owner; returns what stops it.

    Jobs: sample (each minute, with the watch over limits), deliver (each minute), timings (five minutes), escalate
    (hourly), connect (each minute: other systems whose time has come), backup (daily at the hour of the parameter, full
    on Sundays), check, sweep (daily), remind (monthly: whose rights wait to be looked through).
    """
    chosen = settings or parameters.read(books.database, business_today())
    timings.TIMINGS.slow_ms = chosen.number("slow_ms")
    scheduler = BackgroundScheduler(timezone=BOOKS_ZONE, job_defaults={"coalesce": True, "max_instances": 1})
    writer = None
    if log and not books.database.in_memory:
        writer = logs.start(log_folder(books.path), days=chosen.number("keep_logs_days"))
    schedule = Schedule(books, scheduler, writer, _works(books))
    hour = min(chosen.number("backup_hour"), 23)
    times = {
        "sample": {"trigger": "interval", "minutes": 1},
        "deliver": {"trigger": "interval", "minutes": 1},
        "timings": {"trigger": "interval", "minutes": 5},
        "escalate": {"trigger": "interval", "hours": 1},
        "connect": {"trigger": "interval", "minutes": 1},
        "backup": {"trigger": "cron", "hour": hour, "misfire_grace_time": 6 * 3600},
        "check": {"trigger": "cron", "hour": (hour + 1) % 24, "misfire_grace_time": 6 * 3600},
        "sweep": {"trigger": "cron", "hour": (hour + 2) % 24, "misfire_grace_time": 6 * 3600},
        "remind": {"trigger": "cron", "day": 1, "hour": 9, "misfire_grace_time": 5 * 86400},
    }
    for name, when in times.items():
        scheduler.add_job(schedule.run, args=[name], id=name, **when)
    scheduler.start()
    return schedule


def log_folder(path: str) -> Path:
    """Where the log of books lies: a folder beside them."""
    return Path(f"{path}.logs")


def _works(books: Books) -> dict[str, Callable[[], Any]]:
    database = books.database

    def sample() -> None:
        now = instant()
        samples.note(database, samples.measure(database, now=now), now=now)
        alerts.watch(database, now=now)

    def deliver() -> None:
        outbox.deliver(database, now=instant())

    def escalate() -> None:
        if ESCALATE in VERBS:
            books.call(ESCALATE)

    def connect() -> None:
        if CONNECT in VERBS:
            books.call(CONNECT)

    def remind() -> None:
        before = business_today().replace(day=1) - timedelta(days=1)
        books.call("access.review.remind", period=f"{before:%Y-%m}")

    return {
        "sample": sample,
        "deliver": deliver,
        "timings": lambda: timings.keep(database, timings.TIMINGS, now=instant()) and None,
        "escalate": escalate,
        "connect": connect,
        "backup": lambda: _backup(books, instant()),
        "check": lambda: _check(books),
        "sweep": lambda: _sweep(books, instant()),
        "remind": remind,
    }


def _backup(books: Books, now: datetime) -> str:
    chosen = parameters.read(books.database, business_today())
    folder = chosen.folder("backup_folder")
    if folder is None:
        return "operations.backup_folder is not set"
    sunday = business_today().weekday() == FULL_DAY
    wish = configured(chosen, folder, incremental=not sunday)
    done = make(books.database, books.actor, wish, now=now)
    if sunday:
        seal = sealing.seal_for(folder, recipient=wish.recipient, passphrase=None, identity=None)
        parquet.export(books.database, folder, seal, now=now)
    return done["name"]


def _check(books: Books) -> str:
    found = books.check()
    broken = found.filter(~found["ok"])["check"].to_list()
    if broken:
        raise ChecksBroken(checks=", ".join(broken))
    return f"{found.height} checks"


def _sweep(books: Books, now: datetime) -> str:
    chosen = parameters.read(books.database, business_today())
    samples.sweep(books.database, now=now, days=chosen.number("keep_samples_days"))
    gone = logs.sweep(log_folder(books.path), now=now, days=chosen.number("keep_logs_days"))
    return f"{len(gone)} logs"
