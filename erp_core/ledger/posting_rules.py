"""The rules that make vouchers of events: kept as data, dated, drawn up once per version, changed only with proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, chart, rule_terms
from erp_core.ledger.rule_terms import EVENTS, OWN_ACCOUNTS, Event

DIMENSIONS = (*accounts.DIMENSIONS, "reference", "due_on")
_COLUMNS = ("side", "source", "account", "amount", "condition", "dimensions", "summary")
_PLACE = re.compile(r"\{(\w*)\}")


class PostingRuleUnknown(Refusal):
    """There is no event {event} that gives rise to vouchers; known: {known}."""


class PostingRuleInvalid(Refusal):
    """Line {line} of the rule for {event}: {field} cannot be {value}; possible: {allowed}."""


class PostingRuleUnbalanced(Refusal):
    """The rule for {event} does not balance: {left} is left of debits less credits."""


class PostingRuleTied(Refusal):
    """Line {line} of the rule for {event} ({account}) proves stock, open items or tax: it stays as it came."""


class PostingRuleInUse(Refusal):
    """Vouchers up to {day} follow a rule for {event} already; the new one must hold from a later day."""


@dataclass(frozen=True)
class Line:
    """One line of a rule, ready for use; account terms are looked up anew, since roles may get other accounts."""

    source: str
    debit: bool
    account: tuple[tuple[str, str], ...]
    amount: str | pl.Expr
    condition: pl.Expr | None
    by: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class Version:
    """A rule from one day on: its name on the voucher, its summaries by language, its lines."""

    name: str
    valid_from: date
    summary: dict[str, str]
    lines: tuple[Line, ...]


def versions(session: Session, event: str) -> list[Version]:
    """The versions of an event's rule, the latest first; drawn up once and kept until a rule changes."""
    return session.derived("posting_rule", event, lambda: _drawn_up(session, event))


def _drawn_up(session: Session, event: str) -> list[Version]:
    heads = session.reference("posting_event").filter(pl.col("event") == event).sort("valid_from", descending=True)
    lines = session.reference("posting_rule").filter(pl.col("event") == event).sort("line")
    if heads.is_empty():
        raise PostingRuleUnknown(event=event, known=", ".join(sorted(EVENTS)))
    return [
        Version(
            f"{event}/{head['valid_from']}",
            head["valid_from"],
            {"zh": head["summary_zh"], "en": head["summary_en"]},
            tuple(_line(row) for row in lines.filter(pl.col("valid_from") == head["valid_from"]).to_dicts()),
        )
        for head in heads.to_dicts()
    ]


def _line(row: dict[str, Any]) -> Line:
    return Line(
        row["source"],
        row["side"] == "debit",
        tuple(rule_terms.alternatives(row["account"])),
        rule_terms.amount(row["amount"]),
        rule_terms.condition(row["condition"]),
        tuple(row["dimensions"].split()),
        row["summary"],
    )


def account_of(session: Session, event: Event, line: Line) -> str | pl.Expr:
    """The account of a line: a code where it is the same for all rows, else an expression over its source."""
    own: list[pl.Expr] = []
    for kind, name in line.account:
        if kind == "account":
            return _either(own, name)
        if kind == "role":
            return _either(own, accounts.account_for(session, name))
        if kind in OWN_ACCOUNTS:
            named = _own(session, kind, name)
            own += [pl.col(kind).replace_strict(named, default=None, return_dtype=pl.String)] if named else []
        else:
            column = event.accounts[line.source][f"{kind}:{name}"]
            return pl.coalesce(*own, column) if own else pl.col(column)
    raise accounts.RoleWithoutAccount(role=line.account[-1][1])


def _either(own: list[pl.Expr], account: str) -> str | pl.Expr:
    return pl.coalesce(*own, pl.lit(account)) if own else account


def _own(session: Session, kind: str, use: str) -> dict[str, str]:
    return session.derived("posting_account", f"{kind}/{use}", lambda: _of_use(session, kind, use))


def _of_use(session: Session, kind: str, use: str) -> dict[str, str]:
    rows = session.reference("posting_account").filter((pl.col("kind") == kind) & (pl.col("use") == use))
    return dict(rows.select("code", "account").rows())


