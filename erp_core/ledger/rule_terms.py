"""The terms of rules of automatic vouchers: accounts, sums of amounts, conditions, and the proof that they balance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY

SOURCES = ("paper", "line")
OWN_ACCOUNTS = ("party", "warehouse")
_SUM = re.compile(r"([+-]?)\s*([a-z_]+)\s*")
_TEST = re.compile(r"([a-z_]+)\s*(<>|=)\s*(.*)")
_OTHER = "\0"


@dataclass(frozen=True)
class Event:
    """What an event offers to its rule, said by the department it happens in.

    amounts: source (paper | line) to money columns. accounts: source to terms and the columns they stand for, such as
    item:revenue. columns: source to what conditions and dimensions may name. equal: sums that are the same on every
    paper, such as 'gross = net + tax'. says: what a summary may name.
    """

    name: str
    amounts: dict[str, tuple[str, ...]]
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    equal: tuple[str, ...] = ()
    says: tuple[str, ...] = ("number", "name")

    def known(self, source: str) -> tuple[str, ...]:
        """What the lines of one source may name besides amounts."""
        return self.columns.get(source, ())


EVENTS: dict[str, Event] = {}


def declare(event: Event) -> Event:
    """Make an event known; departments do it once, where the event happens."""
    EVENTS[event.name] = event
    return event


def summed(text: str) -> dict[str, int]:
    """A sum such as 'gross - tax' as its names with their signs; ValueError where it is none."""
    found, at = {}, 0
    for match in _SUM.finditer(text):
        if match.start() != at or (at and not match[1]):
            break
        found[match[2]] = found.get(match[2], 0) + (-1 if match[1] == "-" else 1)
        at = match.end()
    if not found or at != len(text):
        raise ValueError(text)
    return found


def amount(text: str) -> str | pl.Expr:
    """A sum as the column it is, or as an expression."""
    terms = summed(text)
    if terms == {text: 1}:
        return text
    return sum((pl.col(name) * sign for name, sign in terms.items()), pl.lit(0, MONEY)).cast(MONEY)


def tests(text: str) -> list[tuple[str, bool, str]]:
    """A condition such as "department = D1 and item <> A" as (column, is, value); ValueError if it is none."""
    if not text.strip():
        return []
    found = []
    for part in text.split(" and "):
        match = _TEST.fullmatch(part.strip())
        if match is None:
            raise ValueError(part)
        found.append((match[1], match[2] == "=", match[3].strip()))
    return found


def condition(text: str) -> pl.Expr | None:
    """A condition as an expression, nothing where there is none."""
    parts = [
        (pl.col(name).cast(pl.String).fill_null("") == value) == pl.lit(value=wanted)
        for name, wanted, value in tests(text)
    ]
    return reduce(lambda one, other: one & other, parts) if parts else None


def alternatives(text: str) -> list[tuple[str, str]]:
    """An account term such as 'party:revenue | item:revenue' as its parts (kind, name); ValueError if it is none."""
    found = [tuple(part.strip().split(":", 1)) for part in text.split("|")]
    if any(len(part) != 2 or not part[0] or not part[1] for part in found):
        raise ValueError(text)
    return found


def unbalanced(event: Event, lines: Iterable[dict[str, Any]]) -> dict[str, int]:
    """What is left of debits less credits, by amount, in the first case in which a rule would not balance.

    Every combination of what the conditions tell apart is tried, so an empty answer is a proof for all papers.
    """
    lines = list(lines)
    for case in _cases(lines):
        left: dict[str, int] = {}
        for line in lines:
            if _met(line, case):
                sign = 1 if line["side"] == "debit" else -1
                for name, times in summed(line["amount"]).items():
                    left[name] = left.get(name, 0) + sign * times
        left = {name: times for name, times in _reduced(event, left).items() if times}
        if left:
            return left
    return {}


def _cases(lines: list[dict[str, Any]]) -> Iterator[dict[tuple[str, str], str]]:
    asked: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        for name, _, value in tests(line["condition"]):
            values = asked.setdefault((line["source"], name), [_OTHER])
            if value not in values:
                values.append(value)
    for chosen in product(*asked.values()):
        yield dict(zip(asked, chosen, strict=True))


def _met(line: dict[str, Any], case: dict[tuple[str, str], str]) -> bool:
    return all((case[line["source"], name] == value) == wanted for name, wanted, value in tests(line["condition"]))


def _reduced(event: Event, left: dict[str, int]) -> dict[str, int]:
    for equation in event.equal:
        name, _, rest = equation.partition(" = ")
        times = left.pop(name, 0)
        for part, sign in summed(rest).items():
            left[part] = left.get(part, 0) + times * sign
    return left
