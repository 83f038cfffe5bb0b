"""The chart of accounts: what exists, what may be posted to, and which part each account plays."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb

DIMENSIONS = ("party", "department", "employee", "project", "item")
SIDE_OF_CATEGORY = {"asset": "debit", "cost": "debit", "expense": "debit"}


class UnknownAccount(Refusal):
    """There is no account {account}."""


class AccountExists(Refusal):
    """The account {account} exists already."""


class AccountUsed(Refusal):
    """The account {account} has postings: {problem}."""


class RoleWithoutAccount(Refusal):
    """No account is set for the role {role}."""


def chart(session: Session) -> pl.DataFrame:
    """All accounts, one row each, columns as core.account."""
    return session.reference("account")


def marked(session: Session, flag: str) -> frozenset[str]:
    """The codes of all accounts that carry a flag: cash, control, leaf."""
    found = session.derived("account", flag, lambda: chart(session).filter(pl.col(flag)).select("code"))
    return frozenset(found["code"])


def account_for(session: Session, role: str) -> str:
    """The account that plays a role in automatic vouchers, such as 'receivable'."""
    held = session.derived("account_role", "by role", lambda: _by_role(session))
    if role not in held:
        raise RoleWithoutAccount(role=role)
    return held[role]


def _by_role(session: Session) -> dict[str, str]:
    return dict(session.reference("account_role").select("role", "account").rows())


@verb("ledger.account.add")
def add(
    session: Session,
    *,
    code: str,
    parent: str,
    name_zh: str,
    name_en: str = "",
    cash: bool | None = None,
    control: bool | None = None,
    rules: dict[str, str] | None = None,
) -> dict[str, str]:
    """Add an account below a parent; refused as the first child of a used one, since its lines would lose their leaf.

    rules: dimension -> none | optional | required; what is not given is taken over from the parent.
    """
    accounts = {row["code"]: row for row in chart(session).to_dicts()}
    if parent not in accounts:
        raise UnknownAccount(account=parent)
    if code in accounts:
        raise AccountExists(account=code)
    if not code.startswith(parent):
        raise AccountUsed(account=code, problem=f"code must begin with {parent}")
    above = accounts[parent]
    if above["leaf"] and session.one("select 1 from core.account_balance where account = $a limit 1", a=parent):
        raise AccountUsed(account=parent, problem="a child would leave its lines without a leaf account")
    row = {**above, "code": code, "parent": parent, "name_zh": name_zh, "name_en": name_en, "leaf": True}
    row |= {f"{name}_rule": rule for name, rule in (rules or {}).items()}
    row |= {name: value for name, value in (("cash", cash), ("control", control)) if value is not None}
    session.insert("account", pl.DataFrame([row], schema=chart(session).schema))
    if above["leaf"]:
        session.execute("update core.account set leaf = false where code = $parent", parent=parent)
        session.execute(
            "update core.account_role set account = $code where account = $parent", code=code, parent=parent
        )
    return {"code": code}


@verb("ledger.account.set_rules")
def set_rules(session: Session, *, code: str, rules: dict[str, str]) -> dict[str, str]:
    """Say which dimensions an account takes from now on; rules: dimension -> none | optional | required."""
    if chart(session).filter(pl.col("code") == code).is_empty():
        raise UnknownAccount(account=code)
    for name, rule in rules.items():
        if name not in DIMENSIONS:
            raise UnknownAccount(account=f"{code}.{name}")
        session.execute(f"update core.account set {name}_rule = $rule where code = $code", rule=rule, code=code)
    return {"code": code}


@verb("ledger.account.deactivate")
def deactivate(session: Session, *, code: str, active: bool = False) -> dict[str, str]:
    """Take an account out of use, or back into it; its lines stay."""
    if chart(session).filter(pl.col("code") == code).is_empty():
        raise UnknownAccount(account=code)
    session.execute("update core.account set active = $active where code = $code", active=active, code=code)
    return {"code": code}
