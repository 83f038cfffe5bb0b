"""What moves within the budget in force: from cell to cell, from year to year; and what people say about a cell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.budget import versions
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import periods

KEY = versions.KEY
MOVE = {
    **dict.fromkeys((*KEY, "period"), pl.String),
    **dict.fromkeys((*(f"to_{name}" for name in KEY), "to_period"), pl.String),
    "amount": MONEY,
}
_LEFT = """
    with cell as (
        select account, department, project, sum(amount) as budget from core.budget_cell
        where document_id = $id group by all
    ), used as (
        select account, department, project, sum(used) as used, sum(committed) as committed
        from core.budget_use where document_id = $id group by all
    )
    select c.account, c.department, c.project, c.budget, coalesce(u.used, 0) as used,
           coalesce(u.committed, 0) as committed
    from cell c left join used u on u.account = c.account and u.department = c.department and u.project = c.project
    order by c.account, c.department, c.project
"""


class NoBudgetInForce(Refusal):
    """No budget is in force for {year}."""


class BudgetCellUnknown(Refusal):
    """The budget {number} has no cell {first}."""


class BudgetCellShort(Refusal):
    """Cell {first} cannot give {asked}: budget {budget}, used {used}, committed {committed}."""


class BudgetCarried(Refusal):
    """What was left of {year} is carried over already, into {number}."""


@verb("budget.cell.transfer", reason=True)
def transfer(session: Session, *, moves: given.Given, reason: str) -> dict[str, Any]:
    """Move amounts between cells of the budget in force; what is used or committed stays, closed months are left alone.

    moves: account, department, project, period, to_account, to_department, to_project, to_period, amount (above zero).
    Where a to_ column is empty, it is as in the cell that gives. Returns count and amount moved.
    """
    frame = given.documents(moves, MOVE, ("account", "period", "amount")).with_columns(pl.col(pl.String).fill_null(""))
    filled = [
        pl.when(pl.col(f"to_{name}") != "").then(f"to_{name}").otherwise(name).alias(f"to_{name}")
        for name in (*KEY, "period")
    ]
    frame = frame.with_columns(filled)
    for row in frame.iter_rows(named=True):
        _move(session, row, reason)
    return {"count": frame.height, "amount": str(frame["amount"].sum())}


def _move(session: Session, row: dict[str, Any], reason: str) -> None:
    here = {name: row[name] for name in (*KEY, "period")}
    there = {name: row[f"to_{name}"] for name in (*KEY, "period")}
    year = row["period"][:4]
    both = pl.DataFrame([here | {"amount": row["amount"]}, there | {"amount": row["amount"]}])
    versions.shaped(session, both if here != there else both.head(1), int(year) if year.isdecimal() else 0)
    if row["amount"] <= 0 or here == there:
        value = str(row["amount"]) if row["amount"] <= 0 else _named(there)
        raise versions.BudgetCellWrong(first=row["account"], field="amount", value=value, allowed="> 0", count=1)
    _refuse_closed(session, [row["period"], row["to_period"]])
    version = _version(session, int(year))
    _refuse_short(session, version, here, row["amount"])
    rows = [
        here | {"amount": -row["amount"], "other": _named(there)},
        there | {"amount": row["amount"], "other": _named(here)},
    ]
    frame = pl.DataFrame(rows, schema_overrides={"amount": MONEY})
    versions.write(session, version["document_id"], frame, kind="transfer", reason=reason)


def _named(cell: dict[str, Any]) -> str:
    return " ".join(str(cell[name]) for name in (*KEY, "period") if cell.get(name))


def _version(session: Session, year: int) -> dict[str, Any]:
    version = versions.in_force(session, year)
    if version is None:
        raise NoBudgetInForce(year=year)
    return version


def _refuse_closed(session: Session, months: list[str]) -> None:
    known = session.reference("period")
    shut = known.filter(pl.col("period").is_in(months) & (pl.col("status") == "closed"))
    if not shut.is_empty():
        raise periods.PeriodClosed(period=shut["period"][0], day=shut["last_day"][0])


def _refuse_short(session: Session, version: dict[str, Any], cell: dict[str, Any], amount: Decimal) -> None:
    """A cell gives no more than it has in that month, nor what its row has used or committed in the year."""
    month = session.one(
        "select amount from core.budget_cell where document_id = $id and account = $account"
        " and department = $department and project = $project and period = $period",
        id=version["document_id"],
        **cell,
    )
    if month is None:
        raise BudgetCellUnknown(number=version["number"], first=_named(cell))
    left = session.frame(_LEFT, id=version["document_id"]).filter(
        pl.all_horizontal(pl.col(name) == cell[name] for name in KEY)
    )
    row = left.row(0, named=True)
    if amount > month[0] or amount > row["budget"] - row["used"] - row["committed"]:
        budget = month[0] if amount > month[0] else row["budget"]
        facts = {"budget": budget, "used": row["used"], "committed": row["committed"]}
        raise BudgetCellShort(first=_named(cell), asked=amount, **facts)


@verb("budget.year.carry_over", reason=True)
def carry_over(session: Session, *, year: int, reason: str, accounts: list[str] | None = None) -> dict[str, Any]:
    """Carry what is left of a year's budget (neither used nor committed) into January of the next, cell by cell, once.

    accounts: only rows of these accounts. The next year's budget must be in force. Returns count and amount.
    """
    held = versions.in_force(session, int(year))
    if held is None:
        raise NoBudgetInForce(year=year)
    target = _version(session, int(year) + 1)
    versions.open_year(session, int(year) + 1, "changed")
    done = session.one(
        "select 1 from core.budget_line where document_id = $id and kind = 'carry' and other = $year limit 1",
        id=target["document_id"],
        year=str(year),
    )
    if done:
        raise BudgetCarried(year=year, number=target["number"])
    left = session.frame(_LEFT, id=held["document_id"]).with_columns(
        amount=(pl.col("budget") - pl.col("used") - pl.col("committed")).cast(MONEY),
        period=pl.lit(f"{int(year) + 1}-01"),
    )
    left = left.filter(pl.col("amount") > 0)
    if accounts is not None:
        left = left.filter(pl.col("account").is_in(accounts))
    _refuse_closed(session, [f"{int(year) + 1}-01"])
    versions.write(session, target["document_id"], left, kind="carry", other=str(year), reason=reason)
    return {"count": left.height, "amount": str(left["amount"].sum()), "number": target["number"]}


@verb("budget.comment.write")
def comment(
    session: Session, *, account: str, period: str, comment: str, department: str = "", project: str = ""
) -> dict[str, Any]:
    """Say why a cell is off its budget; the last comment counts, the earlier ones stay."""
    text = str(comment).strip()
    if not text:
        raise given.ValueMissing(table="comment", column="comment", first=account, count=1)
    cell = {"account": account, "department": department, "project": project, "period": period, "amount": 0}
    year = str(period)[:4]
    versions.shaped(session, [cell], int(year) if year.isdecimal() else 0)
    row = {name: str(cell[name]) for name in (*KEY, "period")}
    row |= {"comment_id": session.take_ids("budget_comment", "comment_id", 1), "comment": text}
    row |= {"actor": session.actor.login, "act_id": session.act_id}
    session.insert("budget_comment", pl.DataFrame([row]))
    return {"account": account, "period": period}
