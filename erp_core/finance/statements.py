"""Statements as data: a company's own (RPT-06), and later formats of the official ones, each from a month on."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from erp_core.finance import gate_statements
from erp_core.foundation import given
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, periods

KINDS = ("header", "item", "deduction", "of_which", "subtotal", "total")
RULES = ("balance", "debit_balance", "credit_balance", "movement", "due_within", "due_beyond")
LINE = {"line_no": pl.Int32, **dict.fromkeys(("name_zh", "name_en", "kind", "accounts", "rule", "formula"), pl.String)}
FIRST, CASH_FLOW = "0000-00", "cash_flow"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TERM = re.compile(r"([+-]?)\s*(?:(\w+):)?(\w+)\s*")


class StatementInvalid(Refusal):
    """Statement {statement}, line {line}: {field} cannot be {value}; {problem}."""


class StatementHistory(Refusal):
    """The format of {statement} from {from_period} cannot be written: {problem}."""


class StatementUncovered(Refusal):
    """With this format account {first} would stand on {lines} lines instead of one ({count} such accounts)."""


@verb("ledger.statement.save")
def save(
    session: Session,
    *,
    statement: str,
    name_zh: str,
    lines: given.Given,
    name_en: str = "",
    from_period: str = FIRST,
    ties: list[str] | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Write a statement of the company's own, or a later format of an official one that holds from a month on.

    lines in the order of the form: line_no (none for a heading), name_zh, name_en, kind (header, item, deduction,
    of_which, subtotal, total), and either accounts ('5001 + 5051 - 5401') with rule (balance, debit_balance,
    credit_balance, movement, due_within, due_beyond), or formula over lines ('1 - 2 + income_statement:21').
    ties: rules such as '30=53' or '9>=10+11'. An official format is never overwritten and must cover every leaf account
    exactly once; of one's own, report statement_coverage tells what it leaves out.
    """
    official = _official(session, statement)
    _check_head(session, statement, name_zh, from_period, official=official)
    rows = given.rows(lines, LINE, ("name_zh",), "lines").with_columns(pl.col(pl.String).fill_null("")).to_dicts()
    standard = session.reference("company")["standard"][0]
    form = _Form(session, statement, standard, from_period, rows)
    fed, terms = form.fed(), form.terms()
    _write(session, form, fed, terms, ties or [], (name_zh, name_en or name_zh, not official, note))
    if official:
        _prove(session, from_period)
    return {"statement": statement, "from_period": from_period, "lines": len(rows), "own": not official}


class _Form:
    """The lines of a format as given, checked one by one."""

    def __init__(self, session: Session, statement: str, standard: str, first: str, rows: list[dict[str, Any]]) -> None:
        self.session, self.statement, self.standard, self.from_period, self.rows = (
            session,
            statement,
            standard,
            first,
            rows,
        )
        self.numbers = [row["line_no"] for row in rows if row["line_no"] is not None]
        self.formulas = {row["line_no"]: row["formula"] for row in rows if row["formula"]}
        twice = [number for number in self.numbers if self.numbers.count(number) > 1]
        if not rows or twice:
            self.refuse({"line_no": twice[0] if twice else 0}, "line_no", "each line has a number of its own")
        for row in rows:
            self._check(row)

    def refuse(self, row: dict[str, Any], field: str, problem: str) -> None:
        value = row.get(field, "")
        raise StatementInvalid(
            statement=self.statement, line=row.get("line_no") or 0, field=field, value=repr(value), problem=problem
        )

    def _check(self, row: dict[str, Any]) -> None:
        header = row["kind"] == "header"
        if row["kind"] not in KINDS:
            self.refuse(row, "kind", " | ".join(KINDS))
        if header != (row["line_no"] is None):
            self.refuse(row, "line_no", "a heading has no number, every other line has one")
        if bool(row["accounts"]) + bool(row["formula"]) != (0 if header else 1):
            self.refuse(row, "accounts", "a line has either accounts or a formula, a heading neither")
        if row["accounts"] and row["rule"] not in RULES:
            self.refuse(row, "rule", " | ".join(RULES))

    def _parts(self, row: dict[str, Any], field: str) -> list[tuple[int, str, str]]:
        """The terms of an expression: sign, statement (or nothing), account or line."""
        text = row[field].strip()
        found = list(_TERM.finditer(text))
        if "".join(match[0] for match in found) != text or any(not match[1] for match in found[1:]):
            self.refuse(row, field, "terms joined by + and -")
        return [(-1 if match[1] == "-" else 1, match[2] or "", match[3]) for match in found]

    def fed(self) -> list[dict[str, Any]]:
        """One row per line and account that feeds it."""
        known = set(accounts.chart(self.session)["code"].to_list())
        fed = []
        for row in self.rows:
            for sign, other, account in self._parts(row, "accounts") if row["accounts"] else []:
                if other or account not in known:
                    self.refuse(row, "accounts", f"there is no account {account}")
                fed.append({"line_no": row["line_no"], "account": account, "sign": sign, "rule": row["rule"]})
        return fed

    def terms(self) -> list[dict[str, Any]]:
        """Every formula taken down to lines that accounts feed, or to lines of other statements."""
        terms = []
        for row in self.rows:
            if row["formula"]:
                for sign, other, line in self._leaves(row, ()):
                    own = {"line_no": row["line_no"], "term_statement": other, "term_line": line, "sign": sign}
                    terms.append(own)
        return terms

    def _leaves(self, row: dict[str, Any], above: tuple[int, ...]) -> list[tuple[int, str, int]]:
        if row["line_no"] in above:
            self.refuse(row, "formula", "it rests on itself")
        leaves = []
        for sign, other, text in self._parts(row, "formula"):
            line = int(text) if text.isdecimal() else -1
            if other or line not in self.numbers:
                self._check_elsewhere(row, other, line)
                leaves.append((sign, other, line))
            elif line in self.formulas:
                inner = next(one for one in self.rows if one["line_no"] == line)
                deeper = self._leaves(inner, (*above, row["line_no"]))
                leaves += [(sign * part, statement, term) for part, statement, term in deeper]
            else:
                leaves.append((sign, "", line))
        return leaves

    def _check_elsewhere(self, row: dict[str, Any], other: str, line: int) -> None:
        known = self.session.one(
            "select 1 from core.statement_line l join core.statement_format f using (standard, statement, from_period)"
            " where not f.own and l.standard = $standard and l.statement = $other and l.line_no = $line"
            " and $cash <> $other",
            standard=self.standard,
            other=other,
            line=line,
            cash=CASH_FLOW,
        )
        if known is None:
            self.refuse(row, "formula", f"no such line of this form, the balance sheet or the income statement: {line}")


