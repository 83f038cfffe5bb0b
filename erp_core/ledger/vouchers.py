"""Vouchers made by hand, from draft on: reviewed by a second person, posted, corrected by red and blue only."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.approval import chains, rules
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import draft_lines, posting
from erp_core.ledger.drafts import heads_of, load, save_all, step

SUBJECT = "voucher"


class ReviewerIsPreparer(Refusal):
    """{actor} prepared draft {draft} and may not review it as well."""


class VoucherUnknown(Refusal):
    """There is no posted voucher {voucher}."""


class VoucherReversed(Refusal):
    """Voucher {voucher} was reversed already by {by}."""


class ClosingVoucher(Refusal):
    """Voucher {voucher} comes from the close of {period}; reopen the period instead."""


class OwnedByDocument(Refusal):
    """Voucher {voucher} belongs to {source}; correct it by a return or a red document."""


@verb("ledger.voucher.submit")
def submit(session: Session, *, drafts: list[int]) -> dict[str, int]:
    """Hand drafts in for review."""
    rows = load(session, drafts, "submit")
    result = step(session, rows, "submit")
    if not rules.active(session, SUBJECT).is_empty():
        chains.begin(
            session, SUBJECT, pl.DataFrame([{"number": str(r["draft_id"]), "amount": _total(r)} for r in rows])
        )
    return result


def _total(draft: dict[str, Any]) -> Decimal:
    return sum((Decimal(line["debit"]) for line in json.loads(draft["lines"])), Decimal(0))


@chains.ends(SUBJECT, "approved")
def _approved(session: Session, number: str, comment: str) -> None:
    review(session, drafts=[int(number)])


@chains.ends(SUBJECT, "returned")
def _returned(session: Session, number: str, comment: str) -> None:
    reject(session, drafts=[int(number)], reason=comment)


@verb("ledger.voucher.review")
def review(session: Session, *, drafts: list[int]) -> dict[str, int]:
    """Approve submitted drafts; whoever prepared or changed one may not review it (财会〔2024〕12号 §21)."""
    rows = load(session, drafts, "review")
    chains.refuse_pending(session, SUBJECT, [str(row["draft_id"]) for row in rows])
    changed = session.rows(
        "select draft_id from core.voucher_draft_version where changed_by = $who and list_contains($ids, draft_id)",
        who=session.actor.login,
        ids=[row["draft_id"] for row in rows],
    )
    mine = {row["draft_id"] for row in rows if session.actor.login in (row["made_by"], row["changed_by"])}
    for row in rows:
        if row["draft_id"] in mine | {draft_id for (draft_id,) in changed}:
            raise ReviewerIsPreparer(actor=session.actor.login, draft=row["draft_id"])
    return step(session, rows, "review", ", reviewed_by = $who", who=session.actor.login)


@verb("ledger.voucher.reject", reason=True)
def reject(session: Session, *, drafts: list[int], reason: str) -> dict[str, int]:
    """Send submitted drafts back to their preparer with a reason."""
    rows = load(session, drafts, "reject")
    chains.close(session, SUBJECT, [str(row["draft_id"]) for row in rows], "returned")
    return step(session, rows, "reject", ", note = $note", note=reason)


@verb("ledger.voucher.unreview", reason=True)
def unreview(session: Session, *, drafts: list[int], reason: str) -> dict[str, int]:
    """Take an approval back before posting, with a reason."""
    rows = load(session, drafts, "unreview")
    return step(session, rows, "unreview", ", reviewed_by = '', note = $note", note=reason)


@verb("ledger.voucher.void", reason=True)
def void(session: Session, *, drafts: list[int], reason: str) -> dict[str, int]:
    """Set drafts aside for good; they stay visible as void."""
    rows = load(session, drafts, "void")
    chains.close(session, SUBJECT, [str(row["draft_id"]) for row in rows], "withdrawn")
    return step(session, rows, "void", ", note = $note", note=reason)


@verb("ledger.voucher.post")
def post(session: Session, *, drafts: list[int]) -> dict[str, Any]:
    """Post reviewed drafts by day and provisional number: all or none; numbers are drawn here and only here."""
    order = ("voucher_on", "provisional", "draft_id")
    rows = sorted(load(session, drafts, "post"), key=lambda row: tuple(row[name] for name in order))
    lines = [(row["draft_id"], json.loads(row["lines"])) for row in rows]
    for row, (_, body) in zip(rows, lines, strict=True):
        row["summary"] = body[0]["summary"]
    posted = posting.post(session, heads_of(rows), draft_lines.body(lines), kind="manual")
    links = posted.select(pl.col("key").cast(pl.Int64).alias("draft_id"), "voucher_id")
    for draft_id, voucher_id in links.rows():
        session.execute("update core.voucher_draft set voucher_id = $v where draft_id = $d", v=voucher_id, d=draft_id)
    step(session, rows, "post")
    numbers = {key: f"{word}-{number}" for key, _, _, word, number in posted.rows()}
    return {
        "count": posted.height,
        "vouchers": numbers,
        "voucher_ids": dict(links.with_columns(pl.col("draft_id").cast(pl.String)).rows()),
    }


@verb("ledger.voucher.reverse", reason=True)
def reverse(
    session: Session, *, voucher_id: int, voucher_on: date, reason: str, correct: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Prepare the red voucher of a posted one and, if given, the blue voucher that says it right; both go to review.

    Red is negative on the original side and names what it annuls (会计基础工作规范 §51). correct: lines as in draft.
    """
    head = _reversible(session, voucher_id)
    named = f"{head['voucher_on']:%Y年%m月%d日}{head['word']}-{head['number']}号凭证"
    lines = session.frame(
        "select * from core.voucher_line where voucher_id = $id order by line", id=voucher_id
    ).to_dicts()
    red_lines = [_red(line, f"注销{named}") for line in lines]
    red = _save(session, voucher_on, red_lines, head["word"], reason, reverses=voucher_id, reversal_kind="red")
    made = {"red": red}
    if correct:
        plain = draft_lines.read(correct, "blue")
        blue_lines = [{**line, "summary": f"订正{named} {line.get('summary', '')}".strip()} for line in plain]
        made["blue"] = _save(
            session, voucher_on, blue_lines, head["word"], reason, reverses=voucher_id, reversal_kind="blue"
        )
    return made


