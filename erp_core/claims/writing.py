"""Expense claims as drafts: lines with receipts, tax, limits and invoice numbers, written and revised by who spent."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.approval import revisions, rules
from erp_core.claims import categories, invoices, policy, taxes
from erp_core.foundation import documents as papers
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import order_lines

LIFECYCLE = papers.Lifecycle(
    "claim",
    "draft",
    (
        ("revise", "draft", "draft"),
        ("submit", "draft", "submitted"),
        ("withdraw", "submitted", "draft"),
        ("return", "submitted", "draft"),
        ("approve", "submitted", "approved"),
        ("return", "approved", "draft"),
        ("pay", "approved", "paid"),
        ("reverse", "paid", "reversed"),
        ("cancel", "draft", "cancelled"),
    ),
)
HEADER = {
    "document_on": pl.Date,
    **dict.fromkeys(("employee", "department", "project", "note"), pl.String),
}
LINES = {
    **dict.fromkeys(
        ("category", "city", "receipt", "invoice_number", "description", "department", "project", "note"), pl.String
    ),
    "spent_on": pl.Date,
    "units": QUANTITY,
    **dict.fromkeys(("gross", "tax", "untaxed"), MONEY),
}
_KEPT = (
    "document_id", "line", "category", "spent_on", "city", "units", "receipt", "invoice_number", "department",
    "project", "gross", "tax", "untaxed", "limit_amount", "over_amount", "action",
)  # fmt: skip
_SPENT = """
    with now as (select document_id, max(version) as version from core.claim_line group by document_id)
    select d.employee, l.category, strftime(l.spent_on, '%Y-%m') as month,
           cast(sum(l.gross) as decimal(18, 2)) as amount
    from core.claim_line l join now on now.document_id = l.document_id and now.version = l.version
    join core.document d on d.document_id = l.document_id
    where d.status not in ('cancelled', 'reversed') and list_contains($employees, d.employee)
      and not list_contains($leaving, d.document_id)
    group by all
