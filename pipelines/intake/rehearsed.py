"""Rehearsals compared run to run: what the last signed one said, and what is better, worse or new since."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.intake.proof import Proof

Change = dict[str, Any]


def last_signed(books: Any) -> dict[str, Any]:
    """Return the figures of the rehearsal signed last in the books, with its number and who signed it; or nothing."""
    found = books.sql("select rehearsal, signed_by, figures from rpt.intake_rehearsal order by act_id desc limit 1")
    if found.is_empty():
        return {}
    row = found.row(0, named=True)
    return json.loads(row["figures"]).get("summary", {}) | {"rehearsal": row["rehearsal"], "by": row["signed_by"]}


def last_written(folder: Path) -> dict[str, Any]:
    """Return the figures of an earlier reconciliation in a folder, or nothing."""
    path = folder / "reconcile.json"
    try:
        return json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except ValueError:
        return {}


def changes(proof: Proof, before: dict[str, Any]) -> list[Change]:
    """Return what changed since a rehearsal: part, what, measure, before, now, verdict (better, worse, other).

    Differences that vanish or shrink are better; rows that are no longer rejected too. Nothing without a rehearsal.
    """
    if not before:
        return []
    found = _files(proof.files, before.get("files", []))
    now = proof.plain()
    for part, names, measures in (
        ("counts", ("file", "target"), ("read", "loaded", "rejected", "dropped")),
        ("rules", ("file", "outcome", "rule"), ("rows",)),
        ("ties", ("account", "party"), ("difference",)),
        ("stock", ("warehouse", "item"), ("quantity_difference", "difference")),
        ("residuals", ("kind", "account"), ("difference",)),
    ):
        old, new = (_by_key(figures.get(part, []), names) for figures in (before, now))
        for key in sorted({*old, *new}):
            for measure in measures:
                one, two = (Decimal(str(side.get(key, {}).get(measure, 0))) for side in (old, new))
                if one != two:
                    what = " ".join(part for part in key if part)
                    verdict = _verdict(part, measure, one, two)
                    found.append(_change(part, what, measure, str(one), str(two), verdict))
    return found


def _by_key(rows: list[dict[str, Any]], names: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(str(row.get(name, "")) for name in names): row for row in rows}


def _verdict(part: str, measure: str, before: Decimal, now: Decimal) -> str:
    if part in ("ties", "stock", "residuals") or measure == "rejected" or part == "rules":
        if abs(now) == abs(before):
            return "other"
        return "better" if abs(now) < abs(before) else "worse"
    return "other"


def _files(now: list[dict[str, str]], before: list[dict[str, str]]) -> list[Change]:
    """Return the files that came, went, or are not what they were."""
    old, new = ({one.get("file", ""): one.get("sha256", "")[:12] for one in files} for files in (before, now))
    return [
        _change("files", name, "sha256", old.get(name, ""), new.get(name, ""), "other")
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _change(part: str, what: str, measure: str, before: str, now: str, verdict: str) -> Change:
    return {"part": part, "what": what, "measure": measure, "before": before, "now": now, "verdict": verdict}