@verb("ledger.rule.save", reason=True)
def save(
    session: Session,
    *,
    event: str,
    valid_from: date | str,
    lines: given.Given,
    summary_zh: str = "",
    summary_en: str = "",
) -> dict[str, Any]:
    """Give an event another rule from a day on; refused unless it is proved to balance in every case.

    lines: side (debit | credit), source (paper | line), account ('role:revenue', 'account:500101', 'item:revenue', or
    several with ' | ', the first that has one wins), amount ('net', 'gross - tax'), condition ('department = D1'),
    dimensions ('department project'), summary. Empty summaries stay as they are. The lines that prove stock, open
    items or tax must be there as they came (财会〔2024〕12号 §21: rules can be looked up, checked and traced).
    """
    day = given.documents({"valid_from": valid_from}, {"valid_from": pl.Date}, ("valid_from",))["valid_from"][0]
    known = _latest(session, event, day)
    rows = given.documents(lines, dict.fromkeys(_COLUMNS, pl.String), ("side", "source", "account", "amount"))
    rows = rows.with_columns(pl.col(_COLUMNS).fill_null("").str.strip_chars()).to_dicts()
    said = {"summary_zh": summary_zh or known["summary_zh"], "summary_en": summary_en or known["summary_en"]}
    for at, row in enumerate(rows, 1):
        _check_line(session, EVENTS[event], at, row)
    for text in said.values():
        _check_summary(EVENTS[event], 0, text)
    tied = _check_tied(session, event, rows)
    left = rule_terms.unbalanced(EVENTS[event], rows)
    if left:
        raise PostingRuleUnbalanced(event=event, left=" ".join(f"{times:+d} {name}" for name, times in left.items()))
    _write(session, known | said | {"valid_from": day}, rows, tied)
    return {"event": event, "valid_from": str(day), "lines": len(rows)}


def _latest(session: Session, event: str, day: date) -> dict[str, Any]:
    """The version that a new one follows; refused where vouchers of that day or later follow it already."""
    if event not in EVENTS:
        raise PostingRuleUnknown(event=event, known=", ".join(sorted(EVENTS)))
    used = session.one("select max(voucher_on) from core.voucher where starts_with(rule, $name)", name=f"{event}/")[0]
    rows = session.reference("posting_event").filter(pl.col("event") == event).sort("valid_from")
    last = rows.row(-1, named=True)
    floor = max([chart.RULES_SHIPPED, *[one for one in (used,) if one]])
    if day <= floor or day < last["valid_from"]:
        raise PostingRuleInUse(event=event, day=max(floor, last["valid_from"]))
    return last


def _check_line(session: Session, event: Event, at: int, row: dict[str, Any]) -> None:
    def refuse(field: str, allowed: Any) -> PostingRuleInvalid:
        return PostingRuleInvalid(event=event.name, line=at, field=field, value=row[field], allowed=", ".join(allowed))

    if row["side"] not in ("debit", "credit"):
        raise refuse("side", ("debit", "credit"))
    if row["source"] not in event.amounts:
        raise refuse("source", event.amounts)
    amounts = event.amounts[row["source"]]
    known = event.known(row["source"])
    if not _fits(lambda: set(rule_terms.summed(row["amount"])) <= set(amounts)):
        raise refuse("amount", amounts)
    if not _fits(lambda: {name for name, *_ in rule_terms.tests(row["condition"])} <= set(known)):
        raise refuse("condition", known)
    allowed = [name for name in DIMENSIONS if name in known]
    if not set(row["dimensions"].split()) <= set(allowed):
        raise refuse("dimensions", allowed)
    if not _fits(lambda: _known_account(session, event, row)):
        raise refuse("account", _account_terms(event, row["source"]))
    _check_summary(event, at, row["summary"])


def _fits(test: Any) -> bool:
    try:
        return test()
    except ValueError:
        return False


def _known_account(session: Session, event: Event, row: dict[str, Any]) -> bool:
    """Every part is known, and the last one always has an account."""
    parts = rule_terms.alternatives(row["account"])
    roles = set(session.reference("account_role")["role"])
    leaves = accounts.marked(session, "leaf") & accounts.marked(session, "active")
    sure = {"role": roles, "account": leaves}
    offered = event.accounts.get(row["source"], {})
    for at, (kind, name) in enumerate(parts, 1):
        if kind in OWN_ACCOUNTS and f"{kind}:{name}" not in offered:
            fits = kind in event.known(row["source"]) and at < len(parts)
        else:
            fits = name in sure[kind] if kind in sure else f"{kind}:{name}" in offered
        if not fits:
            return False
    return True


