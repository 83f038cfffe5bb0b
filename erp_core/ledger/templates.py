"""Templates of vouchers, with amounts or shares of a total, and sheets still being written that must not be lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import money, split
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import draft_lines, posting
from erp_core.ledger.drafts import check_word

SHEET_LETTERS_MAX = 500_000
SHEETS_MAX = 50
_HUNDRED = Decimal(100)


class TemplateUnknown(Refusal):
    """There is no template {template}."""


class TemplateShares(Refusal):
    """The shares of the {side} side of template {template} come to {total} per cent, not 100."""


class TemplateName(Refusal):
    """A template needs a name of 1 to 40 letters; {template} is none."""


class KeptTooLong(Refusal):
    """The voucher being written has {letters} letters; up to {limit} are kept."""


class SheetsTooMany(Refusal):
    """{actor} keeps {count} vouchers that were never saved; save or drop some first."""


@verb("ledger.template.save")
def save(
    session: Session,
    *,
    template: str,
    lines: list[dict[str, Any]],
    word: str = "记",
    note: str = "",
    shared: bool = False,
    active: bool = True,
) -> dict[str, Any]:
    """Keep lines of a voucher under a name, to begin others with.

    lines: as in a draft. shared: debit and credit are shares in per cent of a total that is asked for later; each side
    must come to 100. Otherwise they are amounts, which need not balance yet and may be nil.
    """
    name = str(template or "").strip()
    if not 0 < len(name) <= 40:
        raise TemplateName(template=name)
    check_word(name, word)
    plain = draft_lines.read(lines, name)
    _check_accounts(session, name, plain)
    if shared:
        for side in ("debit", "credit"):
            total = sum((Decimal(line[side]) for line in plain), Decimal(0))
            if total != _HUNDRED:
                raise TemplateShares(template=name, side=side, total=total)
    row = {"template": name, "word": word, "note": str(note or ""), "shared": bool(shared), "active": bool(active)}
    row |= {"lines": json.dumps(plain, ensure_ascii=False), "made_by": session.actor.login}
    session.upsert("voucher_template", pl.DataFrame([row]), ("template",))
    return {"template": name, "lines": len(plain)}


def _check_accounts(session: Session, name: str, lines: list[dict[str, str]]) -> None:
    """Accounts and dimensions as a draft needs them; a line without an amount passes for one of a cent."""
    tried = [
        line | {"debit": "0.01" if Decimal(line["debit"]) or not Decimal(line["credit"]) else "0"}
        | {"credit": "0.01" if Decimal(line["credit"]) else "0"}
        | {"summary": line.get("summary") or name}
        for line in lines
    ]  # fmt: skip
    body = draft_lines.body([(name, tried)])
    posting.check_lines(session, body.with_columns(line=pl.int_range(1, pl.len() + 1, dtype=pl.Int32)), "manual")


@verb("ledger.template.drop")
def drop(session: Session, *, template: str) -> dict[str, str]:
    """Forget a template; vouchers made from it stay."""
    if session.reference("voucher_template").filter(pl.col("template") == template).is_empty():
        raise TemplateUnknown(template=template)
    session.execute("delete from core.voucher_template where template = $template", template=template)
    return {"template": template}


def filled(lines: Iterable[dict[str, Any]], total: Decimal | int | str) -> list[dict[str, Any]]:
    """Lines with shares as lines with amounts: the total split on each side to the cent, the rest to the largest."""
    rows = [dict(line) for line in lines]
    for side in ("debit", "credit"):
        held = [row for row in rows if Decimal(row[side])]
        if held:
            for row, amount in zip(held, split(money(total), [Decimal(row[side]) for row in held]), strict=True):
                row[side] = str(amount)
    return rows


@verb("ledger.sheet.keep")
def keep(session: Session, *, sheet: str, content: str) -> dict[str, str]:
    """Keep a voucher that one is still writing, as it stands; it need not balance and nobody else sees it.

    content: whatever the screen needs to go on, as text.
    """
    text, login = str(content), session.actor.login
    if len(text) > SHEET_LETTERS_MAX:
        raise KeptTooLong(letters=len(text), limit=SHEET_LETTERS_MAX)
    held = session.rows("select sheet from core.voucher_sheet where login = $login", login=login)
    if len(held) >= SHEETS_MAX and (sheet,) not in held:
        raise SheetsTooMany(actor=login, count=len(held))
    row = {"login": login, "sheet": str(sheet), "content": text, "saved_at": session.now}
    session.upsert("voucher_sheet", pl.DataFrame([row]), ("login", "sheet"))
    return {"sheet": sheet}


@verb("ledger.sheet.drop")
def drop_sheet(session: Session, *, sheet: str) -> dict[str, str]:
    """Let go of a voucher that one was writing."""
    session.execute(
        "delete from core.voucher_sheet where login = $login and sheet = $sheet", login=session.actor.login, sheet=sheet
    )
    return {"sheet": sheet}
