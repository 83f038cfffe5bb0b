"""Rehearsals of a load: signed with what they came to, and asked for before the same rows are loaded for real."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.intake.refusals import BatchNotNamed, RehearsalMissing

PARAMETER = "intake.require_rehearsal"
SIGN, RELEASE = "intake.rehearsal.sign", "intake.rehearsal.release"
DIGEST_LENGTH = 32
SLICE_ROWS = 100_000
# No cell holds it, so an empty text and no text at all differ.
NOTHING = "\x00"


def digest_of(target: str, rows: pl.DataFrame) -> str:
    """The mark of a batch: equal rows for the same target have it, whatever the order of their columns."""
    mark = hashlib.sha256(f"{target}\n".encode())
    # Written in parts, since the text of half a million rows is larger than the rows.
    for start in range(0, max(rows.height, 1), SLICE_ROWS):
        part = rows.slice(start, SLICE_ROWS).select(pl.col(sorted(rows.columns)).cast(pl.String))
        mark.update(part.write_csv(null_value=NOTHING, include_header=not start).encode())
    return mark.hexdigest()[:DIGEST_LENGTH]


@verb(SIGN)
def sign(
    session: Session,
    *,
    files: list[dict[str, str]],
    passed: bool,
    batches: list[dict[str, str]],
    summary: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Sign a rehearsal off: files (file, sha256), batches (target, place, digest), whether all agreed, its figures."""
    return {
        "rehearsal": f"T{session.act_id}",
        "signed_by": session.actor.login,
        "passed": bool(passed),
        "files": [{name: str(one[name]) for name in ("file", "sha256") if name in one} for one in files],
        "batches": _named(batches),
        "summary": summary or {},
    }


@verb(RELEASE)
def release(session: Session, *, batches: list[dict[str, str]], override: str = "", reason: str = "") -> dict[str, Any]:
    """Release batches for loading: each was in a rehearsal that passed, or somebody overrides by name and reason.

    batches: target, place (file and sheet, as people say it) and digest of each. Books whose parameter
    intake.require_rehearsal is not true release everything.
    """
    named = _named(batches)
    if not required(session):
        return {"required": False, "override": "", "batches": named}
    proven = _proven(session)
    missing = [one for one in named if one["digest"] not in proven]
    name = override.strip() if reason.strip() else ""
    if missing and not name:
        raise RehearsalMissing(file=missing[0]["place"], count=len(missing))
    return {"required": True, "override": name if missing else "", "batches": named}


def required(session: Session) -> bool:
    """Whether these books load only what was rehearsed; a throw-away copy is where one rehearses."""
    if session.database.throw_away:
        return False
    wanted = session.one(
        "select arg_max(value, (valid_from, act_id)) from core.parameter where key = $key and valid_from <= $day",
        key=PARAMETER, day=session.today,
    )  # fmt: skip
    return bool(wanted) and wanted[0] == "true"


def refuse_unrehearsed(session: Session, target: str, rows: pl.DataFrame, place: str) -> None:
    """Refuse rows that are in no rehearsal that passed and in no override, whoever loads them and by which way."""
    if required(session) and digest_of(target, rows) not in _proven(session):
        raise RehearsalMissing(file=place or target, count=1)


def _proven(session: Session) -> set[str]:
    """The marks of all batches that passed a rehearsal, or were let through by name and reason."""
    rows = session.rows(
        "select result from core.act where verb in ($sign, $release) and outcome = 'done'", sign=SIGN, release=RELEASE
    )
    acts = [json.loads(text) for (text,) in rows]
    let = [one for one in acts if one.get("passed") or one.get("override")]
    return {batch["digest"] for one in let for batch in one.get("batches", [])}


def _named(batches: list[dict[str, str]]) -> list[dict[str, str]]:
    given = batches if isinstance(batches, list) else [{}]
    named = [
        {name: str(one.get(name) or "") for name in ("target", "place", "digest")} if isinstance(one, dict) else {}
        for one in given
    ]
    for number, one in enumerate(named, 1):
        if not one.get("digest"):
            raise BatchNotNamed(number=number)
    return named
