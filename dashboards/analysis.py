"""Shares, ABC classes, comparisons and "top n and the rest" over the rows of a report; pure functions."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

A_SHARE, B_SHARE = Decimal("0.80"), Decimal("0.95")


def classified(frame: pl.DataFrame, measure: str) -> list[dict]:
    """Return rows, largest first, with share, running share and ABC class by where the row begins."""
    rows = frame.sort(measure, descending=True, maintain_order=True).to_dicts()
    whole = sum((row[measure] or 0) for row in rows)
    running = Decimal(0)
    for row in rows:
        before = running / whole if whole else Decimal(0)
        running += row[measure] or 0
        row["share"] = (row[measure] or 0) / whole if whole else None
        row["running"] = running / whole if whole else None
        row["abc"] = "A" if before < A_SHARE else "B" if before < B_SHARE else "C"
    return rows


def compared(rows: list[dict], before: pl.DataFrame, measure: str) -> list[dict]:
    """Add what each key was before and how it changed; keys that were there before only are added at the end."""
    was = {row["key"]: row for row in before.to_dicts()}
    for row in rows:
        row["before"] = was.pop(row["key"], {}).get(measure)
        row["change"] = _change(row[measure], row["before"])
    gone = [
        {
            "key": key,
            "name": row["name"],
            measure: Decimal(0),
            "before": row[measure],
            "change": _change(0, row[measure]),
        }
        for key, row in was.items()
        if row[measure]
    ]
    return rows + gone


def top(rows: Sequence[dict], measure: str, count: int) -> tuple[list[str], list[Decimal], Decimal]:
    """Return names and figures of the largest rows, and what all the others come to."""
    figures = [row[measure] or Decimal(0) for row in rows]
    names = [row["name"] or row["key"] for row in rows[:count]]
    return names, figures[:count], sum(figures[count:], Decimal(0))


def monthly(frame: pl.DataFrame, months: Sequence[str], measure: str) -> list[Decimal]:
    """Return the measure of each month, nil for a month without rows."""
    found = dict(zip(frame["key"], frame[measure], strict=True))
    return [found.get(month) or Decimal(0) for month in months]


def totals(frame: pl.DataFrame, kinds: dict[str, str]) -> dict:
    """Return what columns add up to: amounts always, quantities only of one item, since boxes and pieces do not add."""
    alike = "item" not in frame.columns or frame["item"].n_unique() <= 1
    summed = {"money", "quantity"} if alike else {"money"}
    return {name: frame[name].sum() for name, kind in kinds.items() if kind in summed and name not in NEVER_SUMMED}


def filled(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the columns that say something in at least one row."""
    return [
        name for name in names if frame[name].dtype != pl.String or frame[name].fill_null("").str.len_chars().sum() > 0
    ]


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return part over whole, or None when there is no whole."""
    return part / whole if part is not None and whole else None


def _change(now: Decimal, before: Decimal | None) -> Decimal | None:
    return (now - before) / abs(before) if before else None


# Figures of a line that mean nothing when added: prices, rates, running balances, levels to compare with.
NEVER_SUMMED = frozenset(
    {
        "unit_price",
        "gross_price",
        "list_price",
        "unit_cost",
        "tax_rate",
        "balance",
        "minimum",
        "maximum",
        "reorder_point",
    }
)
