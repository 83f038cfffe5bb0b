"""An invoice number is claimed once only, over all claims and the bills of suppliers; a freed one stays visible."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from erp_core.foundation import documents as papers
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.session import Session

# Numbers of receipts are letters, digits and dashes; a spreadsheet's 2.5E+19 has lost its last digits.
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{3,39}")


class InvoiceUnreadable(Refusal):
    """Line {line}: {first} is no invoice number."""


class InvoiceMissing(Refusal):
    """Line {line}: a receipt of kind {receipt} has a number that must be given ({count} such lines)."""


class InvoiceTwice(Refusal):
    """The invoice {first} stands on more than one line ({count} such numbers)."""


class InvoiceClaimed(Refusal):
    """The invoice {first} was claimed in {number}, line {line} ({count} such numbers)."""


class InvoiceBooked(Refusal):
    """The invoice {first} is booked in {number} already ({count} such numbers)."""


def tidy(lines: pl.DataFrame) -> pl.DataFrame:
    """Bring invoice numbers to the one form in which they are compared: half width, capitals, no blanks."""
    plain = [_plain(number, line) for number, line in lines.select("invoice_number", "line").rows()]
    tidied = lines.with_columns(invoice_number=pl.Series(plain, dtype=pl.String))
    bare = tidied.filter(pl.col("numbered") & (pl.col("invoice_number") == ""))
    if not bare.is_empty():
        raise InvoiceMissing(line=bare["line"][0], receipt=bare["receipt"][0], count=bare.height)
    return tidied


def _plain(number: str | None, line: int) -> str:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number or "")).upper()
    if plain and not _NUMBER.fullmatch(plain):
        raise InvoiceUnreadable(line=line, first=number)
    return plain


def hold(session: Session, lines: pl.DataFrame) -> None:
    """Hold the numbers of lines (document_id, line, invoice_number) for their claims, or refuse the first one taken."""
    wanted = lines.filter(pl.col("invoice_number") != "")
    if wanted.is_empty():
        return
    twice = wanted.filter(pl.col("invoice_number").is_duplicated())["invoice_number"].unique(maintain_order=True)
    if len(twice):
        raise InvoiceTwice(**first_and_count(twice.to_list()))
    _refuse_taken(session, wanted)
    turns = session.frame(
        "select invoice_number, max(turn) as last from core.claim_invoice"
        " where list_contains($numbers, invoice_number) group by invoice_number",
        numbers=wanted["invoice_number"].to_list(),
    )
    rows = wanted.join(turns, on="invoice_number", how="left", maintain_order="left").select(
        "invoice_number",
        "document_id",
        pl.col("line").cast(pl.Int32),
        turn=(pl.col("last").fill_null(0) + 1).cast(pl.Int32),
        act_id=pl.lit(session.act_id, pl.Int64),
    )
    session.insert("claim_invoice", rows)


def _refuse_taken(session: Session, wanted: pl.DataFrame) -> None:
    numbers = wanted["invoice_number"].to_list()
    held = session.frame(
        """
        select i.invoice_number, d.number, i.line from core.claim_invoice i
        join core.document d using (document_id)
        anti join core.claim_invoice_freed f using (invoice_number, turn)
        where list_contains($numbers, i.invoice_number) order by i.invoice_number
        """,
        numbers=numbers,
    )
    if not held.is_empty():
        row = held.row(0, named=True)
        raise InvoiceClaimed(first=row["invoice_number"], number=row["number"], line=row["line"], count=held.height)
    booked = session.rows(
        "select n.number, d.number from (select unnest($numbers) as number) n"
        " join core.document_reference r on ends_with(r.claim, '/' || n.number)"
        " join core.document d using (document_id) order by n.number",
        numbers=numbers,
    )
    if booked:
        raise InvoiceBooked(number=booked[0][1], **first_and_count([number for number, _ in booked]))


def free(session: Session, documents: list[int], reason: str) -> int:
    """Free every number that these claims hold, saying why; returns how many."""
    held = session.frame(
        """
        select i.invoice_number, i.turn from core.claim_invoice i
        anti join core.claim_invoice_freed f using (invoice_number, turn)
        where list_contains($ids, i.document_id) order by i.invoice_number
        """,
        ids=documents,
    )
    session.insert(
        "claim_invoice_freed", held.with_columns(reason=pl.lit(reason), act_id=pl.lit(session.act_id, pl.Int64))
    )
    return held.height


def _elsewhere(session: Session, numbers: list[str]) -> list[tuple[str, str]]:
    """Which of some outside numbers staff have claimed: number, claim; bills of suppliers are asked about by this."""
    return session.rows(
        """
        select i.invoice_number, d.number from core.claim_invoice i join core.document d using (document_id)
        anti join core.claim_invoice_freed f using (invoice_number, turn)
        where list_contains($numbers, i.invoice_number) order by i.invoice_number
        """,
        numbers=numbers,
    )


papers.TAKEN_ELSEWHERE["claim"] = _elsewhere
