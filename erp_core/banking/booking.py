"""Lines of the bank that no paper explains, booked by rule or by word: bank charges, interest, and the like."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.banking import matching
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import posting

BOOKED = "booked"
_DIMENSIONS = ("party", "department", "employee", "project")
_LINES = """
    select l.*, o.match_id, b.account as bank_ledger from core.bank_line l
    join core.bank_account b on b.code = l.bank_account
    left join core.bank_owner o on o.item = 'bank/' || l.line_id
    where list_contains($lines, l.line_id) order by l.posted_on, l.line_id
"""


class BankLineUnknown(Refusal):
    """There is no line {first} of a bank ({count} such lines)."""


class BankLineOwned(Refusal):
    """Line {first} of the bank belongs to matching {match} already ({count} such lines)."""


class NoBookingRule(Refusal):
    """No rule says how line {first} ({summary}, {amount}) is booked ({count} such lines)."""


@verb("banking.line.book")
def book(
    session: Session,
    *,
    lines: list[int],
    account: str = "",
    summary: str = "",
    in_red: bool = False,
    party: str = "",
    department: str = "",
    employee: str = "",
    project: str = "",
) -> dict[str, Any]:
    """Book lines of the bank, one voucher each, and match them with it.

    Without an account the rules of booking say which (the first whose text is in the line); with one, all lines go
    there, with these dimensions; in_red: money in is a negative debit. Returns vouchers and matches.
    """
    rows = _free(session, lines)
    told = {"account": account, "in_red": in_red, "department": department}
    plans = [told if account else _ruled(session, row) for row in rows]
    bare = [row for row, plan in zip(rows, plans, strict=True) if plan is None]
    if bare:
        first = bare[0]
        raise NoBookingRule(
            summary=first["summary"] or first["counterparty"], amount=first["amount"],
            **first_and_count([row["line_id"] for row in bare]),
        )  # fmt: skip
    dimensions = {"party": party, "employee": employee, "project": project}
    posted = _post(session, [(row, plan | dimensions) for row, plan in zip(rows, plans, strict=True)], summary)
    made = [
        matching.write(
            session, row["bank_account"], [f"bank/{row['line_id']}", f"book/{voucher}/1"], BOOKED, Decimal(1)
        )
        for row, voucher in zip(rows, posted["voucher_id"], strict=True)
    ]
    names = posted.select(pl.format("{}-{}", "word", "number")).to_series().to_list()
    return {
        "count": len(rows),
        "vouchers": dict(zip([str(row["line_id"]) for row in rows], names, strict=True)),
        "matches": made,
    }


def _free(session: Session, lines: list[int]) -> list[dict[str, Any]]:
    rows = session.frame(_LINES, lines=lines).to_dicts()
    lost = sorted(set(lines) - {row["line_id"] for row in rows})
    if lost or not rows:
        raise BankLineUnknown(**first_and_count(lost or ["-"]))
    owned = [row for row in rows if row["match_id"] is not None]
    if owned:
        raise BankLineOwned(match=owned[0]["match_id"], **first_and_count([row["line_id"] for row in owned]))
    return rows


def _ruled(session: Session, row: dict[str, Any]) -> dict[str, Any] | None:
    """What the first rule that fits a line says: account, department, in_red."""
    text = f"{row['summary']} {row['counterparty']}".upper()
    direction = "in" if row["amount"] > 0 else "out"
    for rule in session.reference("bank_booking").filter("active").sort("position", "rule").to_dicts():
        if rule["direction"] == direction and rule["contains"].upper() in text:
            return {name: rule[name] for name in ("account", "in_red", "department")}
    return None


def _post(session: Session, planned: list[tuple[dict[str, Any], dict[str, Any]]], summary: str) -> pl.DataFrame:
    heads, lines = [], []
    for row, plan in planned:
        key = str(row["line_id"])
        words = summary or " ".join(filter(None, (row["summary"], row["counterparty"]))) or key
        heads.append(
            {
                "key": key,
                "voucher_on": row["posted_on"],
                "summary": words,
                "source_kind": "bank_line",
                "source_number": key,
            }
        )
        amount, zero = row["amount"], Decimal(0)
        lines.append(
            {"key": key, "account": row["bank_ledger"], "debit": max(amount, zero), "credit": max(-amount, zero),
             **dict.fromkeys(_DIMENSIONS, ""), "reference": row["reference"]}
        )  # fmt: skip
        other = (
            {"debit": -amount, "credit": zero} if plan["in_red"] or amount < 0 else {"debit": zero, "credit": amount}
        )
        lines.append(
            {"key": key, "account": plan["account"], **other, "reference": "",
             **{name: plan.get(name) or "" for name in _DIMENSIONS}}
        )  # fmt: skip
    body = pl.DataFrame(lines, schema_overrides={"debit": MONEY, "credit": MONEY})
    return posting.post(session, pl.DataFrame(heads), body)
