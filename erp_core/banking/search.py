"""Which lines of a bank and of the books belong together: rules in order, a bounded search at the end; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations, islice
from typing import Any

import polars as pl

# Of how many lines a sum is sought, and among how many candidates at most: some fifty thousand tries a line, no more.
SIZES = ((2, 200), (3, 200), (4, 60))
TOKEN_LEAST = 4
NAME_LEAST = 2
_LEGAL = re.compile(r"股份有限公司|有限责任公司|有限公司|分公司|公司")


@dataclass(frozen=True)
class Line:
    """A line of either side without an owner: its key, day, signed amount, text it is known by, and names in it."""

    item: str
    day: date
    amount: Decimal
    text: str = ""
    name: str = ""
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Lines that belong together, by which rule, and how sure that is."""

    rule: str
    confidence: Decimal
    bank: tuple[str, ...]
    book: tuple[str, ...]
    automatic: bool = False


@dataclass
class Found:
    """What a search came to: proposals, and lines for which it gave up or found more than one answer."""

    proposals: list[Proposal] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)


def search(bank: list[Line], book: list[Line], rules: list[dict[str, Any]]) -> Found:
    """Try the rules in order; each takes its matches from those after it. The order of the lines does not matter."""
    left_bank = {line.item: line for line in sorted(bank, key=_order)}
    left_book = {line.item: line for line in sorted(book, key=_order)}
    found = Found()
    kinds = {"reference": _by_reference, "amount": _by_amount, "counterparty": _by_counterparty, "several": _by_sum}
    for rule in sorted(rules, key=lambda rule: (rule["position"], rule["rule"])):
        pairs = kinds[rule["kind"]](list(left_bank.values()), list(left_book.values()), rule["days"], found)
        for bank_items, book_items in pairs:
            found.proposals.append(
                Proposal(rule["rule"], rule["confidence"], bank_items, book_items, rule["automatic"])
            )
            for item in bank_items:
                del left_bank[item]
            for item in book_items:
                del left_book[item]
    return found


Pairs = list[tuple[tuple[str, ...], tuple[str, ...]]]


def _order(line: Line) -> tuple:
    return line.day, line.amount, line.item


def plain(text: str) -> str:
    """Text by which names and references are compared: half width, capitals, no blanks or signs, no legal form."""
    folded = unicodedata.normalize("NFKC", text or "").upper()
    return re.sub(r"[\W_]", "", _LEGAL.sub("", folded))


def _near(one: Line, other: Line, days: int) -> bool:
    return abs((one.day - other.day).days) <= days


def _by_amount_of(lines: list[Line]) -> dict[Decimal, list[Line]]:
    found: dict[Decimal, list[Line]] = {}
    for line in lines:
        found.setdefault(line.amount, []).append(line)
    return found


def _mutual(edges: list[tuple[Line, Line]]) -> Pairs:
    """The pairs in which neither side has another choice."""
    banks: dict[str, int] = {}
    books: dict[str, int] = {}
    for one, other in edges:
        banks[one.item] = banks.get(one.item, 0) + 1
        books[other.item] = books.get(other.item, 0) + 1
    return [((one.item,), (other.item,)) for one, other in edges if banks[one.item] == 1 and books[other.item] == 1]


def _by_reference(bank: list[Line], book: list[Line], days: int, _: Found) -> Pairs:
    """Equal amounts, and a number of the books stands in the bank's text or reference."""
    by_amount = _by_amount_of(book)
    edges = [
        (one, other)
        for one in bank
        for other in by_amount.get(one.amount, ())
        if _near(one, other, days) and any(token in one.text for token in other.tokens if len(token) >= TOKEN_LEAST)
    ]
    return _mutual(edges)


def _by_amount(bank: list[Line], book: list[Line], days: int, _: Found) -> Pairs:
    """Equal amounts within days where neither side has another line of that amount so near."""
    by_amount = _by_amount_of(book)
    return _mutual([(one, other) for one in bank for other in by_amount.get(one.amount, ()) if _near(one, other, days)])


