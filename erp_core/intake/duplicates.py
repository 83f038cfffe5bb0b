"""Answers about likely duplicates: kept in the books and replayed on whatever is loaded later."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.intake.refusals import AnswerUnclear

TARGETS = ("customers", "suppliers", "items")
ANSWERS = ("merge", "keep")


@verb("intake.duplicate.answer")
def answer(session: Session, *, answers: list[dict[str, str]]) -> dict[str, int]:
    """Keep what somebody says of pairs of cards: target, code_a, code_b, answer (merge or keep) and whose card stays.

    stays is optional, one of the two codes. The latest answer about a pair counts; an answer given before again changes
    nothing. Returns how many were new.
    """
    rows = [_clear(number, one) for number, one in enumerate(_listed(answers), 1)]
    held = session.rows(
        "select target, code_a, code_b, arg_max(answer, act_id), arg_max(stays, act_id) from core.duplicate_answer"
        " group by all"
    )
    known = {row[:3]: row[3:] for row in held}
    fresh = {row[:3]: row for row in rows if known.get(row[:3]) != row[3:]}
    if fresh:
        names = ("target", "code_a", "code_b", "answer", "stays")
        frame = pl.DataFrame([dict(zip(names, row, strict=True)) for row in fresh.values()])
        session.insert("duplicate_answer", frame.with_columns(act_id=pl.lit(session.act_id, pl.Int64)))
    return {"given": len(rows), "new": len(fresh)}


def _listed(answers: Any) -> list[Any]:
    if isinstance(answers, dict):
        return [answers]
    if not isinstance(answers, list):
        raise AnswerUnclear(number=1, what="target, code_a, code_b, answer")
    return answers


def _clear(number: int, one: Any) -> tuple[str, str, str, str, str]:
    said = (
        {name: str(one.get(name) or "").strip() for name in ("target", "code_a", "code_b", "answer", "stays")}
        if isinstance(one, dict)
        else {}
    )
    first, second = sorted((said.get("code_a", ""), said.get("code_b", "")))
    rules = (
        ("target", said.get("target") in TARGETS),
        ("answer", said.get("answer") in ANSWERS),
        ("code_a, code_b", bool(first) and first != second),
        ("stays", said.get("stays", "") in ("", first, second)),
    )
    for what, right in rules:
        if not right:
            raise AnswerUnclear(number=number, what=what)
    return said["target"], first, second, said["answer"], said["stays"]
