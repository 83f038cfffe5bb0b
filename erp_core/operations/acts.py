"""Acts of operations: acknowledging an alert, setting a limit; backups and upgrades write their own act when done."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.operations.refusals import AlertUnknown, ThresholdInvalid

SEVERITIES, SIDES = ("notice", "warning", "critical"), ("above", "below")
_MOST = Decimal(10) ** 14


@verb("operations.alert.acknowledge")
def acknowledge(session: Session, *, alert: int, note: str = "") -> dict[str, Any]:
    """Say that somebody looks after an alert; it is not told again, and clears when the limit is held."""
    row = session.one("select acknowledged_by from core.alert where alert_id = $alert", alert=alert)
    if row is None or row[0]:
        raise AlertUnknown(alert=alert)
    session.execute(
        "update core.alert set acknowledged_by = $who, acknowledged_at = $now, note = $note where alert_id = $alert",
        who=session.actor.login,
        now=session.now,
        note=note,
        alert=alert,
    )
    return {"alert": alert, "acknowledged_by": session.actor.login}


@verb("operations.threshold.save")
def save_threshold(
    session: Session,
    *,
    name: str,
    metric: str,
    bound: Decimal | str,
    side: str = "above",
    minutes: int = 0,
    severity: str = "warning",
    recipients: str = "owner",
    repeat_hours: int = 24,
    name_zh: str = "",
    name_en: str = "",
    active: bool = True,
) -> dict[str, Any]:
    """Set a limit that is watched: metric, side above|below, for how many minutes, severity, who is told."""
    limit = _bound(name, bound)
    for field, value, allowed in (("side", side, SIDES), ("severity", severity, SEVERITIES)):
        if value not in allowed:
            raise ThresholdInvalid(name=name, field=field, value=value, problem=" | ".join(allowed))
    for field, number, least in (("minutes", minutes, 0), ("repeat_hours", repeat_hours, 1)):
        if not least <= int(number) <= 10_000:
            raise ThresholdInvalid(name=name, field=field, value=number, problem=f"{least} … 10000")
    for field, text in (("name", name), ("metric", metric), ("recipients", recipients)):
        if not str(text).strip():
            raise ThresholdInvalid(name=name, field=field, value="''", problem="…")
    row = {"name": name, "metric": metric, "side": side, "bound": limit, "minutes": minutes, "severity": severity}
    row |= {"recipients": recipients, "repeat_hours": repeat_hours, "active": active}
    row |= {"name_zh": name_zh or name, "name_en": name_en or name}
    session.upsert("threshold", pl.DataFrame([row], schema_overrides={"bound": pl.Decimal(18, 3)}), ("name",))
    return {"name": name, "metric": metric, "bound": str(limit)}


def _bound(name: str, bound: Decimal | str) -> Decimal:
    try:
        limit = Decimal(str(bound)).quantize(Decimal("0.001"))
    except InvalidOperation as problem:
        raise ThresholdInvalid(name=name, field="bound", value=bound, problem="0.000") from problem
    if not limit.is_finite() or abs(limit) >= _MOST:
        raise ThresholdInvalid(name=name, field="bound", value=bound, problem="±10¹⁴")
    return limit
