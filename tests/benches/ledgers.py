"""Vouchers by the million for the benches, and the verb that posts them."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl

import erp_core
from erp_core.foundation.money import MONEY
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import Session
from erp_core.ledger import posting

OWNER = Actor("owner", frozenset({"*"}))
MONTHS = 12
CUSTOMERS = 500
LINES_EACH = 4


def company(folder: Path, name: str) -> erp_core.Books:
    """Books in a file with some hundreds of customers."""
    books = erp_core.create(folder / f"{name}.duckdb", company="量度公司", standard="sbe", start="2026-01")
    parties = pl.DataFrame(
        {"code": [f"K{i:04d}" for i in range(CUSTOMERS)], "name": [f"客户{i}" for i in range(CUSTOMERS)]}
    )
    books.call("masters.party.save", parties=parties.with_columns(customer=True, supplier=True))
    return books


def vouchers(count: int, first: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sales as vouchers of four lines: a customer owes, revenue, tax, and a fee; spread over a year."""
    number = pl.int_range(first, first + count, eager=True)
    heads = pl.DataFrame({"n": number}).select(
        key=pl.format("V{}", "n"),
        voucher_on=pl.date(2026, 1 + pl.col("n") % MONTHS, 1 + pl.col("n") % 28),
        summary=pl.format("销售 {}", "n"),
    )
    net = (pl.col("n") % 9973 + 100).cast(pl.Int64)
    party = pl.format("K{}", (pl.col("n") % CUSTOMERS).cast(pl.String).str.zfill(4))
    sides = [
        ("1122", net * 113, 0, party),
        ("5001", 0, net * 100, pl.lit("")),
        ("22210107", 0, net * 13, pl.lit("")),
        ("560399", 1, 1, pl.lit("")),
    ]
    lines = []
    for at, (account, debit, credit, who) in enumerate(sides[:3]):
        lines.append(_line(number, at, account, debit, credit, who))
    lines[0] = lines[0].with_columns(pl.col("debit") - Decimal("0.05"))
    lines.append(_line(number, 3, "560399", 5, 0, pl.lit("")))
    return heads, pl.concat(lines).sort("n", "at").drop("n", "at")


def _line(number: pl.Series, at: int, account: str, debit: object, credit: object, party: pl.Expr) -> pl.DataFrame:
    def cents(amount: object) -> pl.Expr:
        amount = amount if isinstance(amount, pl.Expr) else pl.lit(amount, dtype=pl.Int64)
        return (amount.cast(pl.Decimal(18, 2)) / Decimal(100)).cast(MONEY)

    return pl.DataFrame({"n": number}).select(
        "n",
        at=pl.lit(at),
        key=pl.format("V{}", "n"),
        account=pl.lit(account),
        debit=cents(debit),
        credit=cents(credit),
        party=party,
    )


def post(books: erp_core.Books, heads: pl.DataFrame, lines: pl.DataFrame) -> None:
    """One act: permission, checks, numbers, lines, balances, open items, audit."""
    session = Session(books.database, OWNER, dt.date(2026, 12, 31))
    with session.act("ledger.voucher.post", {"count": heads.height}) as act:
        posted = posting.post(session, heads, lines)
        act.result = {"count": posted.height}


def fill(books: erp_core.Books, lines: int, first: int, batch: int = 250_000) -> int:
    """Post vouchers until the ledger has so many lines more; returns the next free number."""
    count = lines // LINES_EACH
    for start in range(first, first + count, batch):
        post(books, *vouchers(min(batch, first + count - start), start))
    return first + count