"""


class ClaimantMissing(Refusal):
    """Claim {first} names no employee, and {actor} is linked to none ({count} such claims)."""


class ClaimForAnother(Refusal):
    """{actor} claims for {own} only, not for {first} ({count} such claims)."""


class ClaimWithoutLines(Refusal):
    """Claim {first} has no lines ({count} such claims)."""


class ClaimAmount(Refusal):
    """Line {line}: an amount of {gross} for {units} units cannot be claimed ({count} such lines)."""


class SpentLater(Refusal):
    """Line {line}: {first} was spent on {day}, after the claim of {claimed_on} ({count} such lines)."""


@verb("claims.claim.write")
def write(session: Session, *, documents: given.Given, lines: given.Given) -> dict[str, Any]:
    """Write expense claims as drafts.

    documents: key, document_on, employee (default: oneself), department (default: the employee's), project, note.
    lines: key, category, spent_on, gross (CNY, tax included), receipt (kind; default: ordinary), invoice_number, tax
    (as stated; of tickets it is reckoned), untaxed (airport fund and the like), city, units (nights, days, persons),
    description, department, project, note. Returns also warnings: lines above a limit that may be claimed all the same.
    """
    heads = claimants(session, given.documents(documents, HEADER, ("document_on",)))
    body = reckoned(session, heads, given.lines(lines, LINES, ("category", "spent_on", "gross"), heads))
    heads, written = papers.write(session, LIFECYCLE, heads, body)
    keep(session, written)
    invoices.hold(session, written)
    return papers.result(heads) | {"warnings": warnings(written)}


@verb("claims.claim.revise")
def revise(
    session: Session, *, number: str, version: int, document: dict[str, Any], lines: given.Given, reason: str = ""
) -> dict[str, Any]:
    """Change a draft: version as it was looked at, document: what changes in the header, lines: all lines anew."""
    head = papers.find(session, LIFECYCLE.kind, number).row(0, named=True)
    revisions.require_version(session, head, version)
    papers.step(session, LIFECYCLE, number, "revise", reason)
    kept = {name: head[name] for name in HEADER if head[name] not in (None, "")}
    heads = claimants(session, given.documents(kept | document, HEADER, ("document_on",)))
    rows, numbers = revisions.numbered(lines)
    body = given.lines(rows, LINES, ("category", "spent_on", "gross"), heads).with_columns(line=numbers)
    body = reckoned(session, heads, body, leaving=[head["document_id"]])
    revision, differences = revisions.rewrite(session, LIFECYCLE, head, heads, body, reason)
    body = body.with_columns(document_id=pl.lit(head["document_id"], pl.Int64))
    keep(session, body)
    invoices.free(session, [head["document_id"]], "revised")
    invoices.hold(session, body)
    return {"number": number, "revision": revision, "differences": differences, "warnings": warnings(body)}


def claimants(session: Session, heads: pl.DataFrame) -> pl.DataFrame:
    """Headers with whose they are: employee (default: the actor's own), department of the employee, grade and name."""
    own = own_employee(session)
    heads = heads.with_columns(employee=pl.coalesce(_said("employee"), pl.lit(own)))
    bare = heads.filter(pl.col("employee") == "")
    if not bare.is_empty():
        raise ClaimantMissing(first=bare["key"][0], actor=session.actor.login, count=bare.height)
    refuse_for_another(session, heads["employee"], own)
    order_lines.refuse_unknown_places(session, heads)
    home = session.reference("employee").select(employee="code", home="department", grade="grade")
    heads = heads.join(home, on="employee", how="left", maintain_order="left")
    return heads.with_columns(department=pl.coalesce(_said("department"), "home"))


def _said(name: str) -> pl.Expr:
    return pl.when(pl.col(name).fill_null("") != "").then(name)


def own_employee(session: Session) -> str:
    """The employee that the actor is; empty where the user is linked to none."""
    row = session.one("select employee from core.user_profile where login = $login", login=session.actor.login)
    return row[0] if row else ""


def refuse_for_another(session: Session, employees: pl.Series, own: str) -> None:
    """Refuse a person who sees only some rows to write for an employee outside them: hands reach as far as eyes."""
    within = session.actor.scope.employees
    if within is None:
        return
    odd = employees.filter(~employees.is_in(sorted({*within, own} - {""})))
    if len(odd):
        raise ClaimForAnother(actor=session.actor.login, own=own or "-", first=odd[0], count=len(odd))


def reckoned(
    session: Session, heads: pl.DataFrame, lines: pl.DataFrame, *, leaving: list[int] | None = None
) -> pl.DataFrame:
    """Lines as they would be written: receipts, numbers, tax and limits worked out, everything checked.

    leaving: ids of claims whose lines these take the place of.
    """
    idle = heads.join(lines, on="key", how="anti")
    if not idle.is_empty():
        raise ClaimWithoutLines(first=idle["key"][0], count=idle.height)
    body = _completed(session, heads, lines)
    _refuse_odd(body)
    categories.refuse_unknown(session, body["category"])
    order_lines.refuse_unknown_places(session, body.select("department", "project"))
    body = invoices.tidy(categories.with_receipts(session, body))
    kinds = session.reference("claim_category").select(category="code", deductible="deductible", title="name_zh")
    body = body.join(kinds, on="category", how="left", maintain_order="left")
    body = taxes.with_tax(body, session.reference("company")["taxpayer"][0])
    body = judged(session, body, leaving or [])
    policy.refuse_over(body, somebody_agrees=somebody_agrees(session))
    words = pl.coalesce(_said("description"), "title")
    return body.with_columns(
        item=pl.lit(""),
        description=words,
        quantity="units",
        reason=pl.col("note").fill_null(""),
        with_tax=pl.lit(value=True),
    )


def _completed(session: Session, heads: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    if "line" not in lines.columns:
        lines = lines.with_columns(line=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("key"))
    of_claim = heads.select("key", "employee", "grade", claimed_on="document_on", home="department")
    return lines.join(of_claim, on="key", how="left", maintain_order="left").with_columns(
        pl.col("city", "department", "project").fill_null("").str.strip_chars(),
        pl.col("untaxed").fill_null(0),
        receipt=pl.coalesce(_said("receipt"), pl.lit("ordinary")),
        units=pl.col("units").fill_null(1),
    )


def _refuse_odd(body: pl.DataFrame) -> None:
    bad = body.filter((pl.col("gross") <= 0) | (pl.col("units") <= 0))
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise ClaimAmount(line=row["line"], gross=row["gross"], units=row["units"].normalize(), count=bad.height)
    late = body.filter(pl.col("spent_on") > pl.col("claimed_on"))
    if not late.is_empty():
        row = late.row(0, named=True)
        raise SpentLater(
            line=row["line"],
            first=row["category"],
            day=row["spent_on"],
            claimed_on=row["claimed_on"],
            count=late.height,
        )


def judged(session: Session, body: pl.DataFrame, leaving: list[int]) -> pl.DataFrame:
    """Lines (key, employee, grade, category, city, spent_on, units, gross) with what the policy says of them today."""
    employees = body["employee"].unique().to_list()
    before = session.frame(_SPENT, employees=employees, leaving=leaving)
    rows = body.drop("limit_amount", "over_amount", "action", strict=False).with_row_index("row")
    limits, cities = session.reference("claim_limit"), session.reference("claim_city")
    return policy.judge(rows, limits, cities, before).drop("row")


def somebody_agrees(session: Session) -> bool:
    """Whether a rule of approval in force looks at claims above a limit."""
    return (rules.active(session, LIFECYCLE.kind)["condition"] == "over_limit").any()


def keep(session: Session, body: pl.DataFrame) -> None:
    """Keep the lines of claims in a new version; what they were before stays readable."""
    last = session.frame(
        "select document_id, max(version) as last from core.claim_line where list_contains($ids, document_id)"
        " group by all",
        ids=body["document_id"].unique().to_list(),
    )
    rows = body.select(_KEPT).join(last, on="document_id", how="left", maintain_order="left")
    session.insert(
        "claim_line",
        rows.select(
            *_KEPT,
            version=(pl.col("last").fill_null(-1) + 1).cast(pl.Int32),
            act_id=pl.lit(session.act_id, pl.Int64),
        ),
    )


def warnings(body: pl.DataFrame) -> list[dict[str, Any]]:
    """The lines above a limit: key or number, line, category, limit, over, action."""
    over = body.filter(pl.col("over_amount") > 0)
    named = "number" if "number" in over.columns else "key"
    return [
        {"claim": row[named], "line": row["line"], "category": row["category"], "limit": str(row["limit_amount"]),
         "over": str(row["over_amount"]), "action": row["action"]}
        for row in over.to_dicts()
    ]  # fmt: skip


def current(session: Session, documents: pl.Series) -> pl.DataFrame:
    """The lines of claims as they stand, with department and project filled from the header, and the claim's day."""
    where, values = papers.among("d.document_id", documents)
    return session.frame(
        f"""
        with now as (select document_id, max(version) as version from core.claim_line group by document_id)
        select d.number, d.number as key, d.employee, coalesce(e.grade, '') as grade, d.document_on as claimed_on, l.*
            replace (coalesce(nullif(l.department, ''), d.department) as department,
                     coalesce(nullif(l.project, ''), d.project) as project)
        from core.document d
        join now on now.document_id = d.document_id
        join core.claim_line l on l.document_id = d.document_id and l.version = now.version
        left join core.employee e on e.code = d.employee
        where {where} order by d.document_id, l.line
        """,
        **values,
    )
