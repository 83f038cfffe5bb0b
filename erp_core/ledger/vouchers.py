"""Vouchers made by hand: draft, review by a second person, post; corrected afterwards by red and blue only."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.approval import chains, rules
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, money
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, posting

LIFECYCLE = {
    "submit": ({"draft"}, "submitted"),
    "review": ({"submitted"}, "reviewed"),
    "reject": ({"submitted"}, "draft"),
    "unreview": ({"reviewed"}, "submitted"),
    "void": ({"draft", "submitted"}, "void"),
    "post": ({"reviewed"}, "posted"),
}
SUBJECT = "voucher"
_DRAFTED = ("voucher_on", "word", "attachments", "note", "reverses", "reversal_kind")
_LINE_TEXTS = ("summary", "account", *accounts.DIMENSIONS, "cash_flow", "reference")


class DraftUnknown(Refusal):
    """There is no voucher draft {draft}."""


class DraftsMissing(Refusal):
    """No draft is named that could be {action}ed."""


class DraftEmpty(Refusal):
    """Voucher {voucher} of the set has no day or no lines."""


class DraftStep(Refusal):
    """Draft {draft} is {status}; it cannot be {action}ed."""


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


@verb("ledger.voucher.draft")
def draft(
    session: Session,
    *,
    voucher_on: date,
    lines: list[dict[str, Any]],
    word: str = "记",
    attachments: int = 0,
    note: str = "",
) -> dict[str, int]:
    """Save a voucher in preparation: it must balance and name real leaf accounts, but holds no number yet.

    lines: summary, account, debit, credit, and optionally dimensions, cash_flow, quantity, due_on, reference.
    """
    return {"draft": _save(session, voucher_on, lines, word, attachments, note)}


@verb("ledger.voucher.draft_many")
def draft_many(session: Session, *, vouchers: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Save many vouchers in preparation; each: voucher_on, lines, and optionally word, attachments, note."""
    return {"drafts": _save_all(session, vouchers)}


def _save(session: Session, day: date, lines: list[dict], word: str, attachments: int, note: str, **link: Any) -> int:
    whole = {"voucher_on": day, "lines": lines, "word": word, "attachments": attachments, "note": note, **link}
    return _save_all(session, [whole])[0]


def _save_all(session: Session, vouchers: list[dict[str, Any]]) -> list[int]:
    """Check a set as a whole and save it; a refusal names a voucher by its place in the set."""
    if not vouchers:
        return []
    for at, one in enumerate(vouchers, 1):
        if not one.get("lines") or not one.get("voucher_on"):
            raise DraftEmpty(voucher=at)
    plain = [[_plain_line(line) for line in one["lines"]] for one in vouchers]
    heads = [
        {"draft_id": at, "voucher_on": one["voucher_on"], "word": one.get("word", "记")}
        for at, one in enumerate(vouchers, 1)
    ]
    posting.check(session, _heads(heads), _body(list(enumerate(plain, 1))), "manual")
    first = session.take_ids("voucher_draft", "draft_id", len(vouchers))
    rows = [
        {"word": "记", "attachments": 0, "note": ""}
        | {name: value for name, value in one.items() if name in _DRAFTED}
        | {
            "draft_id": first + at,
            "status": "draft",
            "made_by": session.actor.login,
            "lines": json.dumps(plain[at], ensure_ascii=False),
        }
        for at, one in enumerate(vouchers)
    ]
    session.insert("voucher_draft", pl.DataFrame(rows, infer_schema_length=None))
    return list(range(first, first + len(vouchers)))


def _plain_line(line: dict[str, Any]) -> dict[str, Any]:
    """A line as text values, so that a draft keeps exactly what was written."""
    plain = {name: str(line[name]) for name in _LINE_TEXTS if line.get(name)}
    plain |= {name: str(money(Decimal(str(line.get(name) or 0)))) for name in ("debit", "credit")}
    plain |= {name: str(line[name]) for name in ("quantity", "due_on") if line.get(name)}
    return plain


def _heads(drafts: list[dict[str, Any]]) -> pl.DataFrame:
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


def _body(drafts: list[tuple[str, list[dict[str, Any]]]]) -> pl.DataFrame:
    rows = [{"key": str(key), **dict.fromkeys(_LINE_TEXTS, ""), **line} for key, lines in drafts for line in lines]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    if "due_on" in frame.columns:
        frame = frame.with_columns(pl.col("due_on").cast(pl.String).str.to_date())
    if "quantity" in frame.columns:
        frame = frame.with_columns(pl.col("quantity").cast(pl.Decimal(18, 6)))
    return frame.with_columns(pl.col("debit", "credit").cast(MONEY))