def _save(session: Session, day: date, lines: list[dict], word: str, note: str, **link: Any) -> int:
    return save_all(session, [{"voucher_on": day, "lines": lines, "word": word, "note": note, **link}])[0]


def _red(line: dict[str, Any], summary: str) -> dict[str, Any]:
    red = {name: line[name] for name in draft_lines.SCHEMA if line.get(name) is not None}
    turned = ("debit", "credit", "quantity", "amount_foreign")
    return red | {name: -line[name] for name in turned if line[name] is not None} | {"summary": summary}


def _reversible(session: Session, voucher_id: int) -> dict[str, Any]:
    heads = session.frame("select * from core.voucher where voucher_id = $id", id=voucher_id).to_dicts()
    if not heads:
        raise VoucherUnknown(voucher=voucher_id)
    head = heads[0]
    name = f"{head['period']} {head['word']}-{head['number']}"
    if head["kind"] == "close":
        raise ClosingVoucher(voucher=name, period=head["period"])
    if head["kind"] != "manual":
        raise OwnedByDocument(voucher=name, source=f"{head['source_kind']} {head['source_number']}")
    taken = session.one(
        "select draft_id from core.voucher_draft where reverses = $id and reversal_kind = 'red' and status <> 'void'",
        id=voucher_id,
    )
    if taken:
        raise VoucherReversed(voucher=name, by=f"draft {taken[0]}")
    return head
