"""Every way in which a master can be refused."""

from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal

SHOWN = 5


class UnknownColumn(Refusal):
    """Column {column} is not a column of {table}."""


class UnreadableValue(Refusal):
    """Row {row}: {value} cannot be read as {field}."""


class MissingField(Refusal):
    """Row {row} ({code}): {field} is missing."""


class GivenTwice(Refusal):
    """{code} is given twice in one set: rows {lines}."""


class NotAChoice(Refusal):
    """{code}: {what} cannot be {value}; allowed: {allowed}."""


class UnknownCode(Refusal):
    """{code} names {what} {value}, which is not in the books."""


class WrongTaxNumber(Refusal):
    """Row {row} ({code}): {value} is not a valid unified social credit code."""


class CircularTree(Refusal):
    """{code} cannot have {parent} above it: {parent} already stands below {code}."""


class ItemHasMoves(Refusal):
    """{field} of item {code} cannot be changed from {old} to {new}: the item has stock moves."""


class StillInStock(Refusal):
    """{code} cannot be switched off: {on_hand} still in stock."""


class EndsBeforeStart(Refusal):
    """{code} ends on {valid_to}, before it starts on {valid_from}."""


class RateIsHistory(Refusal):
    """Tax code {code} already has a rate from {latest}; a rate from {valid_from} would rewrite the past."""


class NoRate(Refusal):
    """Tax code {code} has no rate on {day}."""


class NoExchangeRate(Refusal):
    """No rate of {currency} on or before {day}."""


class UnknownUnit(Refusal):
    """Item {item} is not counted in {unit}; known: {known}."""


class WrongNumber(Refusal):
    """{code}: {field} cannot be {value}."""


class RuleWithoutSubject(Refusal):
    """A price rule of kind {kind} for item {item} must name a {what}."""


class PrefixShared(Refusal):
    """The prefix {prefix} would stand for more than one series: {series}."""


class SeriesInUse(Refusal):
    """Numbers of {series} were given out already: its prefix and cycle stay as they are."""


def first_of(bad: pl.DataFrame, *, code: str, value: str = "", **facts: Any) -> dict[str, Any]:
    """Facts of the first offender of a set (row, code, value), how many there are, and the rows of the first few."""
    row = bad.row(0, named=True)
    facts |= {"row": row.get("_row", 1), "code": str(row[code]) if code else "", "count": bad.height}
    if value:
        facts["value"] = str(row[value])
    if "_row" in bad.columns:
        facts["rows"] = bad["_row"].head(SHOWN).to_list()
    return facts


class MergedIntoItself(Refusal):
    """{code} cannot be merged into itself."""


class UnitsDiffer(Refusal):
    """{code} is counted in {unit}, {into} in {other}: two units are never one item."""


class MergeUnknown(Refusal):
    """There is no merge {merge}."""


class MergeUndone(Refusal):
    """Merge {merge} was taken back already."""


class MergedRowsUsed(Refusal):
    """Merge {merge} cannot be taken back: {first} went along with it and was used since ({count} such)."""


class MergedCardChanged(Refusal):
    """Merge {merge} cannot be taken back: {field} of {code} was changed since."""
