"""Control by budget: rules as data; what an act asked for is held against what is left when it has done its all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.last_checks import LAST_CHECKS
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts
from erp_core.masters import order_lines, saving

CONTROLS, SPANS = ("none", "warn", "block"), ("month", "to_date", "year")
STAGES = {"request": "at_request", "order": "at_order", "actual": "at_actual"}
KEY = ("account", "department", "project")
RULE = saving.Table(
    name="budget_rule",
    keys=("rule",),
    required=("span",),
    codes=KEY,
    choices={"span": SPANS, **dict.fromkeys(STAGES.values(), CONTROLS)},
)
# What an act asks for: what it posted, what it approved, what it handed in. A close is no spending decision.
_ASKED = """
    with posted as (
        select 'actual' as stage, l.account, l.department, l.project, v.period, sum(l.debit - l.credit) as amount
        from core.voucher v join core.voucher_line l on l.voucher_id = v.voucher_id
        where v.act_id = $act and v.kind in ('manual', 'auto') and not v.closing group by all
    ), stepped as (
        select case s.action when 'submit' then 'request' else 'order' end as stage, d.account, d.department, d.project,
               d.period, sum(d.amount) as amount
        from core.document_step s join core.budget_demand d on d.document_id = s.document_id
        where s.act_id = $act and s.action in ('submit', 'approve') and d.status = s.to_status group by all
    ), asked as (
        select * from posted union all select * from stepped
    )
    select a.stage, p.document_id, p.account, p.department, p.project, a.period,
           cast(sum(p.sign * a.amount) as decimal(18, 2)) as asked
    from asked a
    join core.budget_place p on p.year = cast(substr(a.period, 1, 4) as integer) and p.leaf = a.account
        and p.leaf_department = a.department and p.leaf_project = a.project
    join core.document v on v.document_id = p.document_id and v.status = 'approved'
    group by all having sum(p.sign * a.amount) > 0
    order by a.stage, p.account, p.department, p.project, a.period
"""
_STANDS = """
    select cast((select coalesce(sum(amount), 0) from core.budget_cell
                 where document_id = $id and account = $account and department = $department and project = $project
                   and period between $first and $last) as decimal(18, 2)) as budget,
           cast(coalesce(sum(used), 0) as decimal(18, 2)) as used,
           cast(coalesce(sum(committed), 0) as decimal(18, 2)) as committed
    from core.budget_use
    where document_id = $id and account = $account and department = $department and project = $project
      and period between $first and $last
"""


class BudgetExceeded(Refusal):
    """{place}, {span}: budget {budget}, used {used}, committed {committed}, asked {asked}; {over} too much ({rule})."""


@verb("budget.rule.save")
def save(session: Session, *, rules: saving.Given) -> dict[str, Any]:
    """Add or change rules of control by name; none is in force at first.

    rules: rule, account (it counts for all below; empty: any), department, project, span (month | to_date: since
    January | year), at_request (papers handed in), at_order (papers approved), at_actual (postings): none | warn |
    block; active.
    """
    frame = saving.complete(session, RULE, rules)
    saving.refuse_unknown(frame.rename({"rule": "code"}), "account", accounts.chart(session)["code"], "account")
    order_lines.refuse_unknown_places(session, frame)
    return saving.write(session, RULE, frame)


def check(session: Session) -> list[dict[str, Any]]:
    """Hold what an act asked for against the budget in force; refuses where a rule blocks, returns the warnings.

    Runs when the act has done everything, so that what moved from order to receipt to voucher counts once. Without a
    rule in force it costs a look in memory.
    """
    rules = session.reference("budget_rule").filter("active")
    if rules.is_empty():
        return []
    asked = session.frame(_ASKED, act=session.act_id)
    warned = []
    for row in asked.iter_rows(named=True):
        for rule in rules.filter(pl.col(STAGES[row["stage"]]) != "none").iter_rows(named=True):
            found = _held(session, rule, row) if _covers(session, rule, row) else None
            if found and rule[STAGES[row["stage"]]] == "block":
                raise BudgetExceeded(**_told(found))
            warned += [found] if found else []
    _keep(session, warned)
    return [{"warning": "BudgetExceeded", **{name: str(value) for name, value in _told(one).items()}} for one in warned]


def _covers(session: Session, rule: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a rule looks at a row of the budget: its account is the rule's own or lies below it."""
    if any(rule[name] not in ("", row[name]) for name in ("department", "project")):
        return False
    above = dict(accounts.chart(session).select("code", "parent").rows())
    at = row["account"]
    while at and rule["account"]:
        if at == rule["account"]:
            return True
        at = above.get(at, "")
    return not rule["account"]


def _held(session: Session, rule: dict[str, Any], row: dict[str, Any]) -> dict[str, Any] | None:
    """What a rule finds: nothing where the span's budget holds; else the figures before the act, and what it asked."""
    year, month = row["period"][:4], row["period"]
    first, last = {"month": (month, month), "to_date": (f"{year}-01", month), "year": (f"{year}-01", f"{year}-12")}[
        rule["span"]
    ]
    place = {name: row[name] for name in KEY}
    stands = session.frame(_STANDS, id=row["document_id"], first=first, last=last, **place).row(0, named=True)
    waits = row["asked"] if row["stage"] == "request" else Decimal("0.00")
    over = stands["used"] + stands["committed"] + waits - stands["budget"]
    if over <= 0:
        return None
    used = stands["used"] - (row["asked"] if row["stage"] == "actual" else 0)
    committed = stands["committed"] - (row["asked"] if row["stage"] == "order" else 0)
    span = month if rule["span"] == "month" else f"{first} … {last}"
    found = {"rule": rule["rule"], "stage": row["stage"], "period": month, "span": span, "over": over, **place}
    return found | {"budget": stands["budget"], "used": used, "committed": committed, "asked": row["asked"]}


def _told(found: dict[str, Any]) -> dict[str, Any]:
    place = " ".join(found[name] for name in KEY if found[name])
    return {"place": place, **{name: value for name, value in found.items() if name not in KEY}}


def _keep(session: Session, warned: list[dict[str, Any]]) -> None:
    if not warned:
        return
    money = dict.fromkeys(("budget", "used", "committed", "asked"), MONEY)
    frame = pl.DataFrame(warned, schema_overrides=money).drop("span", "over")
    session.insert("budget_warning", frame.with_columns(act_id=pl.lit(session.act_id, pl.Int64)))


LAST_CHECKS.append(check)