def _load(session: Session, drafts: list[int], action: str) -> list[dict[str, Any]]:
    if not drafts:
        raise DraftsMissing(action=action)
    rows = session.frame("select * from core.voucher_draft where list_contains($ids, draft_id)", ids=drafts).to_dicts()
    found = {row["draft_id"]: row for row in rows}
    allowed, _ = LIFECYCLE[action]
    for draft_id in drafts:
        if draft_id not in found:
            raise DraftUnknown(draft=draft_id)
        if found[draft_id]["status"] not in allowed:
            raise DraftStep(draft=draft_id, status=found[draft_id]["status"], action=action)
    return [found[draft_id] for draft_id in drafts]


def _step(session: Session, drafts: list[int], action: str, extra: str = "", **values: Any) -> dict[str, int]:
    session.execute(
        f"update core.voucher_draft set status = $status{extra} where list_contains($ids, draft_id)",
        status=LIFECYCLE[action][1],
        ids=drafts,
        **values,
    )
    return {"count": len(drafts)}


@verb("ledger.voucher.submit")
def submit(session: Session, *, drafts: list[int]) -> dict[str, int]:
    """Hand drafts in for review."""
    rows = _load(session, drafts, "submit")
    result = _step(session, drafts, "submit")
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
    """Approve submitted drafts; whoever prepared one may not review it (财会〔2024〕12号 §21)."""
    chains.refuse_pending(session, SUBJECT, [str(draft_id) for draft_id in drafts])
    for row in _load(session, drafts, "review"):
        if row["made_by"] == session.actor.login:
            raise ReviewerIsPreparer(actor=session.actor.login, draft=row["draft_id"])
    return _step(session, drafts, "review", ", reviewed_by = $who", who=session.actor.login)


@verb("ledger.voucher.reject", reason=True)
def reject(session: Session, *, drafts: list[int], reason: str) -> dict[str, int]:
    """Send submitted drafts back to their preparer with a reason."""
    _load(session, drafts, "reject")
    chains.close(session, SUBJECT, [str(draft_id) for draft_id in drafts], "returned")
    return _step(session, drafts, "reject", ", note = $note", note=reason)


@verb("ledger.voucher.unreview", reason=True)
def unreview(session: Session, *, drafts: list[int], reason: str) -> dict[str, int]:
    """Take an approval back before posting, with a reason."""
    _load(session, drafts, "unreview")
    return _step(session, drafts, "unreview", ", reviewed_by = '', note = $note", note=reason)


@verb("ledger.voucher.void", reason=True)
def void(session: Session, *, drafts: list[int], reason: str) -> dict[str, int]:
    """Set drafts aside for good; they stay visible as void."""
    _load(session, drafts, "void")
    chains.close(session, SUBJECT, [str(draft_id) for draft_id in drafts], "withdrawn")
    return _step(session, drafts, "void", ", note = $note", note=reason)


@verb("ledger.voucher.post")
def post(session: Session, *, drafts: list[int]) -> dict[str, Any]:
    """Post reviewed drafts in the order of their dates: all or none; numbers are drawn here and only here."""
    rows = sorted(_load(session, drafts, "post"), key=lambda row: (row["voucher_on"], row["draft_id"]))
    lines = [(row["draft_id"], json.loads(row["lines"])) for row in rows]
    for row, (_, body) in zip(rows, lines, strict=True):
        row["summary"] = body[0]["summary"]
    posted = posting.post(session, _heads(rows), _body(lines), kind="manual")
    links = posted.select(pl.col("key").cast(pl.Int64).alias("draft_id"), "voucher_id")
    for draft_id, voucher_id in links.rows():
        session.execute("update core.voucher_draft set voucher_id = $v where draft_id = $d", v=voucher_id, d=draft_id)
    _step(session, drafts, "post")
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
    for line in lines:
        line.update(summary=f"注销{named}", debit=-line["debit"], credit=-line["credit"])
    red = _save(session, voucher_on, lines, head["word"], 0, reason, reverses=voucher_id, reversal_kind="red")
    made = {"red": red}
    if correct:
        blue_lines = [{**line, "summary": f"订正{named} {line.get('summary', '')}".strip()} for line in correct]
        made["blue"] = _save(
            session, voucher_on, blue_lines, head["word"], 0, reason, reverses=voucher_id, reversal_kind="blue"
        )
    return made


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
