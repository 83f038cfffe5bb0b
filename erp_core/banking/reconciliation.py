"""银行存款余额调节表: both balances, four kinds of outstanding items, the tie, kept as an archive document."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.banking import accounts
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger.gates import gate

# 银行已收企业未收, 银行已付企业未付, 企业已收银行未收, 企业已付银行未付.
KINDS = ("bank_in", "bank_out", "book_in", "book_out")
_ITEMS = """
    select case when side = 'bank' and amount > 0 then 'bank_in' when side = 'bank' then 'bank_out'
                when amount > 0 then 'book_in' else 'book_out' end as kind,
           item, known_on, amount, counterparty, summary, number
    from core.bank_outstanding
    where bank_account = $code and known_on <= $day and (cleared_on is null or cleared_on > $day)
    order by kind, known_on, item
"""
_BALANCES = """
    select coalesce((select sum(l.debit - l.credit) from core.voucher_line l join core.voucher v using (voucher_id)
                     where l.account = b.account and v.voucher_on <= $day), 0) as book,
           b.bank_opening + coalesce((select sum(amount) from core.bank_line
                                      where bank_account = b.code and posted_on <= $day), 0) as bank
    from core.bank_account b where b.code = $code
"""
_STATED = """
    select balance from core.bank_line where bank_account = $code and posted_on <= $day and balance is not null
    order by posted_on desc, line_id desc limit 1
"""


class ReconciliationOpen(Refusal):
    """{code} on {day}: the books adjusted come to {book}, the bank adjusted to {bank}, {difference} apart."""


class StatementMissing(Refusal):
    """{code}: statements are loaded up to {last}, not up to {day}."""


class StatementElsewhere(Refusal):
    """{code} on {day}: its lines add up to {found}, but the bank states {stated}: lines are missing."""


def work_out(session: Session, code: str, day: date) -> dict[str, Any]:
    """A reconciliation on a day: book, bank, adjusted_book, adjusted_bank, items (kind, item, known_on, amount, …)."""
    account = accounts.find(session, code)
    book, bank = session.one(_BALANCES, code=code, day=day)
    items = session.frame(_ITEMS, code=code, day=day)
    sums = dict(items.group_by("kind").agg(pl.col("amount").sum().cast(MONEY)).rows())
    of = {kind: sums.get(kind, Decimal(0)) for kind in KINDS}
    return {
        "account": account["account"],
        "book": book,
        "bank": bank,
        "adjusted_book": book + of["bank_in"] + of["bank_out"],
        "adjusted_bank": bank + of["book_in"] + of["book_out"],
        "items": items,
    }


@verb("banking.reconciliation.keep")
def keep(session: Session, *, bank_account: str, as_of: date, complete: bool = False) -> dict[str, Any]:
    """Keep the reconciliation of a day as an archive document; it must tie, and the statements must reach that day.

    What is outstanding is listed, not hidden: a tie with open items is lawful. Kept again, it gets a higher version.
    complete: the person says that the bank shows nothing between the last line loaded and that day.
    """
    worked = work_out(session, bank_account, as_of)
    if not complete:
        _refuse_unloaded(session, bank_account, as_of)
    _refuse_untied(session, bank_account, as_of, worked)
    rows = [{name: str(value) for name, value in row.items()} for row in worked["items"].to_dicts()]
    text = json.dumps(rows, ensure_ascii=False)
    digest = digest_of(worked)
    version = session.one(
        "select coalesce(max(version), 0) + 1 from core.bank_reconciliation"
        " where bank_account = $code and as_of = $day",
        code=bank_account,
        day=as_of,
    )[0]
    kept = {
        "bank_account": bank_account,
        "as_of": as_of,
        "version": version,
        "book_balance": worked["book"],
        "bank_balance": worked["bank"],
        "adjusted": worked["adjusted_book"],
        "items": text,
        "digest": digest,
        "kept_by": session.actor.login,
        "kept_at": session.now,
        "act_id": session.act_id,
    }
    money = dict.fromkeys(("book_balance", "bank_balance", "adjusted"), MONEY)
    session.insert("bank_reconciliation", pl.DataFrame([kept], schema_overrides={"version": pl.Int32, **money}))
    return {
        "bank_account": bank_account,
        "version": version,
        "adjusted": str(worked["adjusted_book"]),
        "items": len(rows),
    }


def digest_of(worked: dict[str, Any]) -> str:
    """A SHA-256 over balances and items, by which a kept reconciliation is compared with the present."""
    rows = [f"{row['kind']}|{row['item']}|{row['known_on']}|{row['amount']}" for row in worked["items"].to_dicts()]
    text = "\n".join([f"{worked['book']}|{worked['bank']}", *rows])
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_unloaded(session: Session, code: str, day: date) -> None:
    last = session.one("select max(to_on) from core.bank_statement where bank_account = $code", code=code)[0]
    if last is None or last < day:
        raise StatementMissing(code=code, last=last or "-", day=day)


def _refuse_untied(session: Session, code: str, day: date, worked: dict[str, Any]) -> None:
    stated = session.one(_STATED, code=code, day=day)
    if stated and stated[0] != worked["bank"]:
        raise StatementElsewhere(code=code, day=day, found=worked["bank"], stated=stated[0])
    if worked["adjusted_book"] != worked["adjusted_bank"]:
        raise ReconciliationOpen(
            code=code, day=day, book=worked["adjusted_book"], bank=worked["adjusted_bank"],
            difference=worked["adjusted_book"] - worked["adjusted_bank"],
        )  # fmt: skip


@gate("G10")
def unreconciled(session: Session, period: str) -> list[dict[str, Any]]:
    """G10: accounts at banks without a reconciliation of the period's last day, or whose kept one is out of date.

    Columns: bank_account, account, problem, and note where an account of bank has no bank account set up (said, not
    refused).
    """
    last_day = session.one("select last_day from core.period where period = $period", period=period)[0]
    offenders: list[dict[str, Any]] = []
    for row in session.reference("bank_account").filter("active").sort("code").to_dicts():
        if row["begins_on"] > last_day:
            continue
        problem = _problem(session, row["code"], last_day)
        if problem:
            offenders.append({"bank_account": row["code"], "account": row["account"], "problem": problem})
    bare = session.rows(
        """
        select b.account from core.account_balance b join core.account_role r on r.role = 'bank'
        where b.period <= $period and starts_with(b.account, r.account)
          and b.account not in (select account from core.bank_account)
        group by b.account having sum(b.debit - b.credit) <> 0 or bool_or(b.period = $period) order by b.account
        """,
        period=period,
    )
    told = {"problem": "no_bank_account", "note": "no_bank_account"}
    return offenders + [{"bank_account": "", "account": account, **told} for (account,) in bare]


def _problem(session: Session, code: str, day: date) -> str:
    kept = session.one(
        "select digest from core.bank_reconciliation where bank_account = $code and as_of = $day"
        " order by version desc limit 1",
        code=code,
        day=day,
    )
    if kept is None:
        return "not_kept"
    return "" if kept[0] == digest_of(work_out(session, code, day)) else "out_of_date"
