"""A statement as read: its lines in one shape, whose it is, and what was left out and why."""

from dataclasses import dataclass

import polars as pl

MONEY = pl.Decimal(18, 2)
LINES = {
    "posted_on": pl.Date,
    "amount": MONEY,
    "balance": MONEY,
    **dict.fromkeys(("counterparty", "counter_account", "summary", "reference"), pl.String),
    "source_row": pl.Int32,
}


@dataclass(frozen=True)
class Statement:
    """Lines (columns of LINES, in the order of the file), the account number found, and rows passed over by reason."""

    layout: str
    lines: pl.DataFrame
    number: str = ""
    passed_over: tuple[tuple[int, str], ...] = ()


def frame(rows: list[dict]) -> pl.DataFrame:
    """Return rows as a frame of lines."""
    return pl.DataFrame(rows, schema=LINES)
