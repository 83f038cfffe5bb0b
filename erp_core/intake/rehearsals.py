"""Rehearsals of a load: signed with what they came to, and asked for before the same files are loaded for real."""

from __future__ import annotations

import json
from typing import Any

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.intake.refusals import RehearsalMissing

PARAMETER = "intake.require_rehearsal"
SIGN = "intake.rehearsal.sign"


@verb(SIGN)
def sign(
    session: Session, *, files: list[dict[str, str]], passed: bool, summary: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Sign a rehearsal off: which files (file, sha256), whether everything agreed, and its figures for comparison."""
    return {
        "rehearsal": f"T{session.act_id}",
        "signed_by": session.actor.login,
        "passed": bool(passed),
        "files": sorted(one["sha256"] for one in files),
        "summary": summary or {},
    }


@verb("intake.rehearsal.release")
def release(session: Session, *, files: list[dict[str, str]], override: str = "", reason: str = "") -> dict[str, Any]:
    """Release files for loading: refused unless each was in a rehearsal that passed, or somebody overrides with why.

    files: file and sha256 of each. Books whose parameter intake.require_rehearsal is not true release everything.
    """
    wanted = session.one(
        "select arg_max(value, (valid_from, act_id)) from core.parameter where key = $key and valid_from <= $day",
        key=PARAMETER, day=session.today,
    )  # fmt: skip
    if not wanted or wanted[0] != "true":
        return {"required": False, "override": ""}
    rows = session.rows("select result from core.act where verb = $verb and outcome = 'done'", verb=SIGN)
    signed = [json.loads(text) for (text,) in rows]
    proven = {digest for one in signed if one["passed"] for digest in one["files"]}
    missing = [one["file"] for one in files if one["sha256"] not in proven]
    if missing and not (override.strip() and reason.strip()):
        raise RehearsalMissing(file=missing[0], count=len(missing))
    return {"required": True, "override": override.strip() if missing else ""}
