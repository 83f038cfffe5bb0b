"""Rules that ask for a second opinion, as data: conditions on papers, and the chain of roles that must agree."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

# What a department tells of each paper when it is handed in; a fact that is absent never meets its condition.
FACTS = ("amount", "discount", "below_floor", "over_credit", "over_limit", "new_party")
CHANGE = "change"
SUBJECTS = ("sales_order", "purchase_order", "voucher", "claim", "claim_advance", "budget", CHANGE)
_LIMIT = Decimal(10) ** 15
# What can be told of each kind of paper; a condition nobody could ever meet would look like a guard and be none.
CONDITIONS = {
    "sales_order": ("always", "amount_over", "discount_over", "below_floor", "over_credit", "new_party"),
    "purchase_order": ("always", "amount_over", "new_party"),
    "voucher": ("always", "amount_over"),
    "claim": ("always", "amount_over", "over_limit"),
    "claim_advance": ("always", "amount_over"),
    "budget": ("always", "amount_over"),
    CHANGE: ("always", "protected_change"),
}
MODES = ("any", "all")


class RuleInvalid(Refusal):
    """Rule {rule}: {field} cannot be {value}; it is one of {allowed}."""


class RuleWithoutChain(Refusal):
    """Rule {rule} names nobody who could agree."""


@verb("approval.rule.save")
def save(
    session: Session,
    *,
    rule: str,
    subject: str,
    condition: str,
    steps: list[dict[str, Any]],
    threshold: str = "0",
    name_zh: str = "",
    name_en: str = "",
    active: bool = True,
) -> dict[str, Any]:
    """Add or change a rule and its chain.

    subject: sales_order, purchase_order, voucher, claim, claim_advance or change; condition: always, amount_over,
    discount_over (percent), below_floor, over_credit, over_limit, new_party, protected_change; steps: step (1, 2, …),
    role, mode (any, all), escalate_hours, escalate_to (a role).
    """
    _check(session, rule, subject, condition, steps)
    limit = _number(rule, "threshold", threshold)
    row = {"rule": rule, "subject": subject, "condition": condition, "threshold": limit}
    row |= {"name_zh": name_zh or rule, "name_en": name_en or rule, "active": active}
    session.upsert(
        "approval_rule", pl.DataFrame([row]).with_columns(pl.col("threshold").cast(pl.Decimal(18, 2))), ("rule",)
    )
    session.execute("delete from core.approval_rule_step where rule = $rule", rule=rule)
    chain = [
        {
            "rule": rule,
            "step": int(_number(rule, "step", step.get("step", at), whole=True)),
            "role": step["role"],
            "mode": step.get("mode", "any"),
            "escalate_hours": int(_number(rule, "escalate_hours", step.get("escalate_hours", 0), whole=True)),
            "escalate_to": step.get("escalate_to", ""),
        }
        for at, step in enumerate(steps, 1)
    ]
    session.insert("approval_rule_step", _distinct(rule, pl.DataFrame(chain)))
    return {"rule": rule, "steps": len(chain)}


def _check(session: Session, rule: str, subject: str, condition: str, steps: list[dict[str, Any]]) -> None:
    roles = sorted(set(session.reference("role_permission")["role"].to_list()))
    asked = [("subject", subject, SUBJECTS), ("condition", condition, CONDITIONS.get(subject, ()))]
    if not steps:
        raise RuleWithoutChain(rule=rule)
    for step in steps:
        asked += [("role", step.get("role", ""), roles), ("mode", step.get("mode", "any"), MODES)]
        if step.get("escalate_to") or step.get("escalate_hours"):
            asked += [("escalate_to", step.get("escalate_to", ""), roles)]
    for field, value, allowed in asked:
        if value not in allowed:
            raise RuleInvalid(rule=rule, field=field, value=value, allowed=" | ".join(allowed))


def _number(rule: str, field: str, given: Any, *, whole: bool = False) -> Decimal:
    """A threshold, a step or a patience as a number that is not negative."""
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < _LIMIT or (whole and number % 1) or (whole and number > 9999):
        raise RuleInvalid(rule=rule, field=field, value=given, allowed="0, 1, 2, …" if whole else ">= 0")
    return number


def _distinct(rule: str, chain: pl.DataFrame) -> pl.DataFrame:
    twice = chain.filter(pl.struct("step", "role").is_duplicated())
    if not twice.is_empty():
        once = " | ".join(chain["role"].unique(maintain_order=True))
        raise RuleInvalid(rule=rule, field="role", value=f"2 x {twice['role'][0]}", allowed=once)
    return chain


def active(session: Session, subject: str) -> pl.DataFrame:
    """The rules that are in force for a kind of paper; empty where nobody is asked, which costs a look in memory."""
    rules = session.reference("approval_rule")
    return rules.filter((pl.col("subject") == subject) & pl.col("active"))


def matching(session: Session, subject: str, papers: pl.DataFrame) -> pl.DataFrame:
    """Which rules ask for a second opinion on which papers: number, rule, condition, found (the fact as text).

    papers: number and whichever of FACTS the department knows: amount (money), discount (percent), below_floor,
    over_credit, over_limit, new_party (true or false).
    """
    hits = [pl.DataFrame(schema={"number": pl.String, "rule": pl.String, "condition": pl.String, "found": pl.String})]
    for row in active(session, subject).to_dicts():
        meets, shown = _condition(row, papers.columns)
        if meets is None:
            continue
        met = papers.filter(meets).select(
            "number", rule=pl.lit(row["rule"]), condition=pl.lit(row["condition"]), found=shown
        )
        hits.append(met)
    return pl.concat(hits)


def _condition(row: dict[str, Any], columns: list[str]) -> tuple[pl.Expr | None, pl.Expr]:
    kind, threshold = row["condition"], row["threshold"]
    if kind in ("always", "protected_change"):
        return pl.lit(value=True), pl.lit("")
    fact = {"amount_over": "amount", "discount_over": "discount"}.get(kind, kind)
    if fact not in columns:
        return None, pl.lit("")
    if kind.endswith("_over"):
        return pl.col(fact) > threshold, pl.col(fact).cast(pl.String)
    return pl.col(fact).fill_null(value=False), pl.lit("")


def chains(session: Session, hits: pl.DataFrame) -> pl.DataFrame:
    """The chain of each paper, its rules together: number, step, role, mode, alternatives, escalate_hours, escalate_to.

    alternatives: the rules for which one yes among the tasks that name them is enough.
    """
    steps = session.reference("approval_rule_step")
    # Where two rules meet at one step, the yes that is enough for one must not pass for the other.
    must = (pl.col("mode") == "all") | (pl.len().over("number", "rule", "step") == 1)
    joined = hits.select("number", "rule").join(steps, on="rule").with_columns(must=must)
    return (
        joined.group_by("number", "step", "role", maintain_order=True)
        .agg(
            mode=pl.when(pl.col("must").any()).then(pl.lit("all")).otherwise(pl.lit("any")),
            alternatives=pl.col("rule").filter(~pl.col("must")),
            escalate_hours=pl.col("escalate_hours").filter(pl.col("escalate_hours") > 0).min().fill_null(0),
            escalate_to=pl.col("escalate_to").filter(pl.col("escalate_to") != "").first().fill_null(""),
        )
        .sort("number", "step", "role")
    )