def _account_terms(event: Event, source: str) -> list[str]:
    own = [f"{kind}:… | …" for kind in OWN_ACCOUNTS if kind in event.known(source)]
    return ["account:…", "role:…", *event.accounts.get(source, {}), *own]


def _check_summary(event: Event, at: int, text: str) -> None:
    wrong = [name for name in _PLACE.findall(text) if name not in event.says]
    nameless = at == 0 and not _PLACE.sub("", text).strip() and "number" not in _PLACE.findall(text)
    if wrong or nameless or text.count("{") != len(_PLACE.findall(text)) or text.count("}") != text.count("{"):
        places = ", ".join(f"{{{name}}}" for name in event.says)
        raise PostingRuleInvalid(event=event.name, line=at, field="summary", value=text, allowed=places)


def _shape(row: dict[str, Any]) -> tuple[str, ...]:
    return (row["side"], row["source"], row["account"], row["amount"], row["condition"], row["dimensions"])


def _check_tied(session: Session, event: str, rows: list[dict[str, Any]]) -> list[bool]:
    """Which lines are tied ones as they came; refused where one is missing or its account is used elsewhere."""
    shipped = chart.read("posting_rules").filter((pl.col("event") == event) & pl.col("tied")).to_dicts()
    waiting, tied = [_shape(row) for row in shipped], []
    held = {row["account"] for row in shipped} | {f"account:{code}" for code in accounts.marked(session, "control")}
    for at, row in enumerate(rows, 1):
        is_tied = _shape(row) in waiting
        if is_tied:
            waiting.remove(_shape(row))
        elif row["account"] in held:
            raise PostingRuleTied(event=event, line=at, account=row["account"])
        tied.append(is_tied)
    if waiting:
        at = next(row["line"] for row in shipped if _shape(row) == waiting[0])
        raise PostingRuleTied(event=event, line=at, account=waiting[0][2])
    return tied


def _write(session: Session, head: dict[str, Any], rows: list[dict[str, Any]], tied: list[bool]) -> None:
    key = {"event": head["event"], "day": head["valid_from"]}
    session.execute("delete from core.posting_rule where event = $event and valid_from = $day", **key)
    session.upsert("posting_event", pl.DataFrame([head]), ("event", "valid_from"))
    lines = [
        {"event": head["event"], "valid_from": head["valid_from"], "line": at}
        | {name: row[name] for name in _COLUMNS}
        | {"tied": is_tied}
        for at, (row, is_tied) in enumerate(zip(rows, tied, strict=True), 1)
    ]
    session.insert("posting_rule", pl.DataFrame(lines))


@verb("ledger.rule.set_account", reason=True)
def set_account(session: Session, *, kind: str, code: str, use: str, account: str) -> dict[str, str]:
    """Give a partner or a warehouse an account of its own for a use, such as revenue; an empty account takes it back.

    kind: party | warehouse. use: the name in the rules, as in 'party:revenue'. Postings from now on go there.
    """
    if kind not in OWN_ACCOUNTS:
        raise PostingRuleInvalid(event="-", line=0, field="kind", value=kind, allowed=", ".join(OWN_ACCOUNTS))
    if code not in session.reference(kind)["code"].to_list():
        raise PostingRuleInvalid(event="-", line=0, field="code", value=code, allowed=kind)
    uses = {
        name
        for row in session.reference("posting_rule")["account"]
        for k, name in rule_terms.alternatives(row)
        if k == kind
    }
    if use not in uses:
        raise PostingRuleInvalid(event="-", line=0, field="use", value=use, allowed=", ".join(sorted(uses)) or "-")
    place = {"kind": kind, "code": code, "use": use}
    if not account:
        session.execute("delete from core.posting_account where kind = $kind and code = $code and use = $use", **place)
        return place | {"account": ""}
    if account not in accounts.marked(session, "leaf"):
        raise accounts.UnknownAccount(account=account)
    session.upsert("posting_account", pl.DataFrame([place | {"account": account}]), ("kind", "code", "use"))
    return place | {"account": account}
