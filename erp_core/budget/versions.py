"""Versions of a year's budget: made, filled, handed in, approved; one a year is in force, the others are history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.approval import chains, rules
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import order_lines

LIFECYCLE = papers.Lifecycle(
    "budget",
    "draft",
    (
        ("fill", "draft", "draft"),
        ("submit", "draft", "submitted"),
        ("approve", "submitted", "approved"),
        ("return", "submitted", "draft"),
        ("cancel", "draft", "cancelled"),
        ("supersede", "approved", "superseded"),
    ),
)
KEY = ("account", "department", "project")
MONTHS = tuple(f"m{month:02}" for month in range(1, 13))
CELL = {**dict.fromkeys((*KEY, "period"), pl.String), "amount": MONEY, **dict.fromkeys(MONTHS, MONEY)}


class BudgetYearClosed(Refusal):
    """The year {year} is closed; its budget can no longer be {action}."""


class BudgetYearUnknown(Refusal):
    """{year} is no year of these books; they begin with {first}."""


class BudgetCellWrong(Refusal):
    """Budget row {first}: {field} cannot be {value}; it is {allowed} ({count} such rows)."""


class BudgetCellTwice(Refusal):
    """Budget cell {first} is given twice ({count} such cells)."""


class BudgetEmpty(Refusal):
    """Version {first} of the budget has no amounts ({count} such versions)."""


@verb("budget.version.make")
def make(
    session: Session, *, year: int, name: str = "", copy_of: str = "", cells: given.Given | None = None
) -> dict[str, Any]:
    """Begin a version of a year's budget as a draft: empty, from cells, or as a copy of another version.

    copy_of: the number of a version, of this year or another one; cells as for budget.version.put. Refused for a year
    that is closed. Returns number and count of cells.
    """
    held = open_year(session, year, "made")
    head = {"document_on": date(held, 1, 1), "note": name.strip() or str(held)}
    heads = given.documents(head, {name: papers.HEADER[name] for name in ("document_on", "note")}, ("document_on",))
    heads, _ = papers.write(session, LIFECYCLE, heads, None)
    document_id, number = heads["document_id"][0], heads["number"][0]
    session.insert("budget_version", pl.DataFrame({"document_id": [document_id], "year": [held]}).with_columns(
        pl.col("year").cast(pl.Int32), act_id=pl.lit(session.act_id, pl.Int64)))  # fmt: skip
    wanted = pl.DataFrame(schema={**dict.fromkeys((*KEY, "period"), pl.String), "amount": MONEY})
    if copy_of:
        wanted = _copied(session, copy_of, held)
    if cells is not None:
        wanted = pl.concat([wanted, shaped(session, cells, held)]).unique([*KEY, "period"], keep="last")
    write(session, document_id, wanted, kind="entry")
    _sum(session, document_id)
    return {"number": number, "count": wanted.height}


def open_year(session: Session, year: int, action: str) -> int:
    """The year as a number; refuses one before the books and one that is closed."""
    try:
        held = int(year)
    except (TypeError, ValueError) as problem:
        raise given.ValueUnreadable(column="year", value=year, wanted="whole number") from problem
    known = session.reference("period")
    first = known["period"].min()
    if not int(first[:4]) <= held <= 9999:
        raise BudgetYearUnknown(year=held, first=first)
    last = known.filter(pl.col("period") == f"{held}-12")
    if last.height and last["status"][0] == "closed":
        raise BudgetYearClosed(year=held, action=action)
    return held


def _copied(session: Session, number: str, year: int) -> pl.DataFrame:
    source = papers.find(session, LIFECYCLE.kind, number)
    cells = session.frame("select * from core.budget_cell where document_id = $id", id=source["document_id"][0])
    return cells.with_columns(period=pl.format("{}{}", pl.lit(str(year)), pl.col("period").str.slice(4))).select(
        *KEY, "period", pl.col("amount").cast(MONEY)
    )


def shaped(session: Session, cells: given.Given, year: int) -> pl.DataFrame:
    """Cells as given, long (period, amount) or as a grid (m01 … m12): account, department, project, period, amount."""
    frame = given.documents(cells, CELL, ("account",)).with_columns(pl.col(*KEY).fill_null("").str.strip_chars())
    long = frame.filter(pl.col("amount").is_not_null()).select("key", *KEY, "period", "amount")
    grid = frame.drop("period", "amount").unpivot(
        on=MONTHS, index=["key", *KEY], variable_name="period", value_name="amount"
    )
    grid = grid.filter(pl.col("amount").is_not_null()).with_columns(
        period=pl.format("{}-{}", pl.lit(str(year)), pl.col("period").str.slice(1))
    )
    both = pl.concat([long, grid.select(long.columns)])
    _refuse_wrong(session, both, year)
    return both.drop("key")


def _refuse_wrong(session: Session, cells: pl.DataFrame, year: int) -> None:
    known = accounts.chart(session)["code"]
    month = rf"^{year}-(0[1-9]|1[0-2])$"
    rules_of = (
        ("account", ~pl.col("account").is_in(known.implode()), "an account of the chart"),
        (
            "period",
            ~pl.col("period").fill_null("").str.contains(month),
            f"{year}-01 … {year}-12",
        ),
        ("amount", pl.col("amount") < 0, ">= 0"),
    )
    for name, broken, allowed in rules_of:
        wrong = cells.filter(broken)
        if not wrong.is_empty():
            facts = {"field": name, "value": str(wrong[name][0]), "allowed": allowed}
            raise BudgetCellWrong(**facts, **first_and_count(wrong["account"].to_list()))
    order_lines.refuse_unknown_places(session, cells)
    twice = cells.filter(pl.struct(*KEY, "period").is_duplicated())
    if not twice.is_empty():
        named = " ".join(part for part in twice.select(*KEY, "period").row(0) if part)
        raise BudgetCellTwice(first=named, count=twice.select(*KEY, "period").unique().height)


def write(
    session: Session, document_id: int, rows: pl.DataFrame, *, kind: str, other: str = "", reason: str = ""
) -> None:
    """Add rows to cells of a version: account, department, project, period, amount (a difference)."""
    rows = rows.filter(pl.col("amount") != 0)
    if rows.is_empty():
        return
    session.insert(
        "budget_line",
        rows.select(
            *KEY, "period", pl.col("amount").cast(MONEY), document_id=pl.lit(document_id, pl.Int64), kind=pl.lit(kind),
            other=pl.col("other") if "other" in rows.columns else pl.lit(other), reason=pl.lit(reason),
            act_id=pl.lit(session.act_id, pl.Int64),
        ),
    )  # fmt: skip


@verb("budget.version.put")
def put(session: Session, *, number: str, cells: given.Given, replace: bool = False) -> dict[str, Any]:
    """Set cells of a draft: what is given takes the place of what stood there; replace: all else becomes nothing.

    cells: account (of any level; it counts for all below), department, project (empty: all without a cell of their
    own), and period with amount, or m01 … m12. Amounts in CNY, on the account's own side. Returns changed,
    cells and the total of what may be spent; income stays out of it.
    """
    head = papers.find(session, LIFECYCLE.kind, number).row(0, named=True)
    year = _year_of(session, head["document_id"])
    open_year(session, year, "changed")
    papers.step(session, LIFECYCLE, number, "fill")
    wanted = shaped(session, cells, year)
    held = session.frame("select * from core.budget_cell where document_id = $id", id=head["document_id"])
    both = wanted.join(
        held.rename({"amount": "was"}), on=[*KEY, "period"], how="full" if replace else "left", coalesce=True
    )
    difference = (pl.col("amount").fill_null(0) - pl.col("was").fill_null(0)).cast(MONEY)
    changed = both.with_columns(amount=difference).filter(pl.col("amount") != 0)
    write(session, head["document_id"], changed, kind="entry")
    total = _sum(session, head["document_id"])
    return {"number": number, "changed": changed.height, "cells": wanted.height, "total": str(total)}


def _year_of(session: Session, document_id: int) -> int:
    return session.one("select year from core.budget_version where document_id = $id", id=document_id)[0]


def _sum(session: Session, document_id: int) -> Decimal:
    total = session.one(
        "select cast(coalesce(sum(c.amount), 0) as decimal(18, 2)) from core.budget_cell c"
        " join core.account a on a.code = c.account where c.document_id = $id and a.category <> 'income'",
        id=document_id,
    )[0]
    session.execute("update core.document set gross = $total where document_id = $id", total=total, id=document_id)
    return total


@verb("budget.version.submit")
def submit(session: Session, *, number: str) -> dict[str, Any]:
    """Hand a version in; where a rule asks for it, before the chain of people who must agree."""
    heads = papers.step(session, LIFECYCLE, number, "submit")
    _refuse_empty(session, heads)
    if not rules.active(session, LIFECYCLE.kind).is_empty():
        chains.begin(session, LIFECYCLE.kind, heads.select("number", amount="gross"))
    return {"count": heads.height}


def _refuse_empty(session: Session, heads: pl.DataFrame) -> None:
    if not session.one("select 1 from core.budget_line where document_id = $id limit 1", id=heads["document_id"][0]):
        raise BudgetEmpty(**first_and_count(heads["number"].to_list()))


@verb("budget.version.approve")
def approve(session: Session, *, number: str, reason: str = "") -> dict[str, Any]:
    """Approve a version: it is in force, and the one that was becomes history. A chain is not passed over."""
    chains.refuse_pending(session, LIFECYCLE.kind, number)
    return _in_force(session, number, reason)


@chains.ends(LIFECYCLE.kind, "approved")
def _agreed(session: Session, number: str, comment: str) -> None:
    _in_force(session, number, comment)


@chains.ends(LIFECYCLE.kind, "returned")
def _returned(session: Session, number: str, comment: str) -> None:
    papers.step(session, LIFECYCLE, number, "return", comment)


def _in_force(session: Session, number: str, reason: str) -> dict[str, Any]:
    head = papers.find(session, LIFECYCLE.kind, number).row(0, named=True)
    year = open_year(session, _year_of(session, head["document_id"]), "approved")
    before = in_force(session, year)
    if before is not None and head["status"] == "submitted":
        papers.step(session, LIFECYCLE, before["number"], "supersede", reason)
    papers.step(session, LIFECYCLE, number, "approve", reason)
    return {"number": number, "year": year, "superseded": before["number"] if before else ""}


def in_force(session: Session, year: int) -> dict[str, Any] | None:
    """The approved version of a year: document_id, number; nothing where there is none."""
    found = session.frame(
        "select d.document_id, d.number from core.budget_version v join core.document d using (document_id)"
        " where v.year = $year and d.status = 'approved'",
        year=year,
    )
    return found.row(0, named=True) if found.height else None


@verb("budget.version.return", reason=True)
def hand_back(session: Session, *, number: str, reason: str) -> dict[str, Any]:
    """Give a version that was handed in back to its author with a comment."""
    heads = papers.step(session, LIFECYCLE, number, "return", reason)
    chains.close(session, LIFECYCLE.kind, number, "returned")
    return {"count": heads.height}


@verb("budget.version.cancel", reason=True)
def cancel(session: Session, *, number: str, reason: str) -> dict[str, Any]:
    """Give a draft up; its number stays."""
    return {"count": papers.step(session, LIFECYCLE, number, "cancel", reason).height}
