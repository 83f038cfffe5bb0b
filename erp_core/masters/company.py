"""The company whose books these are: its first day, its chart, its people and its settings."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import polars as pl
from stdnum.cn import uscc as uscc_number

from erp_core.access import people, settings
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import chart, periods

OWNER = "owner"
# Who may do what from the first day on; grants only, a role never takes away. No role but the owner's holds both sides
# of a rule of duties (core.conflict_rule), so each can be given to one person as it is.
ROLES = {
    "owner": ["*"],
    "accountant": ["ledger.voucher.draft*", "ledger.voucher.submit", "ledger.voucher.void", "ledger.voucher.reverse",
                   "ledger.voucher.revise", "ledger.voucher.renumber", "ledger.template.*", "ledger.sheet.*",
                   "ledger.open_item.*", "ledger.amortisation.save", "finance.advance.*", "sales.invoice.*",
                   "purchasing.bill.*", "assets.card.*", "assets.count.*",
                   "budget.version.make", "budget.version.put", "budget.version.submit", "budget.version.cancel",
                   "budget.comment.write",
                   "claims.claim.return", "claims.claim.reverse", "claims.account.save",
                   "claims.advance.return", "banking.statement.load", "banking.match.*", "banking.line.book",
                   "banking.reconciliation.keep", "banking.booking.save",
                   "read.masters", "read.sales", "read.purchasing", "read.stock", "read.ledger", "read.claims",
                   "read.bank", "read.intake", "see.cost", "see.bank"],
    "cashier": ["finance.receipt.*", "finance.payment.*", "claims.claim.pay", "claims.advance.pay",
                "claims.advance.give_back", "banking.statement.load", "banking.cash.count", "banking.plan.save",
                "read.masters", "read.sales", "read.purchasing", "read.claims", "read.bank", "see.bank"],
    # Everybody who spends money for the company; to be given together with the limit of rows 'own'.
    "staff": ["claims.claim.write", "claims.claim.revise", "claims.claim.submit", "claims.claim.withdraw",
              "claims.claim.cancel", "claims.advance.request", "claims.advance.submit", "claims.advance.withdraw",
              "claims.advance.cancel", "read.claims"],
    "supervisor": ["ledger.account.*", "ledger.rule.*", "ledger.close.*", "ledger.scheme.*", "ledger.amortisation.*",
                   "ledger.year.seal", "ledger.statement.*", "ledger.open_item.*", "ledger.opening.*",
                   "ledger.voucher.submit", "ledger.voucher.review", "ledger.voucher.unreview", "ledger.voucher.post",
                   "ledger.voucher.reject", "ledger.voucher.reverse", "ledger.voucher.void",
                   "ledger.voucher.renumber", "ledger.template.*", "ledger.sheet.*", "finance.advance.*",
                   "assets.*", "budget.*", "inventory.period.*", "sales.order.approve", "purchasing.order.approve",
                   "sales.order.return", "purchasing.order.return", "claims.claim.approve", "claims.claim.return",
                   "claims.claim.reverse",
                   "claims.advance.approve", "claims.advance.return", "claims.category.save", "claims.receipt.save",
                   "claims.account.save", "claims.city.save", "claims.limit.save", "banking.*", "approval.*",
                   "books.branch", "read.*", "see.*"],
    "clerk": ["sales.order.place", "sales.order.submit", "sales.order.cancel", "sales.order.close",
              "sales.order.reopen", "sales.order.revise", "sales.delivery.*", "purchasing.order.place",
              "purchasing.order.submit", "purchasing.order.revise", "purchasing.order.cancel",
              "purchasing.order.close", "purchasing.order.reopen", "masters.party.save", "read.masters",
              "read.sales", "read.purchasing", "read.stock"],
    "keeper": ["inventory.transfer.*", "inventory.count.*", "sales.delivery.*", "purchasing.receipt.*",
               "read.masters", "read.stock", "read.sales", "read.purchasing"],
    "migrator": ["masters.*", "intake.*", "ledger.opening.*", "inventory.opening.*", "ledger.account.add",
                 "assets.opening.*", "assets.category.*",
                 "read.masters", "read.sales", "read.purchasing", "read.stock", "read.ledger", "read.claims",
                 "read.bank", "read.intake", "see.*", "books.branch"],
    "analyst": ["read.masters", "read.sales", "read.purchasing", "read.stock", "read.ledger", "read.claims",
                "read.bank", "read.intake", "see.cost", "books.branch"],
    "administrator": ["access.*", "operations.*", "read.people", "read.audit", "read.operations", "read.masters"],
}  # fmt: skip
USERS = {
    "owner": ("账套主管", ["owner"]),
    "accountant": ("制单会计", ["accountant"]),
    "cashier": ("出纳", ["cashier"]),
    "supervisor": ("财务主管", ["supervisor"]),
    "clerk": ("业务员", ["clerk"]),
    "keeper": ("仓管员", ["keeper"]),
    "migrator": ("实施顾问", ["migrator"]),
    "analyst": ("分析员", ["analyst"]),
    "administrator": ("系统管理员", ["administrator"]),
}
PARAMETERS = {
    "sales.over_delivery_percent": "0",
    "purchasing.over_receipt_percent": "0",
    "purchasing.required_supplier_fields": "name,phone,address",
    "purchasing.price_tolerance_percent": "10",
    "sales.price_tolerance": "0.06",
    "tax.surcharge_city": "0.07",
    "tax.surcharge_education": "0.03",
    "tax.surcharge_local": "0.02",
    "tax.surcharge_relief": "0.5",
    "tax.income_rate": "0.05",
    "tax.income_months": "3,6,9,12",
    # Small low-profit companies: above this profit of the year the standard rate takes the whole (B8).
    "tax.small_profit_limit": "3000000",
    "tax.income_standard_rate": "0.25",
    # Companies of one person may let whoever asks decide as well.
    "approval.self_decision": "false",
    # `erp init` sets it: the demo and tests load files that they made themselves.
    "intake.require_rehearsal": "false",
    **settings.DEFAULTS,
}

# Reliefs that end by law unless they are prolonged: 六税两费 and the low-profit rate (公告2023年第12号).
DATED = (("tax.surcharge_relief", "0", date(2028, 1, 1)), ("tax.income_rate", "0.20", date(2028, 1, 1)))


class CompanyInvalid(Refusal):
    """The company's {field} cannot be {value}: {problem}."""


