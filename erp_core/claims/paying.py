"""Approved claims become money and a voucher: the open advance first, the rest paid; corrected in red only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from erp_core.claims import categories, invoices, writing
from erp_core.claims.writing import LIFECYCLE
from erp_core.foundation import documents as papers
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, money
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, posting
from erp_core.ledger import papers as vouchers

ALL, NONE = "all", "none"
_VOUCHER = "select voucher_id from core.voucher where event_key = $event"


class NotCash(Refusal):
    """{account} is no account of cash or bank that takes postings."""


class PaidTooEarly(Refusal):
    """{first} is dated {day}; it cannot be paid on {on} ({count} such)."""


class AdvanceUnclear(Refusal):
    """How much of the advance is used is all, none, or an amount for one claim, not {value}."""


class AdvanceTooMuch(Refusal):
    """{first}: {wanted} of the advance is more than the open {available} or the claim of {gross}."""


@verb("claims.claim.pay")
def pay(
    session: Session, *, numbers: list[str] | str, on: date, account: str = "", advance: str | Decimal = ALL
) -> dict[str, Any]:
    """Pay approved claims, one voucher each: cost by category and department, input tax, the open advance, money.

    account: cash or bank (default: the bank); advance: all of the employee's open advance that fits, none, or an amount
    for one claim. Returns vouchers, paid and advance (sums, CNY).
    """
    heads = papers.step(session, LIFECYCLE, numbers, "pay").sort("document_on", "number", maintain_order=True)
    account = cash_account(session, account)
    refuse_early(heads, on)
    heads = _divided(session, heads, advance).with_columns(paid_from=pl.lit(account))
    posted = vouchers.post(session, LIFECYCLE.kind, named(session, heads, on), _lines(session, heads), "claim")
    settle(session, heads, on, account)
    sums = heads.select(pl.col("paid", "advance").sum()).row(0)
    return {
        "count": heads.height,
        "vouchers": dict(posted.select("number", "voucher").rows()),
        "paid": str(sums[0]),
        "advance": str(sums[1]),
    }


def cash_account(session: Session, account: str) -> str:
    """An account of cash or bank as given, or the bank; anything else is refused."""
    chosen = account or accounts.account_for(session, "bank")
    usable = accounts.chart(session).filter(pl.col("cash") & pl.col("leaf") & pl.col("active"))["code"]
    if chosen not in usable:
        raise NotCash(account=chosen)
    return chosen


def refuse_early(heads: pl.DataFrame, on: date) -> None:
    """Refuse a payment before the day of its paper."""
    early = heads.filter(pl.col("document_on") > on)
    if not early.is_empty():
        raise PaidTooEarly(first=early["number"][0], day=early["document_on"][0], on=on, count=early.height)


def named(session: Session, heads: pl.DataFrame, on: date) -> pl.DataFrame:
    """Papers as heads of vouchers of a day: number, document_on, party_name (of the employee)."""
    names = session.reference("employee").select(employee="code", party_name="name")
    found = heads.join(names, on="employee", how="left", maintain_order="left")
    return found.select("number", document_on=pl.lit(on), party_name=pl.coalesce("party_name", "employee"))


def open_advances(session: Session, employees: list[str]) -> dict[str, Decimal]:
    """What employees owe of their advances by the ledger, openings and vouchers by hand included."""
    rows = session.rows(
        "select employee, cast(sum(debit - credit) as decimal(18, 2)) from core.account_balance"
        " where account = $account and list_contains($employees, employee) group by employee",
        account=accounts.account_for(session, "staff_advance"),
        employees=employees,
    )
    return dict(rows)


def _divided(session: Session, heads: pl.DataFrame, advance: str | Decimal) -> pl.DataFrame:
    """How much of each claim the open advance takes, and what is left to pay."""
    left = open_advances(session, heads["employee"].unique().to_list())
    wanted = None if advance in (ALL, NONE) else _amount(advance, heads)
    taken = []
    for row in heads.select("number", "employee", "gross").to_dicts():
        available = max(left.get(row["employee"], Decimal(0)), Decimal(0))
        used = Decimal(0) if advance == NONE else min(available, row["gross"]) if wanted is None else wanted
        if used > min(available, row["gross"]):
            raise AdvanceTooMuch(first=row["number"], wanted=used, available=available, gross=row["gross"])
        left[row["employee"]] = available - used
        taken.append(used)
    return heads.with_columns(advance=pl.Series(taken, dtype=MONEY)).with_columns(
        paid=(pl.col("gross") - pl.col("advance")).cast(MONEY)
    )


def _amount(advance: str | Decimal, heads: pl.DataFrame) -> Decimal:
    try:
        amount = money(advance)
    except (InvalidOperation, TypeError) as problem:
        raise AdvanceUnclear(value=advance) from problem
    if heads.height > 1 or amount < 0:
        raise AdvanceUnclear(value=advance)
    return amount


def _lines(session: Session, heads: pl.DataFrame) -> list[pl.DataFrame]:
    lines = categories.accounts_of(session, writing.current(session, heads["document_id"]))
    lines = lines.with_columns(net=(pl.col("gross") - pl.col("tax")).cast(MONEY))
    return [
        vouchers.side(lines, pl.col("account"), "net", debit=True, by=("department", "employee", "project")),
        vouchers.side(lines, accounts.account_for(session, "input_vat"), "tax", debit=True),
        vouchers.side(heads, accounts.account_for(session, "staff_advance"), "advance", debit=False, by=("employee",)),
        vouchers.side(heads, pl.col("paid_from"), "paid", debit=False),
    ]


def settle(session: Session, heads: pl.DataFrame, on: date, account: str) -> None:
    """Keep how papers (document_id, advance, paid) were settled."""
    kept = {"paid_on": pl.lit(on), "account": pl.lit(account), "act_id": pl.lit(session.act_id, pl.Int64)}
    session.insert("claim_settlement", heads.select("document_id", "advance", "paid", **kept))


@verb("claims.claim.reverse", reason=True)
def reverse(session: Session, *, number: str, on: date, reason: str, money_back: bool = False) -> dict[str, Any]:
    """Correct a paid claim in red; its invoices are free for the claim that is right.

    What was paid becomes an open advance of the employee, to be set off or given back; with money_back the payment
    itself never arrived, and the bank is red too.
    """
    head = papers.step(session, LIFECYCLE, number, "reverse", reason).row(0, named=True)
    voucher = session.one(_VOUCHER, event=f"{LIFECYCLE.kind}/{number}")[0]
    if money_back:
        posted = posting.reverse(session, [voucher], on=on, event_suffix="/reversed")
    else:
        posted = _red(session, head, voucher, on)
    freed = invoices.free(session, [head["document_id"]], reason)
    row = posted.row(0, named=True)
    return {"number": number, "voucher": f"{row['word']}-{row['number']}", "freed": freed}


def _red(session: Session, head: dict[str, Any], voucher: int, on: date) -> pl.DataFrame:
    """The red voucher of a claim whose money stays with the employee: its money lines become his advance."""
    row = session.frame("select * from core.voucher where voucher_id = $id", id=voucher).row(0, named=True)
    lines = session.frame("select * from core.voucher_line where voucher_id = $id order by line", id=voucher)
    cash = pl.col("account").is_in(list(accounts.marked(session, "cash")))
    red = lines.with_columns(
        account=pl.when(cash).then(pl.lit(accounts.account_for(session, "staff_advance"))).otherwise("account"),
        employee=pl.when(cash).then(pl.lit(head["employee"])).otherwise("employee"),
        debit=pl.when(cash).then("credit").otherwise(-pl.col("debit")),
        credit=pl.when(cash).then(pl.lit(0, MONEY)).otherwise(-pl.col("credit")),
        cash_flow=pl.lit(""),
        key=pl.lit("red"),
    ).drop("voucher_id", "line")
    about = {
        "key": "red", "voucher_on": on, "summary": f"注销{row['word']}-{row['number']} {row['summary']}",
        "word": row["word"], "source_kind": row["source_kind"], "source_number": row["source_number"],
        "event_key": f"{row['event_key']}/reversed", "reverses": voucher, "reversal_kind": "red",
    }  # fmt: skip
    return posting.post(session, pl.DataFrame([about]), red)
