"""Vouchers in preparation: drafted, changed by one person at a time, numbered for the time being."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import BOOKS_ZONE, Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import draft_lines, posting

LIFECYCLE = {
    "revise": ({"draft"}, "draft"),
    "submit": ({"draft"}, "submitted"),
    "review": ({"submitted"}, "reviewed"),
    "reject": ({"submitted"}, "draft"),
    "unreview": ({"reviewed"}, "submitted"),
    "void": ({"draft", "submitted"}, "void"),
    "post": ({"reviewed"}, "posted"),
}
LIVE = ("draft", "submitted", "reviewed")
_WORD = re.compile(r"[^\W\d_]{1,4}")
_OPENING_WORD = "期初"
_HEAD = ("voucher_on", "word", "attachments", "note", "reverses", "reversal_kind")


class DraftUnknown(Refusal):
    """There is no voucher draft {draft}."""


class DraftsMissing(Refusal):
    """No draft is named that could be {action}ed."""


class DraftEmpty(Refusal):
    """Voucher {voucher} of the set has no day or no lines."""


class DraftStep(Refusal):
    """Draft {draft} is {status}; it cannot be {action}ed."""


class DraftChanged(Refusal):
    """Draft {draft} is no longer as you saw it: {who} changed it at {at}: {changes}."""


class DraftHead(Refusal):
    """Voucher {voucher} of the set: {column} cannot be {value}."""


@verb("ledger.voucher.draft")
def draft(
    session: Session,
    *,
    voucher_on: date | str,
    lines: list[dict[str, Any]],
    word: str = "记",
    attachments: int = 0,
    note: str = "",
) -> dict[str, Any]:
    """Save a voucher in preparation: it must balance and name real leaf accounts, and holds a provisional number.

    lines: summary, account, debit, credit, and optionally dimensions, cash_flow, reference, due_on, quantity with
    price, currency with amount_foreign and rate (the amount may then be left out and side given).
    """
    whole = {"voucher_on": voucher_on, "lines": lines, "word": word, "attachments": attachments, "note": note}
    return {"draft": save_all(session, [whole])[0], "version": 1}


@verb("ledger.voucher.draft_many")
def draft_many(session: Session, *, vouchers: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Save many vouchers in preparation; each: voucher_on, lines, and optionally word, attachments, note."""
    return {"drafts": save_all(session, vouchers)}


@verb("ledger.voucher.revise")
def revise(
    session: Session,
    *,
    draft_id: int,
    version: int,
    voucher_on: date | str,
    lines: list[dict[str, Any]],
    word: str = "记",
    attachments: int = 0,
    note: str = "",
) -> dict[str, Any]:
    """Change a draft that is still as its reader saw it; the former state is kept.

    version: the one that was read. Whoever comes second is told who changed what in between.
    """
    now = load(session, [draft_id], "revise")[0]
    if now["version"] != version:
        changes = _changes(session, now, version)
        raise DraftChanged(draft=draft_id, who=now["changed_by"], at=_clock(now["changed_at"]), changes=changes)
    whole = {"voucher_on": voucher_on, "lines": lines, "word": word, "attachments": attachments, "note": note}
    new = _checked(session, [whole])[0]
    _keep(session, now)
    place = (f"{new['voucher_on']:%Y-%m}", new["word"])
    moved = place != (f"{now['voucher_on']:%Y-%m}", now["word"])
    new["provisional"] = _next_number(session, *place) if moved else now["provisional"]
    session.execute(
        "update core.voucher_draft set voucher_on = $voucher_on, word = $word, attachments = $attachments,"
        " note = $note, lines = $lines, provisional = $provisional, version = version + 1, changed_by = $who,"
        " changed_at = $at where draft_id = $draft",
        **{name: new[name] for name in ("voucher_on", "word", "attachments", "note", "lines", "provisional")},
        who=session.actor.login,
        at=session.now,
        draft=draft_id,
    )
    return {"draft": draft_id, "version": version + 1}


def _keep(session: Session, now: dict[str, Any]) -> None:
    kept = ("draft_id", "version", "voucher_on", "word", "attachments", "note", "lines", "changed_by", "changed_at")
    row = {name: now[name] for name in kept} | {"act_id": session.act_id}
    session.insert("voucher_draft_version", pl.DataFrame([row], schema_overrides={"changed_at": pl.Datetime("us")}))


def _clock(instant: datetime | None) -> str:
    """An instant to the minute in the zone of the books, for a sentence."""
    return f"{instant.replace(tzinfo=UTC).astimezone(BOOKS_ZONE):%Y-%m-%d %H:%M}" if instant else "-"


def _changes(session: Session, now: dict[str, Any], version: int) -> str:
    found = session.frame(
        "select * from core.voucher_draft_version where draft_id = $draft and version = $version",
        draft=now["draft_id"],
        version=version,
    ).to_dicts()
    return "; ".join(draft_lines.differences(found[0], now)) if found else "-"


@verb("ledger.voucher.renumber")
def renumber(session: Session, *, period: str, word: str = "记") -> dict[str, Any]:
    """Give the drafts of a month provisional numbers without gaps, by day, after the last posted one (整理凭证号).

    Posted numbers are never touched: they were drawn without gaps when posting (财会〔2024〕12号 §21). Rehearse it to
    see moved: draft, from, to.
    """
    rows = session.frame(
        "select draft_id, provisional from core.voucher_draft where strftime(voucher_on, '%Y-%m') = $period"
        " and word = $word and list_contains($live, status) order by voucher_on, provisional, draft_id",
        period=period,
        word=word,
        live=list(LIVE),
    ).rows()
    last = _last_posted(session, period, word)
    moved = [
        {"draft": draft_id, "from": old, "to": number}
        for number, (draft_id, old) in enumerate(rows, last + 1)
        if old != number
    ]
    for move in moved:
        session.execute(
            "update core.voucher_draft set provisional = $to where draft_id = $draft",
            to=move["to"],
            draft=move["draft"],
        )
    return {"period": period, "word": word, "last_posted": last, "drafts": len(rows), "moved": moved}


