"""Revisions: an order that is changed keeps its number, and every state it was in stays readable."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session

HEAD = ("document_on", "due_on", "party", "warehouse", "department", "employee", "project", "reference", "note",
        "net", "tax", "gross")  # fmt: skip
LINE = ("item", "description", "warehouse", "bin", "quantity", "unit_price", "gross_price", "tax_code", "net", "tax",
        "gross", "promised_on")  # fmt: skip


LINES_MAX = 99_999


class StaleVersion(Refusal):
    """{number} was changed by {actor} at {at}: it is at version {now}, you looked at {seen}. Look again and compare."""


class BelowDone(Refusal):
    """{number} line {line}: {done} are done already, so the quantity cannot be {quantity}."""


class LineGivenTwice(Refusal):
    """Line {line} was given more than once."""


class PartyKept(Refusal):
    """{number} belongs to {party}; a revision cannot give it to another."""


def require_version(session: Session, head: dict[str, Any], seen: int) -> None:
    """Refuse an edit of a paper that somebody changed since it was looked at (PLT-14)."""
    if head["version"] == seen:
        return
    last = session.one(
        "select actor, happened_at + interval 8 hour from core.document_step where document_id = $id"
        " order by act_id desc limit 1",
        id=head["document_id"],
    )
    raise StaleVersion(
        number=head["number"], actor=last[0], at=f"{last[1]:%Y-%m-%d %H:%M}", now=head["version"], seen=seen
    )


def numbered(lines: given.Given) -> tuple[list[dict[str, Any]], pl.Series]:
    """The lines of a revision without and beside their numbers: who had one keeps it, new ones follow the highest."""
    if isinstance(lines, pl.DataFrame):
        lines = lines.to_dicts()
    rows = [lines] if isinstance(lines, dict) else list(lines)
    told = [_line_number(row.get("line")) for row in rows]
    following = max((number for number in told if number), default=0)
    numbers = []
    for number in told:
        following += number is None
        numbers.append(number or following)
    if len(set(numbers)) < len(numbers):
        raise LineGivenTwice(line=next(number for number in numbers if numbers.count(number) > 1))
    order = sorted(range(len(rows)), key=numbers.__getitem__)
    plain = [{name: value for name, value in rows[at].items() if name != "line"} for at in order]
    return plain, pl.Series("line", sorted(numbers), pl.Int32)


def _line_number(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if str(value).isdecimal() and 0 < int(value) <= LINES_MAX:
        return int(value)
    raise given.ValueUnreadable(column="line", value=value, wanted=f"1 … {LINES_MAX}")


def rewrite(
    session: Session, life: papers.Lifecycle, head: dict[str, Any], new: pl.DataFrame, lines: pl.DataFrame, reason: str
) -> tuple[int, list[dict[str, Any]]]:
    """Keep an order as it stands and write it anew; returns the number of the kept state and what differs by field.

    new: one row with the columns of the header that may change; lines: the whole new set with line numbers, as
    documents.write takes them. What is done already bounds each line from below.
    """
    document_id = head["document_id"]
    old = papers.lines_of(session, pl.Series([document_id]), "delivered", "received")
    _refuse_below(head["number"], old, lines)
    revision = keep(session, head, reason=reason, lines=old)
    after = papers.rewrite(session, life, head, new, lines)
    return revision, _header_differences(head, after) + _line_differences(old, lines)


def keep(session: Session, head: dict[str, Any], *, reason: str, lines: pl.DataFrame | None = None) -> int:
    """Keep an order as it stands, before it is written over; returns the number of the kept state."""
    document_id = head["document_id"]
    old = papers.lines_of(session, pl.Series([document_id]), "delivered", "received") if lines is None else lines
    revision = session.one(
        "select coalesce(max(revision), 0) + 1 from core.document_revision where document_id = $id", id=document_id
    )[0]
    kept = {
        "document_id": document_id,
        "revision": revision,
        "header": _json({name: head[name] for name in HEAD}),
        "lines": _json(old.drop("delivered", "received", "delivered_amount", "received_amount").to_dicts()),
        "revised_by": session.actor.login,
        "revised_at": session.now,
        "reason": reason,
        "act_id": session.act_id,
    }
    session.insert("document_revision", pl.DataFrame([kept]).with_columns(pl.col("revision").cast(pl.Int32)))
    return revision


def _refuse_below(number: str, old: pl.DataFrame, lines: pl.DataFrame) -> None:
    done = old.with_columns(done=pl.max_horizontal("delivered", "received")).filter(pl.col("done") > 0)
    wanted = done.select("line", "item", "done").join(
        lines.select("line", new_item="item", quantity="quantity"), on="line", how="left"
    )
    low = wanted.filter(
        pl.col("quantity").is_null() | (pl.col("quantity") < pl.col("done")) | (pl.col("item") != pl.col("new_item"))
    )
    if not low.is_empty():
        row = low.row(0, named=True)
        raise BelowDone(
            number=number, line=row["line"], done=row["done"].normalize(), quantity=row["quantity"] or Decimal(0)
        )


def _header_differences(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"line": 0, "field": name, "before": _text(old[name]), "after": _text(new[name])}
        for name in HEAD
        if old[name] != new[name]
    ]


def _line_differences(old: pl.DataFrame, new: pl.DataFrame) -> list[dict[str, Any]]:
    before, after = ({row["line"]: row for row in frame.to_dicts()} for frame in (old, new))
    found = []
    for line in sorted(before.keys() | after.keys()):
        was, now = before.get(line, {}), after.get(line, {})
        for name in LINE:
            if name in new.columns and (was.get(name) or None) != (now.get(name) or None):
                found.append(
                    {"line": line, "field": name, "before": _text(was.get(name)), "after": _text(now.get(name))}
                )
    return found


def _text(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value in (None, "") else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)
