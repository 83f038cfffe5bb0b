"""Matching lines of the bank with lines of the books: proposed by rules, confirmed by a person, undone in the open."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.banking import accounts, search
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

BY_HAND = "hand"
_BANK = """
    select 'bank/' || l.line_id as item, l.posted_on as day, l.amount,
           l.summary || ' ' || l.reference || ' ' || l.counterparty as text, l.counterparty as name,
           cast([] as varchar[]) as tokens
    from core.bank_line l anti join core.bank_owner o on o.item = 'bank/' || l.line_id
    where l.bank_account = $code
"""
# The cash line itself names nobody: party and employee stand on the other lines of its voucher.
_BOOK = """
    with open as (
        select k.*, 'book/' || k.voucher_id || '/' || k.line as item from core.bank_book k
        anti join core.bank_owner o on o.item = 'book/' || k.voucher_id || '/' || k.line
        where k.bank_account = $code
    ), named as (
        select l.voucher_id, string_agg(distinct coalesce(p.name, e.name), '|') as name
        from core.voucher_line l
        left join core.party p on p.code = l.party left join core.employee e on e.code = l.employee
        where l.voucher_id in (select voucher_id from open) and (l.party <> '' or l.employee <> '')
        group by l.voucher_id
    )
    select o.item, o.voucher_on as day, o.amount, o.summary || ' ' || coalesce(n.name, '') as text,
           coalesce(n.name, '') as name,
           list_distinct([o.source_number, o.reference, coalesce(d.reference, '')]) as tokens
    from open o left join named n on n.voucher_id = o.voucher_id
    left join core.document d on d.number = o.source_number and d.kind = o.source_kind
