"""Short ways for tests to bring a trade to the point that the test is about, through the same verbs as everybody."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.as_text import table

KINDS = {"sales": "sales.order", "purchasing": "purchasing.order"}


def day(number: int, month: int = 1) -> date:
    """A day of 2026."""
    return date(2026, month, number)


DAY_10 = day(10)
DAY_5 = day(5)
DAY_6 = day(6)


def order(books, department: str, party: str, lines: list[dict], on: date = DAY_5, **header: Any) -> str:
    """Place, submit and approve one order; returns its number."""
    verb = KINDS[department]
    head = {"document_on": on, "party": party, "warehouse": "W1", **header}
    number = books.call(f"{verb}.place", documents=head, lines=lines)["numbers"]["1"]
    books.call(f"{verb}.submit", numbers=number)
    books.call(f"{verb}.approve", numbers=number)
    return number


def stock(books, item: str, quantity: int, price: str, on: date = DAY_6, **receipt: Any) -> str:
    """Buy goods from S01 into W1; returns the number of the receipt."""
    number = order(books, "purchasing", "S01", [{"item": item, "quantity": quantity, "unit_price": price}], on)
    return one(books.call("purchasing.receipt.receive", documents={"order": number, "document_on": on}, **receipt))


def deliver(books, party: str, lines: list[dict], on: date = DAY_10) -> str:
    """Order and ship everything; returns the number of the delivery."""
    number = order(books, "sales", party, lines, on)
    return one(books.call("sales.delivery.ship", documents={"order": number, "document_on": on}))


def invoice(books, delivery: str, on: date = DAY_10, **header: Any) -> str:
    """Invoice all of a delivery; returns the number of the invoice."""
    head = {"delivery": delivery, "document_on": on, **header}
    return one(books.call("sales.invoice.issue", documents=head))


def one(result: dict[str, Any]) -> str:
    """The number of the only document of a result."""
    (number,) = result["numbers"].values()
    return number


def voucher(books, number: str) -> list[tuple]:
    """The voucher lines of a document: account, party, debit, credit; zeros are left out as in print."""
    frame = books.sql(
        "select l.account, l.party, l.debit, l.credit from rpt.voucher v join rpt.voucher_line l using (voucher_id)"
        " where v.source_number = $number order by v.voucher_id, l.line",
        number=number,
    )
    return [tuple(None if cell in ("", Decimal(0)) else cell for cell in row) for row in frame.rows()]


def paper(text: str) -> list[tuple]:
    """A voucher as text: account | party | debit | credit."""
    rows = []
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        amounts = table(" | ".join(["x", *cells[2:4]]))[0][1:]
        rows.append((cells[0], cells[1] or None, *amounts))
    return rows


def balance(books, account: str, party: str = "") -> Decimal:
    """Debit less credit of an account and all below it."""
    frame = books.sql(
        "select coalesce(sum(debit - credit), 0) as amount from rpt.voucher_line"
        " where starts_with(account, $account) and ($party = '' or party = $party)",
        account=account,
        party=party,
    )
    return frame["amount"][0]


def status(books, number: str) -> str:
    """Where a document stands."""
    return books.sql("select status from rpt.document where number = $number", number=number)["status"][0]


def done(books, number: str) -> dict[tuple[int, str], Decimal]:
    """What was done with the lines of a document: (line, step) -> quantity."""
    frame = books.sql(
        "select p.line, p.step, p.quantity from rpt.document_progress p join rpt.document d using (document_id)"
        " where d.number = $number",
        number=number,
    )
    return {(line, step): quantity for line, step, quantity in frame.rows()}


def on_hand(books, item: str) -> Decimal:
    """The quantity of an item in all places."""
    found = books.sql("select coalesce(sum(quantity), 0) as q from rpt.stock_now where item = $item", item=item)
    return found["q"][0]


def counts(books) -> pl.DataFrame:
    """How many rows the books hold where the trade writes: to see that a refusal wrote nothing."""
    return books.sql(
        "select (select count(*) from rpt.document) as documents, (select count(*) from rpt.voucher) as vouchers,"
        " (select count(*) from rpt.stock_move) as moves, (select count(*) from rpt.document_progress) as progress"
    )
