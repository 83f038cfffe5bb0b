"""Causes: what probably stands behind a difference between two lists of amounts, and the rows that say so."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

CENT = Decimal("0.01")
ROWS_SHOWN = 20
# Beyond this many rows two of them add up to nearly anything.
PAIRED_MAX = 2_000


@dataclass(frozen=True)
class Row:
    """One amount of a list and where it stands; state tells rows that were read but are not loaded."""

    place: str
    number: int
    amount: Decimal
    text: str = ""
    state: str = "loaded"

    def said(self) -> str:
        """Return the row as people say it: file, row, what it is, amount."""
        return " ".join(part for part in (self.place, str(self.number), self.text, f"{self.amount:,.2f}") if part)


@dataclass(frozen=True)
class Cause:
    """Why two sums differ: a word for it, and the rows behind it."""

    cause: str
    rows: list[str] = field(default_factory=list)


def cause_of(difference: Decimal, rows: Iterable[Row]) -> Cause:
    """Return what explains a difference (what one list says less what the rows add up to).

    In this order: rejected or dropped rows that make it up, one row too many, one missing from the other list, one on
    the wrong side, two rows together, cents of rounding, exchanged digits (a multiple of nine); else nothing known.
    """
    listed = list(rows)
    for state in ("rejected", "dropped"):
        aside = [row for row in listed if row.state == state and row.amount]
        if aside and sum((row.amount for row in aside), Decimal(0)) == difference:
            return Cause(state, _shown(aside))
        if one := [row for row in aside if row.amount == difference]:
            return Cause(state, _shown(one))
    held = [row for row in listed if row.state == "loaded" and row.amount]
    for cause, wanted in (("extra_row", -difference), ("equal_row", difference)):
        if one := [row for row in held if row.amount == wanted]:
            return Cause(cause, _shown(one))
    if one := [row for row in held if row.amount * 2 == -difference]:
        return Cause("wrong_side", _shown(one))
    if abs(difference) <= CENT * max(len(held), 1):
        return Cause("rounding", _shown(held))
    if pair := _pair(held, -difference):
        return Cause("two_rows", _shown(pair))
    if difference * 100 % 9 == 0:
        return Cause("digits", _shown(held))
    return Cause("unknown", _shown(held))


def _pair(rows: list[Row], wanted: Decimal) -> list[Row]:
    if len(rows) > PAIRED_MAX:
        return []
    seen: dict[Decimal, Row] = {}
    for row in rows:
        if (other := seen.get(wanted - row.amount)) is not None:
            return [other, row]
        seen[row.amount] = row
    return []


def _shown(rows: list[Row]) -> list[str]:
    largest = sorted(rows, key=lambda row: (-abs(row.amount), row.place, row.number))
    return [row.said() for row in largest[:ROWS_SHOWN]]