"""


class SidesDiffer(Refusal):
    """The lines of the bank add up to {bank}, those of the books to {book}: {difference} apart."""


class LineOwned(Refusal):
    """{first} belongs to matching {match} already ({count} such lines)."""


class LineUnknown(Refusal):
    """{bank_account} has no line {first} ({count} such lines)."""


class NothingToMatch(Refusal):
    """A matching needs at least two lines, and each line once."""


class ProposalGone(Refusal):
    """There is no proposal {first} any more ({count} such); search again."""


class MatchGone(Refusal):
    """There is no matching {match}, or it was undone already."""


@verb("banking.match.propose")
def propose(session: Session, *, bank_account: str) -> dict[str, Any]:
    """Search by the rules in force which open lines belong together; what is found waits to be confirmed.

    Returns proposed, matched (by rules that are automatic), and the lines for which the search gave up or found more
    than one answer.
    """
    accounts.find(session, bank_account)
    rules = session.reference("bank_rule").filter("active").to_dicts()
    bank = search.lines_of(session.frame(_BANK, code=bank_account))
    book = [_with_plain_tokens(line) for line in search.lines_of(session.frame(_BOOK, code=bank_account))]
    found = search.search(bank, book, rules)
    session.execute("delete from core.bank_proposal where bank_account = $code", code=bank_account)
    done = [one for one in found.proposals if one.automatic]
    for one in done:
        write(session, bank_account, [*one.bank, *one.book], one.rule, one.confidence)
    waiting = [one for one in found.proposals if not one.automatic]
    _keep(session, bank_account, waiting)
    return {
        "proposed": len(waiting),
        "matched": len(done),
        "gave_up": found.gave_up,
        "ambiguous": found.ambiguous,
        "open_bank": len(bank) - sum(len(one.bank) for one in done),
        "open_book": len(book) - sum(len(one.book) for one in done),
    }


def _with_plain_tokens(line: search.Line) -> search.Line:
    names = "|".join(search.plain(part) for part in line.name.split("|"))
    tokens = tuple(search.plain(token) for token in line.tokens)
    return search.Line(line.item, line.day, line.amount, line.text, names, tokens)


def _keep(session: Session, bank_account: str, waiting: list[search.Proposal]) -> None:
    if not waiting:
        return
    first = session.take_ids("bank_proposal", "proposal_id", len(waiting))
    rows = [
        {
            "proposal_id": first + at,
            "bank_account": bank_account,
            "rule": one.rule,
            "confidence": one.confidence,
            "items": json.dumps([*one.bank, *one.book]),
            "act_id": session.act_id,
        }
        for at, one in enumerate(waiting)
    ]
    session.insert("bank_proposal", pl.DataFrame(rows).with_columns(pl.col("confidence").cast(pl.Decimal(5, 2))))


@verb("banking.match.confirm")
def confirm(session: Session, *, proposals: list[int]) -> dict[str, Any]:
    """Confirm proposals of the last search by their numbers; each becomes a matching."""
    rows = session.frame(
        "select * from core.bank_proposal where list_contains($ids, proposal_id) order by proposal_id", ids=proposals
    ).to_dicts()
    gone = sorted(set(proposals) - {row["proposal_id"] for row in rows})
    if gone or not rows:
        raise ProposalGone(**first_and_count(gone or ["-"]))
    made = [
        write(session, row["bank_account"], json.loads(row["items"]), row["rule"], row["confidence"]) for row in rows
    ]
    session.execute("delete from core.bank_proposal where list_contains($ids, proposal_id)", ids=proposals)
    return {"count": len(made), "matches": made}


@verb("banking.match.link")
def link(session: Session, *, bank_account: str, bank: list[int], book: list[str]) -> dict[str, Any]:
    """Match chosen lines by hand: any number on each side with equal sums.

    bank: line numbers of report bank_lines; book: 'voucher_id/line' of report bank_books. Lines of one side alone may
    be matched too where they come to nothing: a payment that bounced, a voucher and its red one.
    """
    accounts.find(session, bank_account)
    items = [*(f"bank/{one}" for one in bank), *(f"book/{one}" for one in book)]
    return {"match": write(session, bank_account, items, BY_HAND, Decimal(1))}


def write(session: Session, bank_account: str, items: list[str], rule: str, confidence: Decimal) -> int:
    """Write one matching; its lines must be there, be free, and have equal sums on both sides."""
    if len(items) < 2 or len(set(items)) < len(items):
        raise NothingToMatch
    lines = _amounts(session, bank_account, items)
    lost = [item for item in items if item not in lines]
    if lost:
        raise LineUnknown(bank_account=bank_account, **first_and_count(lost))
    _refuse_owned(session, items)
    sums = {
        side: sum((lines[item] for item in items if item.startswith(side)), Decimal(0)) for side in ("bank", "book")
    }
    if sums["bank"] != sums["book"]:
        raise SidesDiffer(**sums, difference=sums["bank"] - sums["book"])
    match_id = session.take_ids("bank_match", "match_id", 1)
    about = {"match_id": match_id, "bank_account": bank_account, "rule": rule, "confidence": confidence}
    about |= {"matched_by": session.actor.login, "act_id": session.act_id}
    session.insert("bank_match", pl.DataFrame([about]).with_columns(pl.col("confidence").cast(pl.Decimal(5, 2))))
    turns = dict(
        session.rows(
            "select item, max(turn) from core.bank_match_item where list_contains($items, item) group by item",
            items=items,
        )
    )
    rows = [
        {"item": item, "turn": turns.get(item, 0) + 1, "match_id": match_id, "act_id": session.act_id} for item in items
    ]
    session.insert("bank_match_item", pl.DataFrame(rows).with_columns(pl.col("turn").cast(pl.Int32)))
    return match_id


def _amounts(session: Session, bank_account: str, items: list[str]) -> dict[str, Decimal]:
    return dict(
        session.rows(
            "select item, amount from core.bank_outstanding where bank_account = $code and list_contains($items, item)",
            code=bank_account,
            items=items,
        )
    )


def _refuse_owned(session: Session, items: list[str]) -> None:
    owned = session.rows(
        "select item, match_id from core.bank_owner where list_contains($items, item) order by item", items=items
    )
    if owned:
        raise LineOwned(match=owned[0][1], **first_and_count([item for item, _ in owned]))


@verb("banking.match.undo", reason=True)
def undo(session: Session, *, match: int, reason: str) -> dict[str, Any]:
    """Undo a matching: its lines are free again, and who undid it and why stays readable."""
    row = session.one(
        "select bank_account from core.bank_match m anti join core.bank_match_undone u using (match_id)"
        " where m.match_id = $id",
        id=match,
    )
    if row is None:
        raise MatchGone(match=match)
    told = {"match_id": match, "undone_by": session.actor.login, "reason": reason, "act_id": session.act_id}
    session.insert("bank_match_undone", pl.DataFrame([told]))
    return {"match": match, "bank_account": row[0]}
