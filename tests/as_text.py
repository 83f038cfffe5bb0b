"""Read and write small text tables, so that a test looks like the paper an accountant would hold."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import polars as pl


def table(text: str) -> list[tuple]:
    """Rows of a text table: cells apart by two or more blanks or by |; amounts become Decimal, '-' means nothing."""
    rows = []
    for line in text.strip().splitlines():
        parts = line.split("|") if "|" in line else [cell for cell in line.strip().split("  ") if cell.strip()]
        rows.append(tuple(_cell(part.strip()) for part in parts))
    return rows


def _cell(text: str) -> object:
    if text in ("", "-"):
        return None
    if any(mark in text for mark in ".,") or (text.lstrip("-").isdigit() and len(text) < 4):
        try:
            return Decimal(text.replace(",", ""))
        except InvalidOperation:
            return text
    return text


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple]:
    """The chosen columns of a frame as tuples; zero amounts become None, as a printed table leaves them blank."""
    chosen = frame.select(columns)
    return [tuple(None if isinstance(v, Decimal) and not v else v for v in row) for row in chosen.rows()]


def account_turnover(books, period: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Debit and credit of every account in a period, read from the published balances."""
    frame = books.sql(
        "select account, sum(debit) as debit, sum(credit) as credit from rpt.balance"
        " where period = $period group by account order by account",
        period=period,
    )
    return {row[0]: (row[1], row[2]) for row in frame.rows()}
