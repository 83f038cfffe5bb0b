"""The routes of operations: backups into the folder that is set, health, diagnosis, figures for Prometheus."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from erp_core.foundation.errors import NotPermitted
from erp_core.gateway.host import Asked, Route
from erp_core.gateway.refusals import BodyUnreadable
from erp_core.operations import desk, diagnosis, health, metrics
from erp_core.operations.clock import instant
from erp_core.operations.refusals import BackupFolderClosed

READ = "read.operations"
FIELDS = {"folder": str, "incremental": bool, "second": str, "recipient": str, "passphrase": str, "identity": str}
FIELDS |= {"keep": bool}


def backup(asked: Asked) -> dict[str, Any]:
    """Make a backup: whoever holds the key of this machine says where, anybody else only whether it is incremental."""
    given, database, actor = _fields(asked), asked.desk.database, asked.books.actor
    if asked.caller.by == "key" and given.get("folder"):
        return desk.backup_here(database, actor, **given, now=instant())
    return desk.backup_from_afar(
        database,
        actor,
        incremental=given.get("incremental", True),
        folder=given.get("folder", ""),
        now=instant(),
    )


def parquet(asked: Asked) -> dict[str, Any]:
    """Write the core tables as Parquet files; only a program on this machine says where."""
    given = _fields(asked)
    if asked.caller.by != "key" or not given.get("folder"):
        raise BackupFolderClosed
    return desk.parquet_here(asked.desk.database, asked.books.actor, **given, now=instant())


def _fields(asked: Asked) -> dict[str, Any]:
    given = asked.fields()
    if given.keys() - FIELDS or not all(isinstance(given[name], FIELDS[name]) for name in given):
        raise BodyUnreadable(problem=f"it takes {', '.join(FIELDS)}")
    return given


def state(asked: Asked) -> dict[str, Any]:
    """The daily look at books, backups, machine, jobs and alerts."""
    _admit(asked)
    return health.daily(asked.books, now=instant())


def causes(asked: Asked) -> Any:
    """The usual causes of trouble looked at in the place of the caller: check, ok, detail."""
    return diagnosis.diagnose(asked.desk.database, asked.books.actor, now=instant())


def figures(asked: Asked) -> Response:
    """Figures for Prometheus."""
    _admit(asked)
    text = metrics.metrics_text(asked.desk.database, now=instant())
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _admit(asked: Asked) -> None:
    if not asked.books.actor.may(READ):
        raise NotPermitted(actor=asked.caller.login, verb=READ)


ROUTES = (
    Route("POST", "/operations/backup", backup, "act"),
    Route("POST", "/operations/parquet", parquet, "act"),
    Route("GET", "/health", state),
    Route("GET", "/metrics", figures),
    Route("GET", "/diagnosis", causes),
)
