"""What must hold in any books at any time: named checks, each telling the first offender of what is broken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

import duckdb
import polars as pl

from erp_core.reports.definition import Title
from erp_core.seals import naming, proof

HOME = "erp_core.reports"
SCHEMA = {
    "check": pl.String,
    "ok": pl.Boolean,
    "offender": pl.String,
    "detail": pl.String,
    "warning": pl.Boolean,
    "title_zh": pl.String,
    "title_en": pl.String,
}
_NUMBERED = re.compile(r"\d\d_\w+\.sql")
_TERM = re.compile(r"(?:(\w+):)?(\d+)")
_TIES = Title("报表勾稽关系成立", "The ties of the statements hold in every period")
_SEALS = Title("封印链完好", "The chain of seals holds")
_TIE_RULES = "select statement, rule, from_period, until_period from rpt.statement_tie order by statement, rule"
_PARTS = Title("“其中”行不大于所属行", "Lines are not smaller than what is shown of them")


@dataclass(frozen=True)
class Check:
    """One check: its SQL returns offender and detail of whatever is wrong, the first first."""

    name: str
    title: Title
    warning: bool
    sql: str


@cache
def checks() -> tuple[Check, ...]:
    """The checks that are a query, in the order of their files."""
    folder = resources.files(HOME).joinpath("checks")
    files = sorted(
        (place for place in folder.iterdir() if _NUMBERED.fullmatch(place.name)), key=lambda place: place.name
    )
    found = []
    for place in files:
        text = place.read_text(encoding="utf-8")
        name, zh, en = text.split("\n", 1)[0].removeprefix("-- ").split(" · ")
        found.append(Check(name, Title(zh, en), "\n-- warning\n" in text, text))
    return tuple(found)


def run(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Run every check. Columns: check, ok, offender, detail, warning, title_zh, title_en.

    A warning names an offender but stays ok: corrections can cause it lawfully.
    """
    rows = [_judge(check.name, check.title, check.warning, cursor.execute(check.sql).fetchall()) for check in checks()]
    broken, smaller = _ties(cursor)
    rows.append(_judge("statement_ties", _TIES, False, broken))
    rows.append(_judge("statement_parts", _PARTS, True, smaller))
    rows.append(_judge("seals", _SEALS, False, _broken_seals(cursor)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _judge(name: str, title: Title, warning: bool, offenders: list[tuple]) -> tuple:
    first = offenders[0] if offenders else ("", "")
    more = f" (+{len(offenders) - 1})" if len(offenders) > 1 else ""
    return name, warning or not offenders, str(first[0]), f"{first[1]}{more}", warning, title.zh, title.en


def _broken_seals(cursor: duckdb.DuckDBPyConnection) -> list[tuple]:
    found = proof.prove(cursor, with_periods=False).breaks
    return [(naming.told(cursor, one, "zh"), naming.told(cursor, one, "en")) for one in found]


def _ties(cursor: duckdb.DuckDBPyConnection) -> tuple[list[tuple], list[tuple]]:
    """Ties that do not hold to the cent, and lines smaller than their of-which lines: (offender, detail)."""
    text = resources.files(HOME).joinpath("checks", "statement_amounts.sql").read_text(encoding="utf-8")
    amounts: dict[str, dict[tuple[str, int], Decimal]] = {}
    for period, statement, line, amount in cursor.execute(text).fetchall():
        amounts.setdefault(period, {})[statement, line] = amount
    broken, smaller = [], []
    rules = cursor.execute(_TIE_RULES).fetchall()
    for period, of_period in sorted(amounts.items()):
        for statement, rule in [(s, r) for s, r, first, last in rules if first <= period < last]:
            left, right = rule.split(">=" if ">=" in rule else "=")
            first, second = _sum(of_period, statement, left), _sum(of_period, statement, right)
            row = (f"{statement} {period} {rule}", f"{first} against {second}")
            if ">=" in rule and first < second:
                smaller.append(row)
            elif ">=" not in rule and first != second:
                broken.append(row)
    return broken, smaller


def _sum(amounts: dict[tuple[str, int], Decimal], statement: str, side: str) -> Decimal:
    found = [amounts.get((other or statement, int(line)), Decimal(0)) for other, line in _TERM.findall(side)]
    return sum(found, Decimal(0))