def alike(one: Line, other: Line) -> bool:
    """Whether the counterparty of a line of the bank is among the names of a line of the books."""
    name = plain(one.name)
    return len(name) >= NAME_LEAST and (
        name in other.text or any(part and part in name for part in other.name.split("|"))
    )


def _by_counterparty(bank: list[Line], book: list[Line], days: int, _: Found) -> Pairs:
    """Equal amounts and the same counterparty; equal ones among them pair in the order of their days."""
    groups: dict[tuple[Decimal, str], list[Line]] = {}
    for line in bank:
        if plain(line.name):
            groups.setdefault((line.amount, plain(line.name)), []).append(line)
    by_amount, taken, pairs = _by_amount_of(book), set(), []
    for (amount, _name), lines in sorted(groups.items(), key=lambda group: _order(group[1][0])):
        for one in lines:
            fits = [
                other
                for other in by_amount.get(amount, ())
                if other.item not in taken and _near(one, other, days) and alike(one, other)
            ]
            if fits:
                nearest = min(fits, key=lambda other, one=one: (abs((one.day - other.day).days), _order(other)))
                taken.add(nearest.item)
                pairs.append(((one.item,), (nearest.item,)))
    return pairs


def _by_sum(bank: list[Line], book: list[Line], days: int, found: Found) -> Pairs:
    """One line against up to four of the other side: several of the books for one of the bank, then the reverse."""
    pairs: Pairs = []
    taken: set[str] = set()
    for whole, parts, turned in ((bank, book, False), (book, bank, True)):
        for line in whole:
            if line.item in taken:
                continue
            answer = _parts_of(line, [part for part in parts if part.item not in taken], days, found)
            if answer:
                sides = ((line.item,), answer)
                taken.update((line.item, *answer))
                pairs.append(sides[::-1] if turned else sides)
    return pairs


def _parts_of(line: Line, others: list[Line], days: int, found: Found) -> tuple[str, ...]:
    """The only set of two to four lines that add up to this one; those of the same counterparty are asked first."""
    fits = [
        other
        for other in others
        if _near(line, other, days) and (other.amount > 0) == (line.amount > 0) and abs(other.amount) < abs(line.amount)
    ]
    fits.sort(key=lambda other: (abs((line.day - other.day).days), _order(other)))
    known = [other for other in fits if alike(line, other) or alike(other, line)]
    for group in (known, fits):
        answers = _sums(line.amount, group)
        if len(answers) == 1:
            return answers[0]
        if answers:
            found.ambiguous.append(line.item)
            return ()
    if len(fits) > SIZES[-1][1]:
        found.gave_up.append(line.item)
    return ()


def _sums(wanted: Decimal, lines: list[Line]) -> list[tuple[str, ...]]:
    """The sets of fewest lines that add up, two of them at most: with a second one nobody can tell."""
    cents = [int(line.amount * 100) for line in lines]
    whole = int(wanted * 100)
    for size, most in SIZES:
        answers = list(islice(_sets(whole, cents[:most], size), 2))
        if answers:
            return [tuple(sorted(lines[at].item for at in chosen)) for chosen in answers]
    return []


def _sets(whole: int, cents: list[int], size: int) -> Iterator[tuple[int, ...]]:
    """The sets of a size that add up; the last member of a set is looked up, not tried."""
    places: dict[int, list[int]] = {}
    for at, amount in enumerate(cents):
        places.setdefault(amount, []).append(at)
    for chosen in combinations(range(len(cents)), size - 1):
        rest = whole - sum(cents[at] for at in chosen)
        for at in places.get(rest, ()):
            if at > chosen[-1]:
                yield (*chosen, at)


def lines_of(frame: pl.DataFrame) -> list[Line]:
    """Rows (item, day, amount, text, name, tokens) as lines."""
    return [
        Line(row["item"], row["day"], row["amount"], plain(row["text"]), row["name"], tuple(row["tokens"]))
        for row in frame.to_dicts()
    ]