def _last_posted(session: Session, period: str, word: str) -> int:
    found = session.one(
        "select last_number from core.number_counter where series = $series and cycle = $cycle",
        series=f"voucher/{word}",
        cycle=period,
    )
    return found[0] if found else 0


def _next_number(session: Session, period: str, word: str) -> int:
    highest = session.one(
        "select max(provisional) from core.voucher_draft where strftime(voucher_on, '%Y-%m') = $period and word = $word"
        " and status <> 'posted'",
        period=period,
        word=word,
    )[0]
    return max(highest or 0, _last_posted(session, period, word)) + 1


def save_all(session: Session, vouchers: list[dict[str, Any]]) -> list[int]:
    """Check a set as a whole and save it; a refusal names a voucher by its place in the set."""
    if not vouchers:
        return []
    rows = _checked(session, vouchers)
    first = session.take_ids("voucher_draft", "draft_id", len(rows))
    following: dict[tuple[str, str], int] = {}
    for at, row in enumerate(rows):
        place = (f"{row['voucher_on']:%Y-%m}", row["word"])
        number = following.get(place) or _next_number(session, *place)
        following[place] = number + 1
        row |= {"draft_id": first + at, "status": "draft", "made_by": session.actor.login, "provisional": number}
        row |= {"changed_by": session.actor.login, "changed_at": session.now}
    session.insert("voucher_draft", pl.DataFrame(rows, infer_schema_length=None))
    return list(range(first, first + len(rows)))


def _checked(session: Session, vouchers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [_head(one, at) for at, one in enumerate(vouchers, 1)]
    plain = [draft_lines.read(one["lines"], at) for at, one in enumerate(vouchers, 1)]
    heads = [{"draft_id": at, **row} for at, row in enumerate(rows, 1)]
    posting.check(session, heads_of(heads), draft_lines.body(list(enumerate(plain, 1))), "manual")
    for row, lines in zip(rows, plain, strict=True):
        row["lines"] = json.dumps(lines, ensure_ascii=False)
    return rows


def _head(one: dict[str, Any], at: int) -> dict[str, Any]:
    if not isinstance(one, dict) or one.get("lines") is None or not len(one["lines"]) or not one.get("voucher_on"):
        raise DraftEmpty(voucher=at)
    row = {"word": "记", "attachments": 0, "note": ""} | {name: one[name] for name in _HEAD if name in one}
    row["voucher_on"] = draft_lines.as_day(row["voucher_on"])
    check_word(at, row["word"])
    attachments = row["attachments"]
    if not isinstance(attachments, int) or isinstance(attachments, bool) or not 0 <= attachments <= 9999:
        raise DraftHead(voucher=at, column="attachments", value=attachments)
    return row | {"note": str(row["note"] or "")}


def check_word(voucher: int | str, word: Any) -> None:
    """Refuse a voucher word that is none; the one of openings is theirs alone."""
    if not _WORD.fullmatch(str(word)) or word == _OPENING_WORD:
        raise DraftHead(voucher=voucher, column="word", value=word)


def heads_of(drafts: list[dict[str, Any]]) -> pl.DataFrame:
    """Drafts as posting takes vouchers."""
    return pl.DataFrame(
        [
            {
                "key": str(row["draft_id"]),
                "voucher_on": row["voucher_on"],
                "summary": row.get("summary", "") or "凭证",
                "word": row["word"],
                "attachments": row.get("attachments", 0),
                "source_kind": "voucher_draft",
                "source_number": str(row["draft_id"]),
                "reverses": row.get("reverses"),
                "reversal_kind": row.get("reversal_kind") or "",
                "made_by": row.get("made_by"),
                "reviewed_by": row.get("reviewed_by"),
            }
            for row in drafts
        ],
        schema_overrides={"reverses": pl.Int64, "made_by": pl.String, "reviewed_by": pl.String},
    )


def load(session: Session, drafts: list[int], action: str) -> list[dict[str, Any]]:
    """Drafts in the order named; refused unless each exists and may take the step."""
    if not drafts:
        raise DraftsMissing(action=action)
    ids = list(dict.fromkeys(drafts if isinstance(drafts, list | tuple) else [drafts]))
    for draft_id in ids:
        if not isinstance(draft_id, int):
            raise DraftUnknown(draft=draft_id)
    rows = session.frame("select * from core.voucher_draft where list_contains($ids, draft_id)", ids=ids).to_dicts()
    found = {row["draft_id"]: row for row in rows}
    allowed, _ = LIFECYCLE[action]
    for draft_id in ids:
        if draft_id not in found:
            raise DraftUnknown(draft=draft_id)
        if found[draft_id]["status"] not in allowed:
            raise DraftStep(draft=draft_id, status=found[draft_id]["status"], action=action)
    return [found[draft_id] for draft_id in ids]


def step(session: Session, rows: list[dict[str, Any]], action: str, extra: str = "", **values: Any) -> dict[str, int]:
    """Move drafts to the state that a step leads to."""
    session.execute(
        f"update core.voucher_draft set status = $status{extra} where list_contains($ids, draft_id)",
        status=LIFECYCLE[action][1],
        ids=[row["draft_id"] for row in rows],
        **values,
    )
    return {"count": len(rows)}
