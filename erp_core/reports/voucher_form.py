"""Vouchers as they are printed: forms of a few lines, totals in Chinese capitals, the signatures of three people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import chinese_capitals
from erp_core.foundation.words import word

FORM = "voucher"
LINES = 8
FORMS_MAX = 2000
_WORDS = (
    "title", "company", "summary", "account", "dimensions", "debit", "credit", "total", "head", "posted", "reviewed",
    "cashier", "made", "source",
)  # fmt: skip


class NothingToPrint(Refusal):
    """No voucher was asked for, or none of them is there; name a period or vouchers."""


class TooMuchPaper(Refusal):
    """{count} voucher forms are more than one print holds ({limit}); narrow the numbers."""


def sheet(frame: pl.DataFrame, language: str, company: str) -> dict[str, Any]:
    """What the template prints: one form per LINES lines of each voucher, in the order of the frame."""
    rows = frame.to_dicts()
    forms = [
        form for _, lines in groupby(rows, lambda row: row["voucher_id"]) for form in _forms(list(lines), language)
    ]
    if not forms:
        raise NothingToPrint
    if len(forms) > FORMS_MAX:
        raise TooMuchPaper(count=len(forms), limit=FORMS_MAX)
    said = {key: word("erp_core", f"paper.voucher.{key}", language) for key in _WORDS}
    return {"words": said, "company": company, "language": language, "lines": LINES, "forms": forms}


def _forms(lines: list[dict[str, Any]], language: str) -> Iterator[dict[str, Any]]:
    head, parts = lines[0], -(-len(lines) // LINES)
    debit, credit = (sum(line[side] for line in lines) for side in ("debit", "credit"))
    for at in range(parts):
        last = at == parts - 1
        yield {
            "day": word("erp_core", "paper.voucher.day", language, day=head["voucher_on"]),
            "number": word("erp_core", "paper.voucher.number", language, word=head["word"], number=head["number"]),
            "parts": f"{at + 1}/{parts}" if parts > 1 else "",
            "rows": [_row(line, language) for line in lines[at * LINES : (at + 1) * LINES]]
            + [_EMPTY] * (LINES - len(lines[at * LINES : (at + 1) * LINES])),
            # The sums stand on the last form; those before it go on.
            "capitals": _capitals(debit, language) if last else "",
            "debit": f"{debit:,.2f}" if last else "",
            "credit": f"{credit:,.2f}" if last else "",
            "attachments": word("erp_core", "paper.voucher.attachments", language, count=head["attachments"]),
            "source": head["source"],
            **{part: head[f"{part}_by"] for part in ("made", "reviewed", "posted")},
        }


_EMPTY = {"summary": "", "code": "", "account": "", "more": "", "debit": "", "credit": ""}


def _capitals(amount: Any, language: str) -> str:
    return chinese_capitals(amount) if language == "zh" else ""


def _row(line: dict[str, Any], language: str) -> dict[str, str]:
    english = language == "en" and line["account_name_en"]
    name = line["account_name_en"] if english else line["account_name"]
    parent = line["parent_name_en"] if english else line["parent_name"]
    more = [line["dimensions"]]
    if line["quantity"] is not None:
        more.append(f"× {line['quantity'].normalize():,f}")
    if line["amount_foreign"] is not None:
        rate = f" @ {line['rate'].normalize():f}" if line["rate"] is not None else ""
        more.append(f"{line['currency']} {line['amount_foreign']:,.2f}{rate}")
    return {
        "summary": line["summary"],
        "code": line["account"],
        "account": f"{parent} - {name}" if parent else name,
        "more": " ".join(part for part in more if part),
        "debit": f"{line['debit']:,.2f}" if line["debit"] else "",
        "credit": f"{line['credit']:,.2f}" if line["credit"] else "",
    }