class SettingUnknown(Refusal):
    """There is no parameter {key}."""


def establish(session: Session, **company: Any) -> dict[str, Any]:
    """Write a new company into empty books: chart, statements, periods, taxes, numbers, roles and parameters.

    company: company (name), standard sbe|asbe, start YYYY-MM, taxpayer general|small, language zh|en, name_en, uscc.
    """
    row = _company_row(session, company)
    session.insert("company", pl.DataFrame([row]))
    chart.load_chart(session, row["standard"])
    chart.load_tax_codes(session)
    chart.load_number_series(session)
    chart.load_asset_categories(session, row["standard"])
    first = periods.month_row(row["start_period"])
    session.insert("period", pl.DataFrame([first]).with_columns(pl.col("version").cast(pl.Int32)))
    _insert_people(session)
    start = date(2000, 1, 1)
    settings = [{"key": k, "value": v, "valid_from": start, "act_id": session.act_id} for k, v in PARAMETERS.items()]
    settings += [{"key": k, "value": v, "valid_from": day, "act_id": session.act_id} for k, v, day in DATED]
    session.insert("parameter", pl.DataFrame(settings))
    return {"company": row["name"], "standard": row["standard"], "start": row["start_period"]}


def _company_row(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    name, start = str(given.get("company", "")).strip(), str(given.get("start", ""))
    standard, taxpayer = given.get("standard", "sbe"), given.get("taxpayer", "general")
    language, uscc = given.get("language", "zh"), str(given.get("uscc", "") or "").strip().upper()
    if not name:
        raise CompanyInvalid(field="name", value="''", problem="it needs a name")
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", start):
        raise CompanyInvalid(field="start", value=start or "''", problem="write a month as 2026-01")
    for field, value, allowed in (
        ("standard", standard, ("sbe", "asbe")),
        ("taxpayer", taxpayer, ("general", "small")),
        ("language", language, ("zh", "en")),
    ):
        if value not in allowed:
            raise CompanyInvalid(field=field, value=value, problem=" | ".join(allowed))
    if uscc and not uscc_number.is_valid(uscc):
        raise CompanyInvalid(field="uscc", value=uscc, problem="the check digit of the 统一社会信用代码 is wrong")
    return {
        "name": name,
        "name_en": given.get("name_en", ""),
        "uscc": uscc,
        "taxpayer": taxpayer,
        "standard": standard,
        "currency": "CNY",
        "start_period": start,
        "language": language,
        "created_at": session.now,
    }


def _insert_people(session: Session) -> None:
    roles = [{"role": role, "permission": p} for role, granted in ROLES.items() for p in granted]
    session.upsert("role_permission", pl.DataFrame(roles), ("role", "permission"))
    people = [{"login": login, "name": name, "active": True} for login, (name, _) in USERS.items()]
    session.upsert("app_user", pl.DataFrame(people), ("login",))
    held = [{"login": login, "role": role} for login, (_, names) in USERS.items() for role in names]
    session.upsert("user_role", pl.DataFrame(held), ("login", "role"))


@verb("company.parameter.set", reason=True)
def set_parameter(session: Session, *, parameter: str, value: str, valid_from: date, reason: str) -> dict[str, str]:
    """Set a parameter from a day on, with a reason; what held before stays known."""
    known = session.reference("parameter")["key"]
    if parameter not in PARAMETERS and parameter not in known.to_list():
        raise SettingUnknown(key=parameter)
    settings.check(parameter, str(value))
    row = {"key": parameter, "value": str(value), "valid_from": valid_from, "act_id": session.act_id}
    session.insert("parameter", pl.DataFrame([row]))
    return {"parameter": parameter, "value": str(value)}


@verb("company.user.save")
def save_user(session: Session, *, login: str, name: str, roles: list[str], active: bool = True) -> dict[str, Any]:
    """Add a user or change name, roles and whether the user may act; access.user.save knows limits and profile too."""
    return people.save_user(session, login=login, name=name, roles=roles, active=active)
