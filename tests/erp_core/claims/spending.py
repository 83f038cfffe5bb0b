"""Short ways for tests of claims: people who spend, a claim in any status."""

from __future__ import annotations

from typing import Any

from tests.trading import day, one

STATES = {"draft": (), "submitted": ("submit",), "approved": ("submit", "approve")}
SERIAL = iter(range(10_000_000, 99_999_999))


def line(gross: str = "300", **more: Any) -> dict[str, Any]:
    """One line of a claim with an invoice number of its own."""
    return {"category": "office", "spent_on": day(8), "gross": gross, "invoice_number": f"INV{next(SERIAL)}", **more}


def write(books, *lines: dict, employee: str = "E1", on=None, **header: Any) -> str:
    """A draft; returns its number."""
    head = {"document_on": on or day(10), "employee": employee, "note": "出差", **header}
    return one(books.call("claims.claim.write", documents=head, lines=list(lines) or [line()]))


def claims(books, status: str, count: int) -> list[str]:
    """Claims in a status, made as one set. Written by the owner, approved by the supervisor: nobody approves his own."""
    heads = [{"key": str(n), "document_on": day(10), "employee": "E1"} for n in range(count)]
    made = books.call("claims.claim.write", documents=heads, lines=[line(key=head["key"]) for head in heads])
    numbers = list(made["numbers"].values())
    bring(books, numbers, status)
    return numbers


def claim(books, status: str, *lines: dict, **header: Any) -> str:
    """One claim in a status."""
    number = write(books, *lines, **header)
    bring(books, [number], status)
    return number


def bring(books, numbers: list[str], status: str) -> None:
    """Bring drafts to a status."""
    if status == "cancelled":
        books.call("claims.claim.cancel", numbers=numbers, reason="不报了")
        return
    for step in STATES.get(status, ("submit", "approve")):
        books.as_user("supervisor" if step == "approve" else "owner").call(f"claims.claim.{step}", numbers=numbers)
    if status in ("paid", "reversed"):
        books.call("claims.claim.pay", numbers=numbers, on=day(12))
    if status == "reversed":
        for number in numbers:
            books.call("claims.claim.reverse", number=number, on=day(13), reason="发票有误")


def advance(books, amount: str, employee: str = "E1", **header: Any) -> str:
    """An advance that is paid out on the 6th."""
    head = {"document_on": day(5), "employee": employee, "amount": amount, "note": "出差借款", **header}
    number = one(books.call("claims.advance.request", documents=head))
    books.call("claims.advance.submit", numbers=number)
    books.as_user("supervisor").call("claims.advance.approve", numbers=number)
    books.call("claims.advance.pay", numbers=number, on=day(6))
    return number


def voucher(books, number: str) -> list[tuple]:
    """The voucher lines of a paper: account, department, employee, debit, credit."""
    return books.sql(
        "select l.account, l.department, l.employee, cast(l.debit as varchar), cast(l.credit as varchar)"
        " from rpt.voucher v join rpt.voucher_line l using (voucher_id)"
        " where v.source_number = $number order by v.voucher_id, l.line",
        number=number,
    ).rows()


def status(books, number: str) -> str:
    return books.report("claims", number=number)["status"][0]