def _official(session: Session, statement: str) -> bool:
    found = session.one("select bool_or(not own) from core.statement_format where statement = $s", s=str(statement))
    return bool(found and found[0])


def _check_head(session: Session, statement: str, name: str, from_period: str, *, official: bool) -> None:
    for field, value, good, problem in (
        ("statement", statement, bool(NAME.fullmatch(str(statement))), "small letters, digits and _"),
        ("name_zh", name, bool(str(name).strip()), "it needs a name"),
    ):
        if not good:
            raise StatementInvalid(statement=statement, line=0, field=field, value=repr(value), problem=problem)
    if from_period != FIRST:
        periods.require_period(from_period)
    if not official:
        return
    facts = {"statement": statement, "from_period": from_period}
    if statement == CASH_FLOW:
        raise StatementHistory(**facts, problem="its lines are those that money carries")
    latest = session.one(
        "select max(from_period) from core.statement_format where statement = $s and not own", s=statement
    )
    closed = session.one("select coalesce(max(period), '') from core.period where status = 'closed'")
    if from_period <= max(latest[0], closed[0]):
        raise StatementHistory(**facts, problem=f"it must begin after {max(latest[0], closed[0])}")


def _write(
    session: Session,
    form: _Form,
    fed: list[dict[str, Any]],
    terms: list[dict[str, Any]],
    ties: list[str],
    head: tuple[str, str, bool, str],
) -> None:
    place = {"standard": form.standard, "statement": form.statement, "from_period": form.from_period}
    for table in ("statement_format", "statement_line", "statement_account", "statement_term", "statement_tie"):
        session.execute(
            f"delete from core.{table} where standard = $standard and statement = $statement"
            " and from_period = $from_period",
            **place,
        )
    session.insert("statement_format", pl.DataFrame([place | dict(zip(_HEAD, head, strict=True))]))
    numbered = [
        place | {"position": at} | {name: row[name] for name in ("line_no", "name_zh", "name_en", "kind", "formula")}
        for at, row in enumerate(form.rows, 1)
    ]
    for row in numbered:
        row["name_en"] = row["name_en"] or row["name_zh"]
    whole = dict.fromkeys(("position", "line_no", "term_line", "sign"), pl.Int32)
    for table, rows in (
        ("statement_line", numbered),
        ("statement_account", [place | row for row in fed]),
        ("statement_term", [place | row for row in terms]),
        ("statement_tie", [place | {"rule": _tie(form, rule)} for rule in ties]),
    ):
        if rows:
            session.insert(table, pl.DataFrame(rows, schema_overrides={n: t for n, t in whole.items() if n in rows[0]}))


_HEAD = ("name_zh", "name_en", "own", "note")


def _tie(form: _Form, rule: str) -> str:
    sides = re.split(r">=|=", str(rule))
    parts = [part.strip() for side in sides for part in side.split("+")]
    if len(sides) != 2 or any(not part.isdecimal() or int(part) not in form.numbers for part in parts):
        raise StatementInvalid(
            statement=form.statement,
            line=0,
            field="ties",
            value=repr(rule),
            problem="lines of this form, such as 30=53",
        )
    return str(rule).replace(" ", "")


def _prove(session: Session, from_period: str) -> None:
    """An official format must place every leaf account exactly once from the month on from which it holds."""
    offenders = gate_statements.uncovered_accounts(session, from_period)
    if offenders:
        raise StatementUncovered(first=offenders[0]["account"], lines=offenders[0]["lines"], count=len(offenders))


@verb("ledger.statement.drop")
def drop(session: Session, *, statement: str) -> dict[str, Any]:
    """Take a statement of the company's own away again, in all its formats; an official one stays."""
    if _official(session, statement):
        raise StatementHistory(statement=statement, from_period=FIRST, problem="it is an official one")
    found = session.one("select count(*) from core.statement_format where statement = $s and own", s=statement)[0]
    if not found:
        raise StatementInvalid(
            statement=statement, line=0, field="statement", value=repr(statement), problem="there is none"
        )
    for table in ("statement_format", "statement_line", "statement_account", "statement_term", "statement_tie"):
        session.execute(f"delete from core.{table} where statement = $statement", statement=statement)
    return {"statement": statement, "formats": found}
